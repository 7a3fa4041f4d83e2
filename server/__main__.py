"""The command line: `python -m server COMMAND`.

Each command imports what it needs when it runs: settings and the database's address are decided first, and
`--help` answers at once.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NoReturn, TypeVar

import click

# What was compiled once is kept, where images and hosts tell Python not to as well: each start is 0.4 s sooner.
sys.dont_write_bytecode = False

Result = TypeVar("Result")

FAILED = 1  # exit status; 2 is for settings and arguments


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def kith() -> None:
    """Kith: gatherings, and staying in each other's lives afterwards.

    Settings come from the environment; docs/operators.md explains them. Without DATABASE_URL and REDIS_URL, each
    command uses the PostgreSQL and Valkey embedded in DATA_DIR, and starts them if nobody runs them.
    """


@kith.command()
@click.option("--demo/--no-demo", default=True, help="Fill an empty database with a demonstration community.")
def dev(demo: bool) -> None:
    """Run everything on this machine, for development."""
    os.environ["DEVELOPMENT"] = "1"
    with _explained():
        from server import launcher

        try:
            launcher.dev(demo=demo)
        except SystemExit as signalled:
            # Being told to stop is how this ends; nothing went wrong.
            sys.exit(0 if _is_signal(signalled.code) else signalled.code)


@kith.command()
@click.option("--workers", default=1, show_default=True, help="How many processes serve.")
@click.option("--fd", type=int, hidden=True, help="A socket that listens already.")
def web(workers: int, fd: int | None) -> None:
    """Serve pages and the API on HOST and PORT."""
    with _prepared(serving=True):
        import socket

        from server.settings import settings
        from server.web import listen, serve

        listening = listen(settings.host, settings.port) if fd is None else socket.socket(fileno=fd)
        with listening:
            serve(listening, processes=workers)
        _told_to_end()


@kith.command()
def worker() -> None:
    """Send letters and do what is due."""
    with _prepared(serving=True):
        from server.lazily import undisturbed

        with undisturbed():
            from server import worker

        worker.main()
        _told_to_end()


@kith.command()
def migrate() -> None:
    """Bring the database up to date; running it twice is safe."""
    with _prepared():
        from server import schema

        applied = asyncio.run(_pooled(schema.apply))
        click.echo(f"Migrations applied: {applied}.")


@kith.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people already.")
def demo(if_empty: bool) -> None:
    """Fill the database with a demonstration community."""
    with _prepared():
        from server import schema
        from server.demo import loading

        asyncio.run(_pooled(schema.apply))
        came = asyncio.run(_pooled(lambda: loading.load(if_empty=if_empty)))
        click.echo(f"People who came: {came}.")


@kith.command()
def css() -> None:
    """Build the style sheet."""
    with _explained():
        from server import assets

        click.echo(f"Built {assets.build_styles()}.")


@kith.command()
@click.pass_context
def release(context: click.Context) -> None:
    """Prepare a new version: styles, templates, migrations."""
    context.invoke(css)
    with _explained():
        from server import lettering, pages
        from server.languages import catalogues
        from server.languages.language import speaking

        for language in catalogues.offered():
            with speaking(language):
                compiled = f"{pages.compile_pages()} pages, {lettering.compile_letters()} letters"
            click.echo(f"{language.name}: compiled {compiled}.")
    context.invoke(migrate)


@kith.command()
def check() -> None:
    """Look whether all that Kith needs is there."""
    with _prepared():
        from server import checkup

        if not asyncio.run(checkup.checkup()):
            sys.exit(FAILED)


@kith.command()
def clocks() -> None:
    """Keep 19:00 at 19:00 where a country has changed its clocks."""
    with _prepared():
        from server import composition, timezones

        moved = asyncio.run(_pooled(composition.follow_new_rules))
        click.echo(f"Gatherings and shifts that follow the tz database {timezones.version()}: {moved}.")


@kith.command()
def drift() -> None:
    """Look whether migrations and tables agree."""
    with _explained():
        from server import schema

        missing = asyncio.run(schema.drift())
        for statement in missing:
            click.echo(statement, err=True)
        if missing:
            raise click.ClickException("The tables say more than the migrations do: run `make migration`.")
        click.echo("The migrations make the tables that the code describes.")


@kith.command()
@click.option("--new", metavar="CODE", help="Begin a catalogue for one more language, such as pt-BR.")
@click.option("--check", is_flag=True, help="Change nothing; fail if a catalogue is out of date or broken.")
def languages(new: str | None, check: bool) -> None:
    """Bring the catalogues of translators up to date, and check them."""
    with _explained():
        from server.languages import making

        if new:
            click.echo(f"Begun {making.begin(new)}.")
        elif not check:
            click.echo("\n".join(making.make()))
        if faults := making.faults():
            click.echo("\n".join(faults), err=True)
            raise click.ClickException(f"Faults in the catalogues: {len(faults)}.")


@contextmanager
def _prepared(*, serving: bool = False) -> Iterator[None]:
    """Inside, PostgreSQL and Valkey are there, and signals end what is going on."""
    with _explained(serving=serving):
        from server.processes import ended_by_signals

        with ended_by_signals(), _stand_ins():
            yield


def _stand_ins() -> AbstractContextManager[None]:
    """The embedded services, which are not even loaded where the settings name others."""
    from server.settings import settings

    if settings.database_url and settings.redis_url:
        return nullcontext()
    from server.embedded.stand_ins import stand_ins

    return stand_ins()


@contextmanager
def _explained(*, serving: bool = False) -> Iterator[None]:
    """What an operator can mend ends with a sentence, not with a traceback; in the log, for what serves for long."""
    if serving:
        from server import logs
        from server.settings import settings

        logs.configure(readable=settings.development)
    try:
        yield
    except Exception as error:
        sentence = _sentence(error)
        if not sentence:
            raise
        _complain(sentence, serving=serving)
        sys.exit(FAILED)


def _complain(sentence: str, *, serving: bool) -> None:
    from server import logs
    from server.settings import settings

    if serving and not settings.development:
        logs.log.critical("Kith cannot go on", reason=sentence)
    else:
        click.echo(f"Kith cannot go on: {sentence}", err=True)


def _sentence(error: Exception) -> str:
    """What an operator can do about an error; empty when it is our own fault."""
    from server.db import DatabaseGone
    from server.processes import CannotStart

    if isinstance(error, CannotStart):
        return str(error)
    if isinstance(error, DatabaseGone):
        return f"PostgreSQL cannot be reached: {error.__cause__ or 'no answer'}. Is DATABASE_URL right?"
    return ""


def _told_to_end() -> NoReturn:
    """End now: a server that was told to end does not wait for others who use its PostgreSQL."""
    sys.exit()


async def _pooled(work: Callable[[], Awaitable[Result]]) -> Result:
    from server import schema, watching

    watching.travel()
    async with schema.pool():
        return await work()


def _is_signal(code: object) -> bool:
    return isinstance(code, int) and code > 128


if __name__ == "__main__":
    kith()
