"""A form that makes something makes it once: after a double click, a retry, two browsers at one moment."""

import asyncio
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
import time_machine
from starlette.routing import Match, Route

from members.account import signing_in
from members.tables import Community, Person
from server import clock, db, once
from tests.everywhere import Everywhere, routes, still, undone
from tests.gatherings import in_days, make_event
from tests.ground import forget_what_has_had_its_time, letters_to, text_of
from tests.people import As
from tests.promises import worlds

pytestmark = pytest.mark.slow

# What a form may do twice, because the second time changes nothing, and why.
HARMLESS = {
    "publication": "it is published already", "cancellation": "it is cancelled already",
    "removal": "it is gone already", "ending": "it has ended already", "closing": "it is closed already",
    "membership": "one belongs once", "block": "there is one block", "signup": "one signs up once",
    "approval": "they have a seat already", "approvals": "they have seats already", "place": "they are first already",
    "arrival": "somebody arrives once", "role": "it says so already", "edit": "it says so already",
    "account": "it says so already", "language": "it is spoken already", "welcome": "one is called that already",
    "card": "it says so already", "letters": "the same are wanted already",
    "questions": "it says so already", "copy": "it only opens the form", "unsubscribe": "it is so already",
    "{feed}": "it gives that already", "sign-out": "one is signed out already", "fresh": "one letter waits at a time",
    "refusal": "it is so already", "rsvp": "answers carry a key of their own", "{token}": "it is answered already",
    "{secret}": "marks at the door carry a key of their own", "{rsvp}": "marks at the door carry a key of their own",
    "address": "one letter waits at a time", "poster": "it hangs there already",
    "sign-in": "the page asks `once.first` by itself", "letter": "one letter waits at a time",
    "choice": "the same are ticked already",
    "{shift}": "it is asked already", "unfinished": "it is kept already", "away": "one is away until that day already",
    "keeping": "it says so already", "pin": "they are at the top already", "way": "it is chosen already",
    "done": "it is done already",
    "{choice}": "it is said already", "prompts": "that is chosen already",
    "{source}": "it is brought in already", "reading": "one reading waits at a time",
    "return": "it comes back on that day already", "following": "that is chosen already",
    "standing": "one is counted in already", "absence": "it is said already",
    "pause": "they are paused already", "quiet-hours": "the same hours are quiet already",
    "skipped": "that day is left out already", "host": "they prepare it already",
    "renewal": "it lasts until then already",
}  # fmt: skip


