"""The commands for the keys of this house: made, added, put in use, retired."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.canonical import instant
from local.here import here
from local.offline import stop
from records import keys as house_keys
from records.keys import KeyTrouble, Kind
from settings import settings

MOMENTS = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%MZ"]

keys = typer.Typer(
    no_args_is_help=True, help="The keys of this house: made, added, put in use, retired."
)


@keys.command("make")
def make_keys() -> None:
    """Make every key that is missing. Never replaces one."""
    folder = settings().keys
    for kind, id in house_keys.make_keys(folder).items():
        typer.echo(f"{kind}: {id}")
    typer.echo(f"The keys are in {folder}. Back them up: what they closed opens with nothing else.")


@keys.command("add")
def add_key(kind: Kind) -> None:
    """Add a key without using it yet. Hand it to every process, then `keys activate`."""
    typer.echo(house_keys.add_key(here().keys, kind))


@keys.command("activate")
def activate_key(kind: Kind, id: str) -> None:
    """From their next start on, all processes use this key for what is new."""
    try:
        house_keys.activate(here().keys, kind, id)
    except KeyTrouble as trouble:
        stop(str(trouble))


@keys.command("retire")
def retire_key(
    kind: Kind,
    id: str,
    since: Annotated[
        datetime | None, typer.Option(help="In UTC; now, if left out.", formats=MOMENTS)
    ] = None,
) -> None:
    """What this key signs from a moment on counts for nothing; what it signed before, stays.

    Only a key that signs, and not the one in use. Takes effect as processes start.
    """
    moment = since.replace(tzinfo=UTC) if since else datetime.now(UTC)
    try:
        house_keys.retire(here().keys, kind, id, moment)
    except KeyTrouble as trouble:
        stop(str(trouble))
    typer.echo(f"The {kind} key {id} is retired from {instant(moment)} on.")
