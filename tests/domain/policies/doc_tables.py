"""The tables of docs/policies.md, made from the code. Run it to bring the page up to date:
`python -m tests.domain.policies.doc_tables`."""

from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path

import regex

from domain.detectors import DETECTORS
from domain.document import Shape, roots
from records.packs import shipped

PAGE = Path(__file__).resolve().parents[3] / "docs/policies.md"


def rules() -> str:
    lines = [
        "| rule | severity | found by | packs | moments | who may waive | emergency |",
        "|---|---|---|---|---|---|---|",
    ]
    rows: dict[tuple[str, ...], list[str]] = {}
    for pack in shipped().packs:
        for rule in pack.rules:
            moments = ", ".join(
                moment.value for moment in type(next(iter(rule.stages))) if moment in rule.stages
            )
            waiver = rule.waiver.replace("|", " or ") or "nobody"
            how = rule.detection.value
            key = (f"`{rule.id}`", rule.severity.value, how, moments, waiver, rule.emergency.value)
            rows.setdefault(key, []).append(pack.id)
    for (id, severity, how, moments, waiver, emergency), packs in sorted(rows.items()):
        lines.append(
            f"| {id} | {severity} | {how} | {', '.join(dict.fromkeys(packs))} | {moments} | "
            f"{waiver} | {emergency} |"
        )
    return "\n".join(lines)


def unconfirmed() -> str:
    lines = ["| rule | pack | clause to be confirmed by your counsel |", "|---|---|---|"]
    for pack in shipped().packs:
        lines += [
            f"| `{rule.id}` | {pack.id} | {rule.clause} |"
            for rule in pack.rules
            if not rule.confirmed
        ]
    return "\n".join(lines)


def detectors() -> str:
    lines = ["| `found.…` | what it finds |", "|---|---|"]
    for name, detector in DETECTORS.items():
        told = " ".join((getdoc(detector) or "").split()).replace("|", "\\|")
        lines.append(f"| `{name}` | {told} |")
    return "\n".join(lines)


def fields() -> str:
    lines = ["| name | type |", "|---|---|"]
    for root, shape in roots().items():
        if root != "found":
            lines += [f"| `{path}` | {kind} |" for path, kind in _flat(root, shape)]
    return "\n".join(lines)


def _flat(path: str, shape: Shape) -> Iterator[tuple[str, str]]:
    if isinstance(shape, str):
        yield path, shape
    elif isinstance(shape, tuple):
        if isinstance(shape[0], str):
            yield path, f"list of {shape[0]}"
        else:
            yield from _flat(f"{path}[]", shape[0])
    else:
        for name, part in shape.items():
            yield from _flat(f"{path}.{name}", part)


TABLES = {"rules": rules, "unconfirmed": unconfirmed, "detectors": detectors, "fields": fields}


def up_to_date(page: str) -> str:
    """The page with every table as the code says."""
    for name, table in TABLES.items():
        block = regex.compile(rf"(?s)(<!-- {name} -->\n).*?(<!-- /{name} -->)")
        assert block.search(page), f"docs/policies.md has no place for {name}"
        page = block.sub(lambda found, table=table: f"{found[1]}{table()}\n{found[2]}", page)
    return page


if __name__ == "__main__":
    PAGE.write_text(up_to_date(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