class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and what they carry hidden."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here, self.found, self.open = here, [], False  # type: ignore[var-annotated]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self.open = given.get("method") == "post"
            if self.open:
                self.found.append((given.get("action") or self.here, {}))
        elif self.open and tag == "input" and given.get("type") == "hidden":
            self.found[-1][1][given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "form"


def taken_once() -> list[Route]:
    return [route for route in routes() if hasattr(route.endpoint, "__wrapped__")]


def leads_to(path: str, route: Route) -> bool:
    scope = {"type": "http", "path": path.partition("?")[0], "method": "POST"}
    return route.matches(scope)[0] is Match.FULL


def test_every_form_that_makes_something_is_taken_once() -> None:
    posted = [
        each for each in routes() if "POST" in (each.methods or ()) and not each.path.startswith("/dev")
    ]
    others = [each.path for each in posted if each not in taken_once()]
    unknown = [path for path in others if path.rpartition("/")[2] not in HARMLESS]
    assert not unknown, "wrap the page into once(...), or say in HARMLESS why it may come twice"


@pytest.mark.slow
async def test_every_such_form_carries_a_key(
    everywhere: Everywhere, ana: Person, bo: Person, signed_in: As
) -> None:
    keys: dict[str, list[str]] = {route.path: [] for route in taken_once()}
    with still():
        for person in (ana, bo, None):
            browser = await signed_in(person) if person else await signed_in(everywhere.guest)
            if person is None:
                browser.cookies.clear()
            for address in everywhere.addresses("GET"):
                async with undone():
                    page = await browser.get(address)
                for action, hidden in Forms(page.text, address.partition("?")[0]).found:
                    for route in taken_once():
                        if leads_to(action, route):
                            keys[route.path].append(hidden.get(once.FIELD, ""))
    assert all(found and all(found) for found in keys.values()), keys
    every = [key for found in keys.values() for key in found]
    assert len(every) == len(set(every)), "each form has a key of its own"


def things(event: Any) -> dict[str, dict[str, Any]]:
    """What to fill into each of these forms."""
    when = in_days(9)
    day = when.date().isoformat()
    return {
        "/communities/walkers/events/new": {
            "title": "A walk", "date": day, "time": "18:30", "zone": "Europe/Berlin", "then": "publish",
        },
        "/communities/walkers/series/new": {
            "title": "A choir", "date": day, "time": "18:30", "zone": "Europe/Berlin", "then": "draft",
        },
        f"/events/{event.public_id}/hosts": {"email": "new@example.org"},
        "/settings/feeds": {"name": "Phone"},
        "/communities/walkers/import": {"address": "https://calendar.example/walks.ics"},
        "/communities/new": {"name": "Sunday Walkers", "zone": "UTC"},
        f"/events/{event.public_id}/people/new": {"name": "Nell", "email": "nell@example.org"},
        f"/events/{event.public_id}/invitations": {"emails": "olu@example.org", "step": "send"},
        f"/events/{event.public_id}/letters": {"subject": "x", "body": "y", "step": "send"},
        f"/events/{event.public_id}/doors": {"name": "Front door"},
        f"/events/{event.public_id}/volunteers": {
            "title": "Tea", "date": event.local_start.date().isoformat(),
            "begins": "18:30", "ends": "19:30", "places": "2",
        },
    }  # fmt: skip


async def test_sent_again_in_another_language_it_says_nothing_in_the_first(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    address = f"/events/{event.public_id}/doors"
    sent = {"name": "Front door", once.FIELD: "a2b3c4d5e6f8"}
    first = await browser.post(address, data=sent, headers={"Accept-Language": "de"})
    assert any(each.startswith("notice=") for each in first.headers.get_list("set-cookie"))
    again = await browser.post(address, data=sent, headers={"Accept-Language": "en"})
    assert again.headers["location"] == first.headers["location"]
    kept = [each for each in first.headers.get_list("set-cookie") if not each.startswith("notice=")]
    assert again.headers.get_list("set-cookie") == kept
    same = await browser.post(address, data=sent, headers={"Accept-Language": "de"})
    assert same.headers.get_list("set-cookie") == first.headers.get_list("set-cookie")


async def rows_of_everything() -> dict[str, int]:
    names = await db.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return {name: await db.value(f'SELECT count(*) FROM "{name}"') for (name,) in names}


async def test_sent_again_it_changes_nothing_and_says_the_same(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    for address, data in things(event).items():
        sent = {**data, once.FIELD: "a2b3c4d5e6f7"}
        first = await browser.post(address, data=sent)
        assert first.status_code == 303, (address, first.text)
        made, dump = await rows_of_everything(), await worlds.dump()
        again = await browser.post(address, data=sent)
        assert again.status_code == 303, address
        assert again.headers["location"] == first.headers["location"], address
        assert again.headers.get_list("set-cookie") == first.headers.get_list("set-cookie"), address
        assert await rows_of_everything() == made and await worlds.dump() == dump, address


async def test_other_words_under_the_same_key_are_not_lost(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    for name in ("Readers", "Singers"):
        data = {"name": name, "zone": "UTC", once.FIELD: "a2b3c4d5e6f7"}
        assert (await browser.post("/communities/new", data=data)).status_code == 303
    assert await Community.count().where(Community.name.is_in(["Readers", "Singers"])) == 2


async def test_a_form_that_had_to_be_mended_can_be_sent_again(
    walkers: Community, ana: Person, signed_in: As
) -> None:
    browser = await signed_in(ana)
    data = {"name": "Readers", "zone": "UTC", "slug": "walkers", once.FIELD: "a2b3c4d5e6f7"}
    assert (await browser.post("/communities/new", data=data)).status_code == 422
    await db.run("UPDATE communities SET slug = 'wanderers' WHERE slug = 'walkers'")
    assert (await browser.post("/communities/new", data=data)).status_code == 303


async def test_who_sends_what_somebody_else_sent_is_somebody_else(
    ana: Person, bo: Person, signed_in: As
) -> None:
    data = {"name": "Phone", once.FIELD: "a2b3c4d5e6f7"}
    for person in (ana, bo):
        assert (await (await signed_in(person)).post("/settings/feeds", data=data)).status_code == 303
    assert await db.value("SELECT count(*) FROM feeds") == 2


async def test_a_secret_that_is_shown_once_is_in_no_row(ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    data = {"name": "Phone", once.FIELD: "a2b3c4d5e6f7"}
    for _ in range(2):
        reply = await browser.post("/settings/feeds", data=data)
    page = (await browser.get("/settings/feeds")).text
    secret = re.search(r"/feeds/([\w-]+)\.ics", page)[1]  # type: ignore[index]
    kept = await db.value("SELECT answer FROM taken_forms")
    assert secret.encode() not in kept and reply.headers["set-cookie"].encode() not in kept
    assert b"303" not in kept and b"location" not in kept
    assert (await browser.get(f"/feeds/{secret}.ics")).status_code == 200


async def test_signing_in_pressed_twice_signs_in(bo: Person, client: httpx.AsyncClient) -> None:
    page = await client.get("/sign-in")
    asking = {"email": bo.email, **Forms(page.text, "/sign-in").found[0][1]}
    for _ in range(2):
        assert (await client.post("/sign-in", data=asking)).status_code == 200
    letters = await letters_to(bo.email)
    assert len(letters) == 1
    token = re.search(r"/sign-in/(\S+)", text_of(letters[0]))[1]  # type: ignore[index]
    form = Forms((await client.get(f"/sign-in/{token}")).text, f"/sign-in/{token}").found[0]
    cookies = []
    for _ in range(2):
        client.cookies.clear()  # The first reply never came.
        reply = await client.post(f"/sign-in/{token}", data=form[1])
        assert reply.status_code == 303
        cookies.append(reply.headers.get_list("set-cookie"))
    assert cookies[0] == cookies[1] and await db.value("SELECT count(*) FROM sessions") == 1
    assert (await client.get("/settings/account")).status_code == 200


async def test_the_same_at_once_over_two_connections_makes_one(
    committed: str, walkers: Community, ana: Person, signed_in: As
) -> None:
    event = await make_event(walkers, ana)
    browser = await signed_in(ana)
    for address, data in things(event).items():
        before = await rows_of_everything()
        sent = {**data, once.FIELD: "a2b3c4d5e6f7"}
        replies = await asyncio.gather(*(browser.post(address, data=sent) for _ in range(4)))
        assert {reply.status_code for reply in replies} == {303}, address
        assert len({reply.headers["location"] for reply in replies}) == 1, address
        grown = {
            table: n - before[table]
            for table, n in (await rows_of_everything()).items()
            if n != before[table]
        }
        assert grown["taken_forms"] == 1 and set(grown.values()) == {1}, (address, grown)


async def test_keys_are_forgotten_after_two_weeks(ana: Person, signed_in: As) -> None:
    browser = await signed_in(ana)
    await browser.post("/settings/feeds", data={"name": "Phone", once.FIELD: "a2b3c4d5e6f7"})
    await forget_what_has_had_its_time()
    assert await db.value("SELECT count(*) FROM taken_forms") == 1
    with time_machine.travel(clock.now() + once.KEPT + signing_in.LASTS):
        await forget_what_has_had_its_time()
    assert await db.value("SELECT count(*) FROM taken_forms") == 0
