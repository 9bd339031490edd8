"""Waivers: a named role answers, with a reason, for one finding of one revision."""

from dataclasses import dataclass

from domain.finding import Finding, InEmergency


@dataclass(frozen=True)
class Waiver:
    """Somebody takes a finding upon themselves. It covers one content hash, never the next."""

    finding: str  # the finding's id: rule, and channel or language
    role: str
    by: str
    reason: str
    content_hash: str


def objection(waiver: Waiver, finding: Finding, content_hash: str) -> str | None:
    """Why this waiver does not cover this finding, as a sentence; None if it does."""
    if waiver.finding != finding.id:
        return f"The waiver is for {waiver.finding}, and this is {finding.id}."
    if not finding.waiver:
        return f"Nobody may waive {finding.rule}."
    if waiver.role not in finding.waiver.split("|"):
        return f"Only {finding.waiver.replace('|', ' or ')} may waive {finding.rule}."
    if not waiver.reason.strip():
        return "A waiver needs a reason."
    if waiver.content_hash != content_hash:
        return "The post has changed since this waiver was given. Ask for a new one."
    return None


def standing(
    findings: tuple[Finding, ...], waivers: tuple[Waiver, ...], content_hash: str
) -> tuple[Finding, ...]:
    """The findings that no waiver covers."""
    return tuple(
        finding
        for finding in findings
        if all(objection(waiver, finding, content_hash) for waiver in waivers)
    )


def hold_in_emergency(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The blocks that even the emergency path does not pass."""
    return tuple(
        finding
        for finding in findings
        if finding.blocks and finding.emergency is not InEmergency.PASSES
    )
