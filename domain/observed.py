"""What was seen after publication, or in the registers: the input of monitoring and records
rules."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Snapshot:
    """A publication as it stands on its platform now, beside what was approved."""

    channel: str
    approved_text: str = ""
    live_text: str = ""
    approved_media: tuple[str, ...] = ()
    live_media: tuple[str, ...] = ()
    approved_languages: tuple[str, ...] = ()
    live_languages: tuple[str, ...] = ()  # empty: the platform does not say
    replies: int = 0
    gone: bool = False
    deletion_ordered: bool = False
    known_to_us: bool = True  # False: a post on our account that we never approved
    registered_native: bool = False  # an emergency post made by hand and registered


@dataclass(frozen=True)
class Moderation:
    """What was done with a citizen's comment."""

    act: str  # hide, delete, block
    reason_code: str = ""
    policy_version: str = ""
    archived_copy: str = ""
    keyword: str = ""  # a filter did it, with this word
    viewpoint: bool = False  # the reason given is the view itself


@dataclass(frozen=True)
class Capture:
    """The archived copy of a publication."""

    channel: str
    minutes: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disposal:
    """Somebody wants to delete a record."""

    object: str
    authority: str = ""
    captured: bool = False
    unsubmitted_draft: bool = False
    on_hold: bool = False


@dataclass(frozen=True)
class Clock:
    """A legal deadline that runs: an information request or a data subject's request."""

    kind: str  # foi, sar
    received: datetime
    due: datetime
    answered_at: datetime | None = None
    extension_notified: bool = False


@dataclass(frozen=True)
class AccountSecurity:
    """The attested state of an account on a platform."""

    channel: str
    mfa: bool = True
    admins: int = 1
    token_age_days: int = 0
    recovery_email_official: bool = True


@dataclass(frozen=True)
class Past:
    """A text that already went out on a channel."""

    channel: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Observed:
    """Everything the house saw that a rule may ask about."""

    history: tuple[Past, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    moderation: tuple[Moderation, ...] = ()
    captures: tuple[Capture, ...] = ()
    capture_minutes_max: int = 15
    disposals: tuple[Disposal, ...] = ()
    clocks: tuple[Clock, ...] = ()
    accounts: tuple[AccountSecurity, ...] = ()
    opposition_last_at: datetime | None = None
