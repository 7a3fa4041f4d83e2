"""What is typed into the form of a gathering is kept while it is typed, for its writer alone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from typing import Any

import httpx
import pytest
import time_machine

from events.publishing import unfinished
from events.series import beginning
from events.tables import Event, Series, UnfinishedEvent
from members.account import erasing
from members.tables import Community, Person
from server import clock, db, pictures
from tests.events.publishing.test_form import NEW, a_picture, filled, hidden
from tests.events.series.test_making import tuesdays
from tests.gatherings import make_event
from tests.ground import work_off
from tests.people import As, join, make_person
from tests.promises.test_life_of_an_event import Fields

KEEP = f"{NEW}/unfinished"
NEW_SERIES = "/communities/walkers/series/new"
KEEP_SERIES = f"{NEW_SERIES}/unfinished"
WEEKLY = {"every": "week", "interval": "1", "by": "weekday", "ends_by": "never", "weeks_ahead": "8"}
TAB, OTHER_TAB = "a2b3c4d5e6f7", "b2b3c4d5e6f7"


async def type_in(
    browser: httpx.AsyncClient, where: str = KEEP, *, tab: str = TAB, **typed: Any
) -> dict[str, str]:
    """What scripts send while somebody types, and what they get."""
    files = {"picture": typed.pop("picture")} if "picture" in typed else None
    answer = await browser.post(where, data={"tab": tab, **typed}, files=files)
    assert answer.status_code == 200, answer.text
    kept: dict[str, str] = answer.json()
    return kept


async def how_many() -> int:
    return int(await UnfinishedEvent.count())


def ticked(page: str, name: str) -> list[str]:
    """The values of a field that are chosen."""
    found = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [value for box in found if " checked" in box for value in re.findall(r'value="([^"]*)"', box)]


async def test_what_is_typed_is_there_again_and_only_for_who_typed_it(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    eva = await make_person("Eva")
    await join(eva, walkers, "organiser")
    browser, other = await signed_in(ana), await signed_in(eva)
    kept = await type_in(
        browser, title="Soup & stories", about="Bring **bread**", seats="many", mode="online"
    )
    page = (await browser.get(NEW)).text
    assert "You have not finished this" in page and "Soup &amp; stories" in page
    again = (await browser.get(f"{NEW}?unfinished={kept['unfinished']}")).text
    assert 'value="Soup &amp; stories"' in again and "Bring **bread**</textarea>" in again
    assert 'value="many"' in again and 'value="online" checked' in again
    assert "You have not finished this" not in again
    assert "Soup" not in (await other.get(NEW)).text
    gone = await other.get(f"{NEW}?unfinished={kept['unfinished']}")
    assert gone.status_code == 303 and gone.headers["location"] == NEW
    assert await Event.count() == 0


async def test_it_is_in_the_writers_home_as_an_organiser_and_in_nobody_elses(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    eva = await make_person("Eva")
    await join(eva, walkers, "organiser")
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    new = await type_in(browser, title="Soup")
    changed = await type_in(
        browser, f"/events/{event.public_id}/edit/unfinished", tab=OTHER_TAB, title="A swim"
    )
    home = (await browser.get("/organising")).text
    assert f'href="{NEW}?unfinished={new["unfinished"]}"' in home and "Soup" in home
    assert f'href="/events/{event.public_id}/edit?unfinished={changed["unfinished"]}"' in home
    assert "Not finished" not in (await (await signed_in(eva)).get("/organising")).text


async def test_it_is_over_once_it_is_saved(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    for then in ("draft", "publish"):
        await type_in(browser, title="Soup")
        answer = await browser.post(NEW, data=filled(then=then, tab=TAB))
        assert answer.status_code == 303 and await how_many() == 0


async def test_it_stays_while_the_form_has_to_be_mended(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, title="Soup")
    refused = await browser.post(NEW, data=filled(date="soon", then="publish", **{**kept, "tab": TAB}))
    assert refused.status_code == 422 and await how_many() == 1
    assert hidden(refused.text, "unfinished") == kept["unfinished"]
    mended = {name: hidden(refused.text, name) for name in ("tab", "unfinished", "version")}
    assert mended["tab"] != TAB
    assert (await browser.post(NEW, data=filled(then="publish", **mended))).status_code == 303
    assert await how_many() == 0


async def test_what_stays_empty_is_not_kept_and_what_is_emptied_goes(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    empty = {"zone": "Europe/Berlin", "mode": "in_person", "guests_allowed": "0", "visibility": "public"}
    assert (await type_in(browser, **empty))["unfinished"] == ""
    assert await how_many() == 0
    await type_in(browser, **empty, title="S")
    assert await how_many() == 1
    assert (await type_in(browser, **empty))["unfinished"] == ""
    assert await how_many() == 0


async def test_a_reply_that_got_lost_makes_no_second_one(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    first = await type_in(browser, title="S")
    again = await type_in(browser, title="Soup")
    assert again["unfinished"] == first["unfinished"] and await how_many() == 1


async def test_of_two_tabs_neither_overwrites_the_other(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, title="Soup")
    opened = {name: kept[name] for name in ("unfinished", "version")}
    later = await type_in(browser, tab=OTHER_TAB, title="Soup in the other tab", **opened)
    assert later["unfinished"] == kept["unfinished"]
    # The first tab knows nothing of it and writes on: now there are two.
    own = await type_in(browser, title="Soup in the first tab", **opened)
    assert own["unfinished"] != kept["unfinished"]
    page = (await browser.get(NEW)).text
    assert "Soup in the other tab" in page and "Soup in the first tab" in page
    # Saving one leaves the other.
    await browser.post(NEW, data=filled(then="publish", tab=TAB, **{n: own[n] for n in opened}))
    assert "Soup in the other tab" in (await browser.get(NEW)).text and await how_many() == 1


async def test_what_is_published_stays_as_it_is_until_it_is_saved(
    signed_in: As, walkers: Community, ana: Person, client: httpx.AsyncClient
) -> None:
    event = await make_event(walkers, ana)
    where = f"/events/{event.public_id}/edit"
    browser = await signed_in(ana)
    page = (await browser.get(where)).text
    seen = hidden(page, "seen")
    kept = await type_in(browser, f"{where}/unfinished", title="A swim", seen=seen, date="2027-01-01")
    public = (await client.get(f"/events/{event.public_id}")).text
    assert "A walk along the river" in public and "A swim" not in public
    assert "You have not finished this" in (await browser.get(where)).text
    again = (await browser.get(f"{where}?unfinished={kept['unfinished']}")).text
    assert 'value="A swim"' in again
    # Somebody else has saved meanwhile: nothing of theirs is overwritten unseen.
    await db.run("UPDATE events SET title = 'A run', changed_at = $2 WHERE id = $1", event.id, clock.now())
    mine = filled(
        title="A swim", **{name: hidden(again, name) for name in ("seen", "tab", "unfinished", "version")}
    )
    refused = await browser.post(where, data=mine)
    assert refused.status_code == 409 and "A run" in refused.text and 'value="A swim"' in refused.text
    assert await how_many() == 1


async def test_a_form_that_says_what_is_true_is_nothing_unfinished(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await browser.post(NEW, data=filled(then="publish"))
    event = await Event.objects().first()
    assert event
    where = f"/events/{event.public_id}/edit"
    kept = {"newcomer_seats": "0", "newcomer_hours": "48"}
    same = filled(asks_first="24", replies_kept="30", picture_x="50", picture_y="50", **kept)
    await type_in(browser, f"{where}/unfinished", **{**same, "title": "Stew"})
    assert await how_many() == 1
    await type_in(browser, f"{where}/unfinished", **same)
    assert await how_many() == 0


async def test_a_picture_is_kept_with_it(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, title="Soup", picture=("a.png", a_picture()))
    await work_off()
    with time_machine.travel(clock.now() + timedelta(days=3)):
        await pictures.discard_unused(clock.now() - pictures.UNUSED_FOR)
    again = (await browser.get(f"{NEW}?unfinished={kept['unfinished']}")).text
    assert re.search(r'src="/pictures/[a-z0-9]+/large\.webp"', again)
    said = {name: hidden(again, name) for name in ("kept", "tab", "unfinished", "version")}
    await browser.post(NEW, data=filled(then="publish", **said))
    event = await Event.objects().first()
    assert event and event.picture and await how_many() == 0
    assert await db.value("SELECT count(*) FROM pictures") == 1


async def test_what_is_no_picture_is_said_and_the_words_are_kept(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    kept = await type_in(await signed_in(ana), title="Soup", picture=("a.png", b"<svg/>"))
    assert "not a picture we can read" in kept["refused"] and kept["unfinished"]


async def test_it_is_thrown_away_by_its_writer_with_its_picture(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    eva = await make_person("Eva")
    await join(eva, walkers, "organiser")
    browser = await signed_in(ana)
    kept = await type_in(browser, title="Soup", picture=("a.png", a_picture()))
    there = f"/unfinished/{kept['unfinished']}/removal"
    assert (await (await signed_in(eva)).post(there)).status_code == 404
    assert (await browser.post(there)).status_code == 303
    assert await how_many() == 0 and await db.value("SELECT count(*) FROM pictures") == 0
    assert (await browser.post(there)).status_code == 404


async def test_only_who_may_write_it_keeps_anything(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, bo: Person, cleo: Person
) -> None:
    event = await make_event(walkers, status="draft")
    for who, statuses in ((bo, (403, 403, 404)), (cleo, (403, 403, 404))):
        browser = await signed_in(who)
        found = [
            (await browser.post(path, data={"title": "Soup", "tab": TAB})).status_code
            for path in (KEEP, KEEP_SERIES, f"/events/{event.public_id}/edit/unfinished")
        ]
        assert tuple(found) == statuses
    for path in (KEEP, KEEP_SERIES):
        signed_out = await client.post(path, data={"title": "Soup"}, headers={"Accept": "application/json"})
        assert signed_out.status_code == 401 and await how_many() == 0


async def test_it_has_an_end(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    await type_in(browser, title="Soup")
    with time_machine.travel(clock.now() + timedelta(days=89)):
        await unfinished.forget_old(clock.now() - unfinished.KEPT)
        assert await how_many() == 1
    with time_machine.travel(clock.now() + timedelta(days=91)):
        await unfinished.forget_old(clock.now() - unfinished.KEPT)
    assert await how_many() == 0


async def test_it_goes_with_its_writer(signed_in: As, walkers: Community, ana: Person) -> None:
    eva = await make_person("Eva")
    await join(eva, walkers, "owner")
    await type_in(await signed_in(eva), title="Soup")
    await erasing.erase(eva, email=eva.email)
    assert await how_many() == 0


async def test_a_draft_that_somebody_deletes_takes_nobodys_words_along(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    event = await make_event(walkers, ana, status="draft")
    browser = await signed_in(ana)
    await type_in(browser, f"/events/{event.public_id}/edit/unfinished", title="A swim")
    await browser.post(f"/events/{event.public_id}/removal")
    assert "A swim" in (await browser.get(NEW)).text


async def test_a_series_is_kept_as_it_is_typed_and_found_in_its_own_form_alone(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    said = {**WEEKLY, "interval": "2", "weekdays": ["0", "3"], "not_in": "8"}
    kept = await type_in(browser, KEEP_SERIES, title="Choir & tea", about="Bring **tea**", **said)
    name = kept["unfinished"]
    page = (await browser.get(NEW_SERIES)).text
    assert "You have not finished this" in page and "Choir &amp; tea" in page
    again = (await browser.get(f"{NEW_SERIES}?unfinished={name}")).text
    assert 'value="Choir &amp; tea"' in again and "Bring **tea**</textarea>" in again
    assert ticked(again, "weekdays") == ["0", "3"] and ticked(again, "not_in") == ["8"]
    assert "You have not finished this" not in again
    assert "Choir" not in (await browser.get(NEW)).text
    elsewhere = await browser.get(f"{NEW}?unfinished={name}")
    assert elsewhere.status_code == 303 and elsewhere.headers["location"] == NEW
    assert f'href="{NEW_SERIES}?unfinished={name}"' in (await browser.get("/organising")).text
    assert await Series.count() == 0


async def test_a_gathering_begun_is_not_found_in_the_form_of_a_series(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, title="Soup")
    assert "Soup" not in (await browser.get(NEW_SERIES)).text
    elsewhere = await browser.get(f"{NEW_SERIES}?unfinished={kept['unfinished']}")
    assert elsewhere.status_code == 303 and elsewhere.headers["location"] == NEW_SERIES


async def test_it_is_a_series_before_anybody_has_said_how_often(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    await type_in(browser, KEEP_SERIES, title="Choir")
    assert "Choir" in (await browser.get(NEW_SERIES)).text
    assert "Choir" not in (await browser.get(NEW)).text


@pytest.mark.parametrize("then", ["draft", "publish"])
async def test_it_is_over_once_the_series_is_begun(
    signed_in: As, walkers: Community, ana: Person, then: str
) -> None:
    browser = await signed_in(ana)
    await type_in(browser, KEEP_SERIES, title="Choir", **WEEKLY)
    refused = await browser.post(NEW_SERIES, data=filled(**WEEKLY, date="soon", then=then, tab=TAB))
    assert refused.status_code == 422 and await how_many() == 1
    begun = await browser.post(NEW_SERIES, data=filled(**WEEKLY, then=then, tab=TAB))
    assert begun.status_code == 303 and await Series.count() == 1 and await how_many() == 0


async def test_a_series_keeps_its_picture_until_it_is_begun(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, KEEP_SERIES, title="Choir", **WEEKLY, picture=("a.png", a_picture()))
    await work_off()
    again = (await browser.get(f"{NEW_SERIES}?unfinished={kept['unfinished']}")).text
    assert re.search(r'src="/pictures/[a-z0-9]+/large\.webp"', again)
    said = {name: hidden(again, name) for name in ("kept", "tab", "unfinished", "version")}
    assert (await browser.post(NEW_SERIES, data=filled(**WEEKLY, then="draft", **said))).status_code == 303
    assert await how_many() == 0 and await db.value("SELECT count(*) FROM pictures") == 1


async def test_a_series_is_thrown_away_by_its_writer_who_is_back_in_its_form(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    kept = await type_in(browser, KEEP_SERIES, title="Choir", **WEEKLY)
    gone = await browser.post(f"/unfinished/{kept['unfinished']}/removal")
    assert gone.status_code == 303 and gone.headers["location"].startswith(NEW_SERIES)
    assert await how_many() == 0


@pytest.fixture(name="_in_november")
def in_november() -> Iterator[None]:
    with time_machine.travel("2026-11-29 12:00Z"):
        yield


async def changing_one(walkers: Community, ana: Person) -> tuple[str, list[Event]]:
    """Where the form is that changes a series, and the gatherings that it has."""
    series = await tuesdays(walkers, ana)
    await beginning.start(series)
    made = await Event.objects().where(Event.series_date.is_not_null()).order_by(Event.series_date)
    return f"/series/{series.public_id}/edit", made


async def with_its_form(browser: httpx.AsyncClient, where: str) -> dict[str, Any]:
    """What the form says before anybody has typed into it."""
    fields = Fields(where)
    fields.feed((await browser.get(where)).text)
    return {
        name: said for name, said in fields.values.items() if name not in {"unfinished", "version", "tab"}
    }


@pytest.mark.usefixtures("_in_november")
@pytest.mark.parametrize("since", [False, True], ids=["all of it", "from one on"])
async def test_a_change_of_a_series_is_kept_as_it_is_typed_and_found_in_its_own_form_alone(
    signed_in: As, walkers: Community, ana: Person, *, since: bool
) -> None:
    whole, made = await changing_one(walkers, ana)
    later = f"{whole}?from={made[1].public_id}"
    where, other = (later, whole) if since else (whole, later)
    keep = where.replace("/edit", "/edit/unfinished")
    browser = await signed_in(ana)
    said = {**await with_its_form(browser, where), "title": "Choir & tea", "reach": "all", "agreed": "x"}
    name = (await type_in(browser, keep, **said))["unfinished"]
    page = (await browser.get(where)).text
    assert "You have not finished this" in page and "Choir &amp; tea" not in page
    going_on = f"{where}{'&' if since else '?'}unfinished={name}"
    assert f'href="{escape(going_on)}"' in page
    again = (await browser.get(going_on)).text
    assert 'value="Choir &amp; tea"' in again and ticked(again, "reach") == ["all"]
    assert "You have not finished this" not in again and 'name="agreed"' not in again
    for elsewhere in (other, f"/events/{made[1].public_id}/edit", NEW_SERIES):
        assert "You have not finished this" not in (await browser.get(elsewhere)).text
        gone = await browser.get(f"{elsewhere}{'&' if '?' in elsewhere else '?'}unfinished={name}")
        assert gone.status_code == 303 and gone.headers["location"] == elsewhere
    home = (await browser.get("/organising")).text
    assert f'href="{escape(going_on)}"' in home and "Choir &amp; tea" in home
    assert await Event.count().where(Event.title == "Choir & tea") == 0
    thrown = await browser.post(f"/unfinished/{name}/removal")
    assert thrown.headers["location"] == where and await how_many() == 0


@pytest.mark.usefixtures("_in_november")
@pytest.mark.parametrize("since", [False, True], ids=["all of it", "from one on"])
async def test_it_is_over_once_the_series_is_changed(
    signed_in: As, walkers: Community, ana: Person, *, since: bool
) -> None:
    whole, made = await changing_one(walkers, ana)
    where = f"{whole}?from={made[1].public_id}" if since else whole
    browser = await signed_in(ana)
    said = {**await with_its_form(browser, where), "title": "Choir"}
    await type_in(browser, where.replace("/edit", "/edit/unfinished"), **said)
    plan = (await browser.post(where, data={**said, "then": "plan", "tab": TAB})).text
    assert "What becomes of them" in plan and await how_many() == 1
    agreed = {**said, "then": "agreed", "agreed": hidden(plan, "agreed"), "tab": TAB}
    assert (await browser.post(where, data=agreed)).status_code == 303
    assert await how_many() == 0 and await Event.count().where(Event.title == "Choir")


@pytest.mark.usefixtures("_in_november")
@pytest.mark.parametrize("since", [False, True], ids=["all of it", "from one on"])
async def test_a_form_that_says_what_the_series_is_is_nothing_unfinished(
    signed_in: As, walkers: Community, ana: Person, *, since: bool
) -> None:
    whole, made = await changing_one(walkers, ana)
    where = f"{whole}?from={made[1].public_id}" if since else whole
    keep = where.replace("/edit", "/edit/unfinished")
    browser = await signed_in(ana)
    same = await with_its_form(browser, where)
    changes = [{"title": "Choir"}, {"reach": "all"}]
    if not since:
        changes += [{"weekdays": ["1", "3"]}, {"not_in": ["8"]}, {"weeks_ahead": "9"}]
    for change in changes:
        await type_in(browser, keep, **{**same, **change})
        assert await how_many() == 1, change
        await type_in(browser, keep, **same)
        assert await how_many() == 0, change


@pytest.mark.usefixtures("_in_november")
async def test_only_who_may_change_a_series_keeps_anything(
    client: httpx.AsyncClient, signed_in: As, walkers: Community, ana: Person, bo: Person, cleo: Person
) -> None:
    whole, made = await changing_one(walkers, ana)
    keep = f"{whole}/unfinished"
    for who in (bo, cleo):
        refused = await (await signed_in(who)).post(keep, data={"title": "Choir", "tab": TAB})
        assert refused.status_code == 403
    signed_out = await client.post(keep, data={"title": "Choir"}, headers={"Accept": "application/json"})
    assert signed_out.status_code == 401
    alone = await make_event(walkers, ana)
    browser = await signed_in(ana)
    for name, status in ((alone.public_id, 404), ("nowhere", 404), (made[0].public_id, 200)):
        answer = await browser.post(f"{keep}?from={name}", data={"title": "Choir", "tab": TAB})
        assert answer.status_code == status
    assert await how_many() == 1


async def test_what_is_ticked_counts_towards_what_can_be_kept(
    signed_in: As, walkers: Community, ana: Person
) -> None:
    browser = await signed_in(ana)
    much = {"title": "Choir", "weekdays": ["1" * 20_000, "2" * 20_000], "tab": TAB}
    assert (await browser.post(KEEP_SERIES, data=much)).status_code == 422 and await how_many() == 0


@pytest.mark.parametrize("version", ["-1", "x", "9" * 40, "٣"])
async def test_whatever_a_form_says_of_itself_breaks_nothing(
    signed_in: As, walkers: Community, ana: Person, version: str
) -> None:
    browser = await signed_in(ana)
    await type_in(browser, title="Soup", version=version, unfinished="x" * 300, tab="t" * 500)
    page = await browser.post(NEW, data=filled(then="publish", version=version, unfinished="x", tab="y"))
    assert page.status_code == 303


async def test_more_than_anybody_types_is_not_kept(signed_in: As, walkers: Community, ana: Person) -> None:
    browser = await signed_in(ana)
    too_long = await browser.post(KEEP, data={"about": "x" * 30_001, "tab": TAB})
    assert too_long.status_code == 422
    for number in range(unfinished.MOST):
        await type_in(browser, title="Soup", tab=f"a2b3c4d5e6{number:02}")
    refused = await browser.post(KEEP, data={"title": "One more", "tab": TAB})
    assert refused.status_code == 422 and await how_many() == unfinished.MOST
