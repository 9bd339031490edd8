"""The commands that need no server: chains rehearsed, drafts checked, rules explained."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False)]

chain = typer.Typer(no_args_is_help=True, help="Chains of signatures, rehearsed before they apply.")
policy = typer.Typer(no_args_is_help=True, help="Rules: asked of drafts, proven, explained.")


@chain.command("try")
def try_chain(files: Annotated[list[Path], typer.Argument(exists=True)]) -> None:
    """Play scenario files against the judge: who does what when, and what is expected."""
    from records.documents import Unreadable
    from records.rehearsal import try_files

    try:
        played = try_files(files)
    except Unreadable as wrong:
        stop(str(wrong))
    for one in played:
        typer.echo("\n".join(one.text))
    if not all(one.went_well for one in played):
        raise typer.Exit(1)


@policy.command("check")
def check_drafts(
    source: Annotated[str, typer.Argument(metavar="FILE|-", help="- reads standard input.")],
    office: Annotated[Path | None, typer.Option(exists=True, file_okay=False)] = None,
    at: Annotated[str, typer.Option(help="When it is asked: an instant. Now if left out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a draft.")] = False,
) -> None:
    """Hold drafts (YAML, JSON, JSON lines) against the packs.

    Ends with 1 if a rule blocks one, with 2 if something cannot be read.
    """
    from records.checking import check
    from records.drafts import Misread
    from records.office import OfficeError
    from records.yaml_values import Malformed

    blocks = misread = False
    try:
        moment = _instant(at) if at else None
        with _opened(source) as stream:
            for checked in check(stream, source, office, moment):
                if isinstance(checked, Misread):
                    misread = True
                    typer.echo(checked.says, err=True)
                    continue
                said = [json.dumps(checked.told, ensure_ascii=False)] if as_json else checked.lines
                typer.echo("\n".join(said))
                blocks = blocks or bool(checked.found.blocked)
    except UnicodeDecodeError:
        typer.echo(f"{source}: this is not text in UTF-8", err=True)
        raise typer.Exit(2) from None
    except (Malformed, OfficeError, OSError, ValueError) as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(2) from None
    if misread or blocks:
        raise typer.Exit(2 if misread else 1)


def _opened(source: str) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdin) if source == "-" else Path(source).open(encoding="utf-8-sig")


@policy.command("test")
def prove_packs(
    files: Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False)] = None,
) -> None:
    """Hold every example against its rule: in these packs, or in all that we ship."""
    from records.checking import packs_in, proven
    from records.yaml_values import Malformed

    try:
        book = packs_in(files or [])
    except Malformed as wrong:
        stop(str(wrong))
    faulty = False
    for pack, count, wrong_ones in proven(book):
        for said in wrong_ones:
            typer.echo(said, err=True)
        faulty = faulty or bool(wrong_ones)
        typer.echo(
            f"{pack.name}: {len(pack.rules)} rules, {count} examples, {len(wrong_ones)} wrong."
        )
    if faulty:
        raise typer.Exit(1)


@policy.command("explain")
def explain_rule(rule: str, lang: Annotated[str, typer.Option(help="en or fr.")] = "en") -> None:
    """Say what a rule asks, why, of whom, and what passes and what does not."""
    from records.checking import explained

    try:
        for line in explained(rule, lang):
            typer.echo(line)
    except LookupError as unknown:
        stop(str(unknown.args[0]))


def _instant(text: str) -> datetime:
    """Raises ValueError with a sentence."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} needs its time zone: end it with Z or +01:00.")
    return moment


@chain.command("explain")
def explain_chain(
    folder: Folder,
    chain: Annotated[str, typer.Option(help="Which chain; the first if left out.")] = "",
    author: Annotated[str, typer.Option(help="Who would have written the post.")] = "",
    fact: Annotated[
        list[str] | None, typer.Option(help="Of the post, as in paid=true; repeatable.")
    ] = None,
    at: Annotated[
        datetime | None, typer.Option(help="When it would be submitted, in UTC; now if left out.")
    ] = None,
) -> None:
    """Draw a chain, and tell who would sign a post of this author, by when."""
    from records.documents import Unreadable
    from records.explaining import explain_files, read_facts

    moment = (at or datetime.now(UTC)).replace(tzinfo=UTC)
    try:
        said = explain_files([folder], chain, author or "somebody", read_facts(fact or ()), moment)
    except (Unreadable, LookupError) as wrong:
        stop(str(wrong))
    typer.echo("\n".join(said))


def stop(says: str) -> NoReturn:
    """Say why it cannot be done, and end with 1."""
    typer.echo(says, err=True)
    raise typer.Exit(1)


def verify_folder(folder: Path, keys: Path | None) -> None:
    """Prove an exported post. Ends with 1 if anything in it is not as it was."""
    from records.exported import NotAnExport, prove_folder
    from records.keys import KeyTrouble

    try:
        proven = prove_folder(folder, keys)
    except (NotAnExport, KeyTrouble) as wrong:
        stop(str(wrong))
    for fault in proven.faults:
        typer.echo(str(fault), err=True)
    typer.echo(
        f"{proven.organisation}/{proven.post}: {proven.entries} entries, {proven.seals} seals, "
        f"{proven.histories} histories; sealed up to entry {proven.sealed}; "
        f"{len(proven.faults)} faults."
    )
    if not keys:
        typer.echo("By the keys that lie in it. Compare them with those you know, or name --keys.")
    if proven.faults:
        raise typer.Exit(1)
