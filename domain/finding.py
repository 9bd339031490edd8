"""What holding a post against a rule finds, in words its author can act on."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class InEmergency(StrEnum):
    """What the emergency path does with a finding."""

    HOLDS = "holds"  # it blocks even then
    PASSES = "passes"  # the post may go, and the finding is reviewed afterwards
    EXEMPTS = "exempts"  # it blocks, but posts of the category "emergency" are outside the rule


@dataclass(frozen=True)
class Finding:
    rule: str
    severity: Severity
    says: str
    channel: str = ""
    suffix: str = ""  # a language code, where one rule finds once per language
    title: str = ""
    clause: str = ""
    source: str = ""
    waiver: str = ""  # the role that may waive it; nobody if empty
    emergency: InEmergency = InEmergency.HOLDS
    pack: str = ""  # "personal-data/1"
    piece: str = ""  # the words it was found in, as the author wrote them

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK

    @property
    def id(self) -> str:
        """The rule, with the channel or language it was found for: `length.exceeded:x`."""
        return ":".join(filter(None, (self.rule, self.suffix or self.channel)))
