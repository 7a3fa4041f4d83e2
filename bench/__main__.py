"""`python -m bench [--only NAMES] [--quick] [--json PATH]`: measure, print a table, write JSON."""

from collections.abc import Callable, Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import uvloop

from bench import house
from bench.results import Result, table, write_json

Measure = Callable[[house.House], Coroutine[Any, Any, list[Result]]]

# What can be measured, and the module whose `measure` does it. Modules are imported once the house stands:
# what they import reads the settings.
MEASURES = {
    "page-signed-out": "bench.page_signed_out",
    "page-signed-in": "bench.page_signed_in",
    "month": "bench.month",
    "feed-1000": "bench.feeds",
    "feed-cold": "bench.feed_cold",
    "hot-event": "bench.hot_event",
    "followups-opened": "bench.followups_opened",
    "marks-revealed": "bench.marks_revealed",
    "letters": "bench.letters",
    "weekly": "bench.weekly",
    "prompts": "bench.prompts",
    "standing": "bench.standing",
    "ready": "bench.ready",
    "scale": "bench.scale",
    "series": "bench.series",
}


@click.command()
@click.option("--only", envvar="ONLY", default="", help="Names, with commas between them.")
@click.option("--quick", envvar="QUICK", is_flag=True, help="Shorter and fewer runs.")
@click.option(
    "--json",
    "json_path",
    envvar="JSON",
    type=click.Path(path_type=Path),
    help="Write the figures there, too.",
)
def bench(only: str, quick: bool, json_path: Path | None) -> None:
    """Measure Kith beside the least that could do the same."""
    names = [name.strip() for name in only.split(",") if name.strip()] or list(MEASURES)
    if unknown := set(names) - set(MEASURES):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    results: list[Result] = []
    with house.built(quick=quick) as built:
        for name in names:
            click.echo(f"{name} ...", err=True)
            measure: Measure = import_module(MEASURES[name]).measure
            results += uvloop.run(measure(built))
    click.echo(table(results))
    if json_path:
        write_json(results, json_path)


if __name__ == "__main__":
    bench()
