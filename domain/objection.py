"""Refusals: a stable code for machines, and a sentence its reader can act on.

Whoever decides asks for the objection and gets one or None. The workflow refuses with it, the API
answers 409 with it, and a page shows it beside the greyed-out button.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Stable: clients branch on these. docs/lifecycle.md lists them with their sentences."""

    STALE_VERSION = "STALE_VERSION"
    NOT_IN_REVIEW = "NOT_IN_REVIEW"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    LEVEL_NOT_OPEN = "LEVEL_NOT_OPEN"
    LEVEL_CLOSED = "LEVEL_CLOSED"
    SELF_APPROVAL = "SELF_APPROVAL"
    SEPARATION_OF_DUTIES = "SEPARATION_OF_DUTIES"
    COMMENT_REQUIRED = "COMMENT_REQUIRED"
    MACHINES_NEVER_APPROVE = "MACHINES_NEVER_APPROVE"
    NOT_SUBMITTABLE = "NOT_SUBMITTABLE"
    NO_CHANGES_SINCE_REVIEW = "NO_CHANGES_SINCE_REVIEW"
    POLICY_BLOCK = "POLICY_BLOCK"
    NO_CHAIN = "NO_CHAIN"
    NOT_YOURS = "NOT_YOURS"
    LOCKED = "LOCKED"
    ALREADY_PUBLISHED = "ALREADY_PUBLISHED"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    DISCARDED = "DISCARDED"
    IN_THE_PAST = "IN_THE_PAST"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    NOTHING_UNKNOWN = "NOTHING_UNKNOWN"
    SEAL_BROKEN = "SEAL_BROKEN"


@dataclass(frozen=True)
class Objection:
    code: Code
    says: str


class Refusal(Exception):
    """An objection on its way to the person who asked."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection.says)
        self.objection = objection


def refuse(objection: Objection | None) -> None:
    if objection:
        raise Refusal(objection)
