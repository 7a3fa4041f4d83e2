"""What somebody asks for after a gathering, and who reads it."""

import re
from datetime import timedelta

import httpx
import pytest

from followups.asks import asks, queries, store
from followups.asks.asks import KEPT, NobodyToAsk
from followups.tables import Ask
from members.blocking import blocks
from members.tables import Community, Membership, Person
from server import clock, db
from server.errors import LinkExpired
from tests.followups.mornings import CLOSES, MORNING, asked, at, make_guests, opened, page_of
from tests.ground import forget_what_has_had_its_time
from tests.people import As, make_person

CHANCE = re.compile(r'(nonce|value)="[^"]*"')  # What is drawn anew for each request.


async def said(person: Person, follow_up: int) -> dict[str, str]:
    return {kind: ask.words for kind, ask in (await queries.of(person, follow_up)).items()}


async def test_each_is_kept_with_its_words_changed_and_taken_back(ana: Person, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    follow_up = (await asked(event, gus)).follow_up
    with at(MORNING):
        await asks.say(gus, event, follow_up, {"help": "I can bake.", "hello": ""})
        first = await queries.of(gus, follow_up)
        await asks.say(gus, event, follow_up, {"help": "I can bake.", "hello": ""})
        assert await queries.of(gus, follow_up) == first
        assert {ask.reader for ask in first.values()} == {ana.short_name}
        await asks.say(gus, event, follow_up, {"help": "And cook."})
        assert await said(gus, follow_up) == {"help": "And cook."}
        key = first["help"].key
        other = (await make_guests("Hal Birch"))[0]
        await asks.take_back(other, key)
        assert await said(gus, follow_up) == {"help": "And cook."}
        await asks.take_back(gus, key)
        await asks.take_back(gus, key)
        assert await said(gus, follow_up) == {}


async def test_a_guest_takes_it_back_by_their_letter_after_the_page_has_closed(
    client: httpx.AsyncClient, ana: Person, walkers: Community
) -> None:
    gus, hal = [await make_person(name, account=False) for name in ("Gus Hill", "Hal Birch")]
    event = await opened(walkers, [gus, hal], by=ana)
    follow_up, page = (await asked(event, gus)).follow_up, await page_of(event, gus)
    with at(MORNING):
        await asks.say(gus, event, follow_up, {"help": "I can bake.", "hello": ""})
        keys = {kind: ask.key for kind, ask in (await queries.of(gus, follow_up)).items()}
        other = await page_of(event, hal)
    with at(CLOSES + timedelta(days=3)):
        shown = (await client.get(page)).text
        assert "I can bake." in shown and "You would like a hello." in shown
        assert (await client.post(f"{other}/asks/{keys['help']}/removal")).status_code == 303
        assert set(await said(gus, follow_up)) == {"help", "hello"}
        for _ in range(2):
            assert (await client.post(f"{page}/asks/{keys['help']}/removal")).status_code == 303
        assert set(await said(gus, follow_up)) == {"hello"}
        assert "I can bake." not in (await client.get(page)).text
    with at(MORNING + KEPT + timedelta(minutes=1)):
        assert (await client.get(page)).status_code == 410


async def test_whoever_asks_cannot_tell_whether_somebody_has_seen_to_it(
    ana: Person, walkers: Community, signed_in: As
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    follow_up, page = (await asked(event, gus)).follow_up, await page_of(event, gus)
    with at(MORNING):
        browser = await signed_in(gus)
        await asks.say(gus, event, follow_up, {"help": "I can bake."})
        addresses = (page, "/been", "/")
        before = [CHANCE.sub("", (await browser.get(address)).text) for address in addresses]
        await Ask.update({Ask.done_at: clock.now(), Ask.done_by: ana.id}, force=True)
        assert [CHANCE.sub("", (await browser.get(address)).text) for address in addresses] == before
        await asks.say(gus, event, follow_up, {"help": "I can bake."})
        assert await Ask.exists().where(Ask.done_by == ana.id)
        await asks.say(gus, event, follow_up, {"help": "Other words."})
        assert await said(gus, follow_up) == {"help": "Other words."}
        assert not await Ask.exists().where(Ask.done_by.is_not_null() | Ask.done_at.is_not_null())
        await Ask.update({Ask.done_at: clock.now(), Ask.done_by: ana.id}, force=True)
        await asks.take_back(gus, (await queries.of(gus, follow_up))["help"].key)
        assert await said(gus, follow_up) == {}


async def test_the_one_who_made_the_gathering_reads_it_while_they_organise_else_an_owner(
    ana: Person, bo: Person, dev: Person, walkers: Community
) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=bo)
    await db.run("UPDATE events SET created_by = $1", bo.id)
    event.created_by = bo.id

    async def reader() -> str | None:
        found = await queries.reader_for(gus, event)
        return found.name if found else None

    role = Membership.person == bo.id
    assert await reader() == ana.short_name
    await Membership.update({Membership.role: "organiser"}).where(role)
    assert await reader() == bo.short_name
    await blocks.block(gus, bo)
    assert await reader() == ana.short_name
    await blocks.block(ana, gus)
    assert await reader() is None


async def test_nobody_reads_their_own_and_where_nobody_could_nothing_is_kept(
    ana: Person, walkers: Community
) -> None:
    event = await opened(walkers, [ana], by=ana)
    follow_up = (await asked(event, ana)).follow_up
    with at(MORNING):
        with pytest.raises(NobodyToAsk):
            await asks.say(ana, event, follow_up, {"hello": ""})
        await asks.say(ana, event, follow_up, {})
    assert await Ask.count() == 0


async def test_a_block_since_then_hides_who_reads_it(ana: Person, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    follow_up = (await asked(event, gus)).follow_up
    with at(MORNING):
        await asks.say(gus, event, follow_up, {"hello": ""})
        await blocks.block(ana, gus)
        assert (await queries.of(gus, follow_up))["hello"].reader == ""


async def test_nothing_is_asked_for_once_the_page_has_closed(ana: Person, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    follow_up = (await asked(event, gus)).follow_up
    with at(CLOSES + timedelta(seconds=1)), pytest.raises(LinkExpired):
        await asks.say(gus, event, follow_up, {"hello": ""})


async def test_it_is_forgotten_after_sixty_days_done_or_not(ana: Person, walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    event = await opened(walkers, [gus], by=ana)
    follow_up = (await asked(event, gus)).follow_up
    with at(MORNING):
        await asks.say(gus, event, follow_up, {"help": "", "hello": ""})
        await Ask.update({Ask.done_at: clock.now()}).where(Ask.kind == "help")
    for passed, left in ((KEPT - timedelta(days=1), 2), (KEPT + timedelta(days=1), 0)):
        with at(MORNING + passed):
            await forget_what_has_had_its_time()
            assert await Ask.count() == left


async def test_a_guest_who_signs_in_takes_theirs_along(ana: Person, walkers: Community) -> None:
    gus, guest = await make_guests("Gus Hill", "Gus Guest")
    event = await opened(walkers, [gus, guest], by=ana)
    follow_up = (await asked(event, gus)).follow_up
    with at(MORNING):
        await asks.say(gus, event, follow_up, {"help": "Mine."})
        await asks.say(guest, event, follow_up, {"help": "Theirs.", "hello": ""})
        await store.take_over(gus, guest)
        assert await said(gus, follow_up) == {"help": "Mine.", "hello": ""}
