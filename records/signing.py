"""What the rules of approval say as somebody is about to sign: facts may have changed since."""

from domain.acts import Decide, Verdict
from domain.case import Moment
from domain.facts import Fact, FactKind
from domain.objection import Code, Objection
from domain.post import Stage
from domain.review.admission import as_judged
from domain.review.marks import Finding
from records.examining import Examination, examined
from records.filing import File
from records.notices import tell_of_rules
from records.organisations import house_and_content
from records.verdicts import asked_in

APPROVING = (Moment.APPROVAL,)


def signs(file: File, act: object) -> bool:
    """Whether this act would be a signature on the way to publication."""
    is_yes = isinstance(act, Decide) and act.verdict is Verdict.APPROVE
    return is_yes and file.life.stage is Stage.APPROVING


async def objection_of_the_rules(file: File, act: Decide) -> Objection | None:
    """Ask the rules of approval anew. What they find is filed, so that it can be waived."""
    found = await _examined(file, act)
    key = f"{act.id}/{file.seq}"
    file.verdict(key, "approve", found)
    before = file.life.review
    standing = renewed(before.findings, as_judged(found.findings), asked_in(APPROVING))
    if standing != before.findings:
        fact = Fact(kind=FactKind.EXAMINED, how=found.pack_version, findings=standing)
        await file.fact(fact, f"examined/{file.seq}")
    held = {one.rule for one in file.life.review.holding} & set(found.blocked)
    if not held:
        return None
    reasons = dict.fromkeys(f"{one.id} ({one.clause})" for one in found.blocks if one.id in held)
    says = f"Policy blocks this: {', '.join(reasons)}. Have it waived, or ask for changes."
    if standing != before.findings:
        waits = [name for line in before.waits_for for name in line.who]
        await tell_of_rules(file.session, file.life, waits, key, says)
    return Objection(Code.POLICY_BLOCK, says)


def renewed(
    standing: tuple[Finding, ...], judged: tuple[Finding, ...], asked: frozenset[str]
) -> tuple[Finding, ...]:
    """What stands of a revision once some of its rules were asked anew."""
    kept = (one for one in standing if one.rule.partition(":")[0] not in asked)
    return (*kept, *judged)


async def _examined(file: File, act: Decide) -> Examination:
    post = file.life.post
    told, content = await house_and_content(file.session, post.organisation, post.content_hash)
    return await examined(
        file.session, post.organisation, content, told, APPROVING, act.at, post.hour, post.id
    )
