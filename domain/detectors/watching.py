"""Detectors for monitoring and records: what became of a publication, and what runs out of time."""

from collections.abc import Iterable, Iterator
from unicodedata import normalize

import regex

from domain.detectors.reading import Hit, Reading

T_CO = regex.compile(r"https?://t\.co/\w+")
LINK = regex.compile(r"https?://\S+|(?<!\w)(?:[\w-]+\.)+\p{L}{2,}/\S*…")


def _settled(text: str) -> str:
    """A text as platforms leave it: NFC, spaces collapsed, wrapped links set aside."""
    bare = LINK.sub("‹link›", T_CO.sub("‹link›", normalize("NFC", text)))
    return " ".join(bare.replace("\u00a0", " ").replace("\u202f", " ").split())


def drifted(reading: Reading) -> Iterator[Hit]:
    """A publication that is no longer what was approved. `kind`: text, media or languages.

    Wrapped links, NFC or NFD, narrow spaces and a trailing space are not drift; nor is a platform
    that names fewer languages than were declared, or none.
    """
    for snapshot in reading.case.observed.snapshots:
        if snapshot.gone or not snapshot.known_to_us:
            continue
        if _settled(snapshot.live_text) != _settled(snapshot.approved_text):
            yield Hit(snapshot.live_text[:80], "live", "text", channel=snapshot.channel)
        elif sorted(snapshot.live_media) != sorted(snapshot.approved_media):
            yield Hit("media", "live", "media", channel=snapshot.channel)
        elif strange := _languages(snapshot.live_languages, snapshot.approved_languages):
            yield Hit(", ".join(strange), "live", "languages", channel=snapshot.channel)


def _languages(live: Iterable[str], approved: Iterable[str]) -> list[str]:
    """The languages that a platform names and nobody declared, their regions aside."""
    known = {language.partition("-")[0].casefold() for language in approved}
    return [one for one in live if known and one.partition("-")[0].casefold() not in known]


def vanished(reading: Reading) -> Iterator[Hit]:
    """A publication that is gone though nobody ordered its deletion here."""
    for snapshot in reading.case.observed.snapshots:
        if snapshot.gone and not snapshot.deletion_ordered:
            yield Hit(snapshot.approved_text[:80], "live", "gone", channel=snapshot.channel)


def strangers(reading: Reading) -> Iterator[Hit]:
    """A post on an official account that was never approved here, registered native ones aside."""
    for snapshot in reading.case.observed.snapshots:
        if not snapshot.known_to_us and not snapshot.registered_native:
            yield Hit(snapshot.live_text[:80], "live", "unknown", channel=snapshot.channel)


def moderation_gaps(reading: Reading) -> Iterator[Hit]:
    """A comment hidden or deleted, or a citizen blocked, without something that must be on record.

    `kind`: reason_code, policy_version or archived_copy.
    """
    for moderation in reading.case.observed.moderation:
        for kind in ("reason_code", "policy_version", "archived_copy"):
            if not getattr(moderation, kind):
                yield Hit(moderation.act, "comment", kind)


def viewpoint_filters(reading: Reading) -> Iterator[Hit]:
    """A keyword filter outside the published policy, or a reason that is the view itself."""
    for moderation in reading.case.observed.moderation:
        if moderation.viewpoint:
            yield Hit(moderation.reason_code or moderation.act, "comment", "viewpoint")
        elif moderation.keyword and not moderation.policy_version:
            yield Hit(moderation.keyword, "comment", "keyword")


def captures_incomplete(reading: Reading) -> Iterator[Hit]:
    """A publication without a complete capture in time. `detail` says what is missing."""
    observed = reading.case.observed
    for capture in observed.captures:
        if capture.missing:
            yield Hit(
                capture.channel, "record", "missing", ", ".join(capture.missing), capture.channel
            )
        elif capture.minutes > observed.capture_minutes_max:
            yield Hit(
                capture.channel,
                "record",
                "late",
                channel=capture.channel,
                count=capture.minutes,
                limit=observed.capture_minutes_max,
            )


def disposals_unauthorised(reading: Reading) -> Iterator[Hit]:
    """A deletion without a disposition authority or without a captured copy.

    An author's own draft that was never submitted may go. `kind`: authority or copy.
    """
    for disposal in reading.case.observed.disposals:
        if disposal.unsubmitted_draft or disposal.on_hold:
            continue
        if not disposal.authority:
            yield Hit(disposal.object, "record", "authority")
        elif not disposal.captured:
            yield Hit(disposal.object, "record", "copy")


def disposals_on_hold(reading: Reading) -> Iterator[Hit]:
    """A deletion, erasure or replacement of a record that a legal hold covers."""
    for disposal in reading.case.observed.disposals:
        if disposal.on_hold:
            yield Hit(disposal.object, "record", "hold")


def clocks_running_out(reading: Reading) -> Iterator[Hit]:
    """A legal clock of which half is gone: `kind` is foi or sar, `count` the percentage.

    An answered request has no clock any more.
    """
    now = reading.case.now
    for clock in reading.case.observed.clocks:
        whole = (clock.due - clock.received).total_seconds()
        share = int(100 * (now - clock.received).total_seconds() / max(1.0, whole))
        if clock.answered_at is None and share >= 50:
            yield Hit(clock.due.date().isoformat(), "record", clock.kind, count=share, limit=50)


def accounts_unsafe(reading: Reading) -> Iterator[Hit]:
    """An account below the security baseline; `kind`: mfa, admins, token or recovery."""
    thresholds = reading.case.house.thresholds
    for account in reading.case.observed.accounts:
        gaps = {
            "mfa": not account.mfa,
            "admins": account.admins > thresholds.admins_max,
            "token": account.token_age_days > thresholds.token_days_max,
            "recovery": not account.recovery_email_official,
        }
        for kind in (kind for kind, holds in gaps.items() if holds):
            yield Hit(account.channel, "account", kind, channel=account.channel)
