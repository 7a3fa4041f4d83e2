"""How long each kind of data is kept: one table, which the nightly jobs obey and the privacy page prints."""

from datetime import timedelta
from html import escape

import httpx
from piccolo.columns import ForeignKey
from piccolo.table import Table

from members.tables import Person, SignInLink
from piccolo_conf import APP_REGISTRY
from server import clock, composition
from server.retention import Kept
from tests.ground import forget_what_has_had_its_time


async def test_the_privacy_page_prints_every_kind_and_for_how_long_it_is_kept(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/privacy")).text
    for kind in composition.kept:
        assert f"<td>{escape(str(kind.what))}</td><td>{escape(str(kind.how_long))}</td>" in page


def test_the_nightly_jobs_are_those_of_the_table() -> None:
    by_the_clock = {each.function.__name__ for each in composition.timetable}
    ending = {kind.forget.__name__ for kind in composition.kept if kind.forget}
    assert ending <= by_the_clock
    others = {name for name in by_the_clock - ending if name.startswith(("forget", "discard"))}
    assert not others, "what deletes by the clock is in the table of what is kept"


async def test_a_job_obeys_the_time_that_the_page_prints() -> None:
    found = []

    async def forget(before) -> None:  # type: ignore[no-untyped-def]
        found.append(clock.now() - before)

    kind = Kept("Crumbs", "after tea", timedelta(days=7), forget)
    await kind.job()()
    assert kind.how_long == "7 days after tea"
    assert timedelta(days=7) - found[0] < timedelta(seconds=1)


async def test_what_is_not_old_enough_stays(client: httpx.AsyncClient, bo: Person) -> None:
    await client.post("/sign-in", data={"email": bo.email})
    await forget_what_has_had_its_time()
    assert await SignInLink.count() == 1 and await Person.count() == 1


def test_every_table_that_knows_of_people_says_how_long() -> None:
    said = {table for kind in composition.kept for table in kind.tables}
    silent = [table.__name__ for table in every_table() if knows_of_people(table) and table not in said]
    assert not silent, "say in `kept` how long that is kept"


def every_table() -> list[type[Table]]:
    return [table for app in APP_REGISTRY.app_configs.values() for table in app.table_classes]


def knows_of_people(table: type[Table]) -> bool:
    """Whether it has an address, or belongs to a person. In development alone: letters as they went out."""
    if table.__name__ == "SentLetter":
        return False
    return any(
        each._foreign_key_meta.resolved_references is Person
        if isinstance(each, ForeignKey)
        else "email" in each._meta.name
        for each in table._meta.columns
    )
