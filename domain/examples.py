"""The examples in a pack, held against its rules: they prove it, or name what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.packs import Example, Pack, Rule, Rulebook
from domain.policy import examine


@dataclass(frozen=True)
class Disagreement:
    """An example that a rule does not treat as the pack says."""

    rule: Rule
    example: Example
    found: tuple[str, ...]

    def __str__(self) -> str:
        wanted = "should have been found" if self.example.fails else "should have passed"
        told = f": {' '.join(self.found)}" if self.found else ""
        return f"{self.rule.where}: {self.example.name} {wanted}{told}"


def disagreements(pack: Pack) -> Iterator[Disagreement]:
    """The examples of a pack that it does not keep."""
    alone = Rulebook((pack,), "examples")
    for rule in pack.rules:
        for example in rule.examples:
            found = [f for f in examine(example.case, alone) if f.rule == rule.id]
            broken = [f.says for f in found if "could not be applied" in f.says]
            same = [f for f in found if f.severity is rule.severity]
            if broken or bool(same) is not example.fails:
                yield Disagreement(rule, example, tuple(f.says for f in found))
