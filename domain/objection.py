"""Refusals: a stable code for machines, and a sentence its reader can act on.

Whoever decides asks for the objection and gets one or None. The workflow refuses with it, the API
answers 409 with it, and a page shows it beside the greyed-out button.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Stable: clients branch on these. docs/approvals.md tells each in words."""

    # The text.
    STALE_VERSION = "STALE_VERSION"
    NO_CHANGES_SINCE_REVIEW = "NO_CHANGES_SINCE_REVIEW"
    MAX_ROUNDS_REACHED = "MAX_ROUNDS_REACHED"
    LOCKED_IN_REVIEW = "LOCKED_IN_REVIEW"
    LOCKED = "LOCKED"
    NOT_SUBMITTABLE = "NOT_SUBMITTABLE"
    NO_CHAIN = "NO_CHAIN"
    # The person.
    MACHINES_NEVER_APPROVE = "MACHINES_NEVER_APPROVE"
    ACTOR_INACTIVE = "ACTOR_INACTIVE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NOT_YOURS = "NOT_YOURS"
    SELF_APPROVAL = "SELF_APPROVAL"
    SEPARATION_OF_DUTIES = "SEPARATION_OF_DUTIES"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    COMMENT_REQUIRED = "COMMENT_REQUIRED"
    EXTERNAL_LINK_REQUIRED = "EXTERNAL_LINK_REQUIRED"
    LINK_EXPIRED = "LINK_EXPIRED"
    STEP_UP_AUTH_REQUIRED = "STEP_UP_AUTH_REQUIRED"
    # The level.
    LEVEL_NOT_OPEN = "LEVEL_NOT_OPEN"
    LEVEL_CLOSED = "LEVEL_CLOSED"
    UNKNOWN_LEVEL = "UNKNOWN_LEVEL"
    # The delegation.
    DELEGATION_NOT_STARTED = "DELEGATION_NOT_STARTED"
    DELEGATION_EXPIRED = "DELEGATION_EXPIRED"
    DELEGATION_REVOKED = "DELEGATION_REVOKED"
    NOTHING_TO_DELEGATE = "NOTHING_TO_DELEGATE"
    INVALID_WINDOW = "INVALID_WINDOW"
    EXTERNAL_DELEGATION_FORBIDDEN = "EXTERNAL_DELEGATION_FORBIDDEN"
    # The state of the post.
    NOT_IN_REVIEW = "NOT_IN_REVIEW"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    ALREADY_PUBLISHED = "ALREADY_PUBLISHED"
    DISCARDED = "DISCARDED"
    IN_THE_PAST = "IN_THE_PAST"
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW"
    NOTHING_UNKNOWN = "NOTHING_UNKNOWN"
    SEAL_BROKEN = "SEAL_BROKEN"
    # Policy and emergencies.
    POLICY_BLOCK = "POLICY_BLOCK"
    NOT_OVERRIDABLE = "NOT_OVERRIDABLE"
    SECOND_PERSON_REQUIRED = "SECOND_PERSON_REQUIRED"
    NOT_AN_EMERGENCY = "NOT_AN_EMERGENCY"
    NON_BYPASSABLE_RULE = "NON_BYPASSABLE_RULE"


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
