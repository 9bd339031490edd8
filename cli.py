"""`parapheur …`: one command for each thing that people and machines ask of an installation."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from local.here import here, home_keys
from local.keys import keys
from local.offline import Folder, chain, policy, stop, verify_folder
from records.keys import KeyTrouble, Kind, Sealer, Seals, Vault, make_keys
from settings import Settings, settings

if TYPE_CHECKING:  # each command imports what it needs: who asks for little need not wait
    from sqlalchemy.exc import OperationalError

    from records.database import Database
    from records.export import Files
    from records.histories import Read

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
api_key = typer.Typer(no_args_is_help=True, help="Keys for machines that start posts.")
channel = typer.Typer(no_args_is_help=True, help="Accounts on platforms.")
app.add_typer(keys, name="keys")
app.add_typer(api_key, name="api-key")
app.add_typer(channel, name="channel")
app.add_typer(chain, name="chain")
app.add_typer(policy, name="policy")

T = TypeVar("T")


@app.command()
def up() -> None:
    """Start the whole newsroom on this machine, and stop it with Ctrl-C."""
    from local.newsroom import run_newsroom
    from local.processes import CannotStart
    from records import sign_in
    from workflows.attributes import TYPES

    told = settings()
    try:
        make_keys(home_keys(told))
        word = sign_in.password(home_keys(told))
        asyncio.run(run_newsroom(told, lambda: _greeting(word), TYPES))
    except CannotStart as trouble:
        stop(str(trouble))
    except OSError as trouble:  # no such folder, no right to write, no room left
        stop(
            f"{trouble.strerror}: {trouble.filename or told.home}. The newsroom needs a home "
            "that it may write to, on a disk with room; PARAPHEUR_HOME names another folder."
        )


@app.command()
def worker() -> None:
    """Serve workflows and activities until SIGTERM."""
    gc.disable()
    from uvicorn.loops.auto import auto_loop_factory

    from worker import serve

    _talk()
    _settle_in()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(serve(settings()))


@app.command()
def api() -> None:
    """Serve the HTTP API until SIGTERM."""
    gc.disable()
    import uvicorn

    from api.app import create_app

    _talk()
    _settle_in()
    told = settings()
    uvicorn.run(
        create_app(told),
        host=told.api_host,
        port=told.api_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=30,
        server_header=False,
    )


@app.command()
def migrate() -> None:
    """Bring the tables to this release's form. Needs PARAPHEUR_OWNER_DATABASE_URL."""
    from records.migrate import CannotMigrate
    from records.migrate import migrate as migrate_tables

    told = settings()
    if not told.owner_database_url:
        stop("Set PARAPHEUR_OWNER_DATABASE_URL: only the owner of the database may migrate.")
    try:
        migrate_tables(told.owner_database_url, told.database_url)
    except CannotMigrate as trouble:
        stop(str(trouble))


@app.command()
def apply(folder: Folder) -> None:
    """Check an organisation's folder and store it. Running posts keep their versions."""
    from records.office import OfficeError, apply_office, organisation_in
    from workflows.informing import tell_reviews

    async def apply_and_tell(database: "Database") -> None:
        for said in await apply_office(database, folder):
            typer.echo(said)
        for said in await tell_reviews(here(), database, [organisation_in(folder)]):
            typer.echo(said)

    try:
        _with_database(apply_and_tell)
    except OfficeError as wrong:
        stop(str(wrong))


@app.command()
def verify(
    organisation: Annotated[str, typer.Argument()] = "",
    folder: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="An exported post instead.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Public keys for --folder.")
    ] = None,
) -> None:
    """Prove the record: every file, seal and checkpoint. Names each row that is not as it was."""
    if folder:
        verify_folder(folder, keys)
        return
    from records.verify import prove

    told = here()
    try:
        seals, witness = Seals.of(told.keys), Seals.of(told.keys, Kind.CHECKPOINT)
    except KeyTrouble as trouble:
        stop(str(trouble))
    if (stored := _stored(told)) is None:
        typer.echo(f"There is no {told.media_store} here: only the tables are looked at.")
    if organisation:
        _is_here(organisation)
    faulty = False
    for name in [organisation] if organisation else _with_database(_names):
        proof = _with_database(
            partial(prove, organisation=name, seals=seals, witness=witness, stored=stored)
        )
        for fault in proof.faults:
            typer.echo(str(fault), err=True)
        faulty = faulty or bool(proof.faults)
        typer.echo(
            f"{name}: {proof.posts} posts, {proof.entries} entries, {proof.seals} seals, "
            f"{proof.checkpoints} checkpoints; {len(proof.faults)} faults."
        )
    if faulty:
        raise typer.Exit(1)


@app.command()
def export(organisation: str, post: str, folder: Path) -> None:
    """Write everything about one post into a new folder that can be checked without us."""
    from activities.histories import Shelf
    from activities.media import Album, open_store
    from records.export import CannotExport, Sources, gathered, write

    told = here()
    store = open_store(told.media_store)

    async def gather(database: "Database") -> "Files":
        sources = Sources(database, told.keys, Album(store, database).read, Shelf(store).read)
        return await gathered(sources, organisation, post)

    try:
        write(_with_database(gather), folder)
    except CannotExport as trouble:
        stop(str(trouble))
    typer.echo(f"{folder} has everything about {post}. Its README.md says how to check it.")


@app.command()
def checkpoint() -> None:
    """Sign the heads of all files now, without waiting for the worker."""
    from records.checkpoints import seal_heads

    sealer = Sealer.of(here().keys, Kind.CHECKPOINT)

    async def seal(database: "Database") -> None:
        for name in await _names(database):
            async with database.transaction(name) as session:
                count = await seal_heads(session, name, sealer)
            typer.echo(f"{name}: {count} heads sealed.")

    _with_database(seal)


