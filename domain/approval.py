"""Who may give the next signature, and whether all of them are there."""

from dataclasses import dataclass

from domain.acts import Decide
from domain.chain import Chain, Level
from domain.objection import Code, Objection


@dataclass(frozen=True)
class Vote:
    """One signature as it counts: whose, and for which level."""

    level: str
    actor: str


def open_level(chain: Chain, votes: tuple[Vote, ...]) -> Level | None:
    """The first level without a signature; None once every level has one."""
    signed = {vote.level for vote in votes}
    return next((level for level in chain.levels if level.id not in signed), None)


def is_complete(chain: Chain, votes: tuple[Vote, ...]) -> bool:
    return open_level(chain, votes) is None


def vote(chain: Chain, votes: tuple[Vote, ...], act: Decide) -> Vote:
    level = open_level(chain, votes)
    assert level is not None
    return Vote(level.id, act.actor)


def objection(
    chain: Chain, votes: tuple[Vote, ...], authors: tuple[str, ...], act: Decide
) -> Objection | None:
    """Why this decision cannot stand on the level that is open, or None if it can."""
    if act.is_by_a_machine:
        says = "An API key can never approve; a person has to sign in."
        return Objection(Code.MACHINES_NEVER_APPROVE, says)
    level = open_level(chain, votes)
    assert level is not None
    if act.level and act.level != level.id:
        return _not_now(chain, votes, act.level, level)
    if not level.signers.include(act.actor, act.groups):
        return _not_a_signer(chain, votes, act, level)
    if act.actor in authors:
        says = "You wrote this post, so someone else has to decide on it."
        return Objection(Code.SELF_APPROVAL, says)
    if chain.separation_of_duties and any(vote.actor == act.actor for vote in votes):
        says = "You already signed this post; the next signature has to be someone else's."
        return Objection(Code.SEPARATION_OF_DUTIES, says)
    if act.verdict.needs_a_reason and not act.reason.strip():
        says = "Say why, so that the author knows what to do."
        return Objection(Code.COMMENT_REQUIRED, says)
    return None


def _not_now(chain: Chain, votes: tuple[Vote, ...], wanted: str, level: Level) -> Objection:
    asked = chain.level(wanted)
    if asked is None:
        says = f"This chain has no level {wanted!r}; {level.title} signs next."
        return Objection(Code.NOT_ELIGIBLE, says)
    if any(vote.level == wanted for vote in votes):
        return Objection(Code.LEVEL_CLOSED, f"{asked.title} has already decided.")
    return Objection(Code.LEVEL_NOT_OPEN, f"{level.title} signs before {asked.title}.")


def _not_a_signer(chain: Chain, votes: tuple[Vote, ...], act: Decide, level: Level) -> Objection:
    own = [other for other in chain.levels if other.signers.include(act.actor, act.groups)]
    signed = {vote.level for vote in votes}
    if later := [other for other in own if other.id not in signed]:
        return Objection(Code.LEVEL_NOT_OPEN, f"{level.title} signs before {later[0].title}.")
    if own:
        return Objection(Code.LEVEL_CLOSED, f"{own[0].title} has already decided.")
    says = f"{level.title} signs next, and you do not sign for {level.title}."
    return Objection(Code.NOT_ELIGIBLE, says)
