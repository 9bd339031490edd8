"""What the rules of monitoring say of a post that is out, told what a look has just read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from activities.platforms import Live
from domain.case import Case, Moment
from domain.facts import Fact, FactKind
from domain.finding import Finding
from domain.observed import Capture, Observed, Snapshot
from domain.post import Content
from domain.sending import Order, Send
from records import publications
from records.examining import Examination, ids, judged
from records.filing import File, now
from records.notices import tell_of_rules
from records.organisations import house
from records.packs import shipped
from records.verdicts import newest_at

LOOK = "look"
TOLD_AS_DRIFT = ("monitor.content_drift", "monitor.deleted_outside")  # by `tell_of_drift`


@dataclass(frozen=True)
class News:
    """What a look finds that none before it found, and under which packs."""

    findings: list[Finding]
    pack_version: str


async def hold_against_the_rules(file: File, number: int, seen: Mapping[str, Live | None]) -> News:
    """Keep the verdict of this look. Answers with what it finds for the first time.

    `seen` has the channels that answered, and None where the post is gone.
    """
    before = await newest_at(file.session, file.organisation, file.post, LOOK)
    found = await _judged(file, seen)
    file.verdict(f"{LOOK}/{number}", LOOK, found)
    known = ids(before)
    news = [finding for finding in found.findings if finding.id not in known]
    return News(news, found.pack_version)


async def tell_of_findings(file: File, number: int, found: News) -> None:
    """File and tell what a look found for the first time."""
    news = found.findings
    if not news:
        return
    says = " ".join(dict.fromkeys(f"{one.says} ({one.id}, {one.clause})" for one in news))
    examined = Fact(
        kind=FactKind.EXAMINED,
        because=says,
        how=found.pack_version,
        details=tuple((id, number) for id in ids(news)),
    )
    key = f"{LOOK}/{number}/rules"
    await file.fact(examined, key)
    await _tell(file, key, news)


async def _judged(file: File, seen: Mapping[str, Live | None]) -> Examination:
    post = file.life.post
    content = await publications.content_of(
        file.session, Order(post.organisation, post.id, "", post.content_hash)
    )
    case = Case(
        content=content,
        house=await house(file.session, post.organisation),
        now=await now(file.session),
        hour=post.hour,
        observed=observed(content, file.life.live, seen),
    )
    return judged(case, (Moment.MONITORING,), shipped())


def observed(content: Content, sends: Iterable[Send], seen: Mapping[str, Live | None]) -> Observed:
    """What a look saw, beside what was approved, and what the record has of each publication."""
    return Observed(
        snapshots=tuple(_snapshot(content, channel, live) for channel, live in seen.items()),
        captures=tuple(_capture(send) for send in sends),
    )


def _snapshot(content: Content, channel: str, live: Live | None) -> Snapshot:
    approved = Snapshot(
        channel,
        approved_text=content.text_on(channel),
        approved_media=tuple(medium.alt for medium in content.media),
        approved_languages=content.languages,
        gone=True,
    )
    if live is None:
        return approved
    return Snapshot(
        channel,
        approved_text=approved.approved_text,
        live_text=live.text,
        approved_media=approved.approved_media,
        live_media=live.alts,
        approved_languages=approved.approved_languages,
        live_languages=live.languages,
        replies=live.counts.get("replies", 0),
    )


def _capture(send: Send) -> Capture:
    """Text, media and approvals are on record before a send begins; its address comes with it."""
    has = {"permalink": send.url, "platform id": send.remote_id}
    return Capture(send.channel, missing=tuple(name for name, told in has.items() if not told))


async def _tell(file: File, key: str, news: Iterable[Finding]) -> None:
    others = [finding for finding in news if finding.rule not in TOLD_AS_DRIFT]
    for finding in others:
        says = f"{finding.says} ({finding.clause})"
        await tell_of_rules(file.session, file.life, [], f"{key}/{finding.id}", says)