@app.command()
def resume() -> None:
    """Start again, from the record, every post that Temporal has lost. Safe at any time."""
    from workflows import engine
    from workflows.informing import tell_reviews
    from workflows.resume import resume as resume_all

    async def all_of_them(database: "Database") -> None:
        client = await engine.connect(here())
        for name in await _names(database):
            done = await resume_all(client, database, name, settings().task_queue)
            typer.echo(
                f"{name}: {done.open} posts are open, {len(done.started)} were started again."
            )
        for said in await tell_reviews(here(), database, await _names(database)):
            typer.echo(said)

    _with_database(all_of_them)


@app.command()
def demo() -> None:
    """Drive one post through its life, against a running `make up`, and tell the story."""
    from local.demo import Trouble, tell_story

    try:
        asyncio.run(tell_story(settings(), typer.echo))
    except Trouble as trouble:
        stop(str(trouble))


@api_key.command("make")
def make_api_key(
    organisation: str,
    name: Annotated[str, typer.Option(help="Which system it is for.")],
    scope: Annotated[list[str] | None, typer.Option(help="Repeatable; all if left out.")] = None,
) -> None:
    """Make a key for a machine. It is shown once, and can never approve anything."""
    from records import api_keys

    _is_here(organisation)
    scopes = tuple(scope or api_keys.SCOPES)
    try:
        typer.echo(_with_database(lambda db: api_keys.make(db, organisation, name, scopes)))
    except ValueError as wrong:
        stop(str(wrong))


@api_key.command("revoke")
def revoke_api_key(organisation: str, id: str) -> None:
    """From now on this key opens nothing."""
    from records.api_keys import revoke

    if not _with_database(lambda database: revoke(database, organisation, id)):
        stop(f"{organisation} has no API key {id}.")


@channel.command("connect")
def connect_channel(
    organisation: str,
    id: str,
    platform: str,
    service: Annotated[str, typer.Option(help="Its address, e.g. https://bsky.social.")],
    account: Annotated[str, typer.Option(help="The account's handle.")],
) -> None:
    """Connect an account. Its (app) password is asked for, or read from standard input."""
    from sqlalchemy.dialects.postgresql import insert

    from records.tables import ChannelRow

    _is_here(organisation)
    secret = typer.prompt("Password", hide_input=True) if sys.stdin.isatty() else input()
    locked = Vault.of(here().keys).encrypt(secret.encode(), organisation=organisation, channel=id)
    row = {
        "platform": platform,
        "settings": {"service": service, "account": account},
        "secret": locked,
        "enabled": True,
    }

    async def store(database: "Database") -> None:
        async with database.transaction(organisation) as session:
            await session.execute(
                insert(ChannelRow)
                .values(organisation=organisation, id=id, **row)
                .on_conflict_do_update(index_elements=["organisation", "id"], set_=row)
            )

    _with_database(store)
    typer.echo(f"{id} speaks as {account} on {platform}.")


def _is_here(organisation: str) -> None:
    """Stops at a name that no organisation has: a typo must not look like work that was done."""
    from records.organisations import Unknown, settings_of

    async def asked(database: "Database") -> None:
        async with database.transaction(organisation) as session:
            await settings_of(session, organisation)

    try:
        _with_database(asked)
    except Unknown as nobody:
        stop(str(nobody))


async def _names(database: "Database") -> list[str]:
    from records.checkpoints import organisations

    async with database.transaction("") as session:
        return await organisations(session)


def _stored(told: Settings) -> "Read | None":
    """What reads histories, if there is a store: who proves a copy may have the tables alone."""
    from activities.histories import Shelf
    from activities.media import open_store

    kind, _, folder = told.media_store.partition(":")
    if kind == "file" and not Path(folder).is_dir():
        return None
    return Shelf(open_store(told.media_store)).read


def _with_database(task: Callable[["Database"], Coroutine[Any, Any, T]]) -> T:
    """Run one piece of work with a database of its own."""
    from records.database import connect

    async def run() -> T:
        database = connect(here().database_url, pool=2)
        try:
            return await task(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _greeting(word: str) -> str:
    return (
        "Sign in as ana (author), lena (Legal), dara (direction), carl (lead) or ines (admin) "
        f"of the organisation “office”, password {word}"
    )


def _settle_in() -> None:
    """Have at hand what is needed all day, and never look through it for rubbish again."""
    from records.packs import shipped

    shipped()
    gc.freeze()
    gc.enable()  # it was off while we read what we are made of: a fifth of that time


def _talk() -> None:
    """Log to standard error: when, how bad, who, what. Ids, never content."""
    logging.basicConfig(
        level=settings().log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with queries


def main() -> None:
    """The commands. What an installation lacks is told in a sentence."""
    try:
        app()
    except (KeyTrouble, ConnectionError) as trouble:
        says = str(trouble)
    except ValidationError as wrong:
        says = " ".join(
            f"PARAPHEUR_{str(one['loc'][0]).upper()} is {one['input']!r}: {one['msg']}."
            for one in wrong.errors()
        )
    except _lost_database() as broken:
        says = f"PostgreSQL does not do what it is asked: {broken.orig}"
    typer.echo(says, err=True)
    sys.exit(1)


def _lost_database() -> "type[OperationalError]":
    """Asked for only when something was raised."""
    from sqlalchemy.exc import OperationalError

    return OperationalError


if __name__ == "__main__":
    main()
