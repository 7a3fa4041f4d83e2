"""The pages on which people are counted in every time, and the links of its letter."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import quote

import time_machine

from events.publishing import publishing
from events.series import course, making
from events.series import queries as series_queries
from members.tables import Person
from rsvps.hosting import invitations
from rsvps.letters import links as answer_links
from rsvps.questions import sheet
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from rsvps.standing import queries as standing_queries
from rsvps.status.queries import own
from tests.counting import counted
from tests.ground import letters_to, text_of, work_off
from tests.rsvps.standing.test_counting_in import BERLIN, SUNDAY, answers, counts_on, evenings, soup, start

SUNDAY_EVENING = datetime(2026, 11, 29, 18, tzinfo=BERLIN)


def links(letter, kind: str) -> list[str]:
    return re.findall(rf"https?://[^/\s]+(/\S+/{kind})\b", text_of(letter)) or re.findall(
        rf"https?://[^/\s]+(/{kind}/\S+)", text_of(letter)
    )


@time_machine.travel(SUNDAY)
async def test_bo_is_counted_in_from_the_series_and_from_one_of_its_evenings(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana)
    browser = await signed_in(bo)
    page = await browser.get(f"/series/{series.public_id}/standing")
    assert page.status_code == 200
    assert "Count me in every time" in page.text and f'href="/series/{series.public_id}"' in page.text
    event = (await evenings(series))[0]
    assert "Count me in every time" in (await browser.get(f"/events/{event.public_id}")).text
    pressed = await browser.post(f"/series/{series.public_id}/standing", data={"guests": "0"})
    assert pressed.status_code == 303
    assert await answers(series, bo) == ["going"] * 4
    assert "You are counted in every time" in (await browser.get(pressed.headers["location"])).text


@time_machine.travel(SUNDAY)
async def test_whoever_takes_part_in_the_call_does_so_every_time(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana, mode="hybrid", join_url="https://example.org/soup", place="Kitchen")
    first = (await evenings(series))[0]
    await seats.answer(first, bo, answer="going", by=bo, online=True)
    browser = await signed_in(bo)
    page = (await browser.get(f"/events/{first.public_id}")).text
    form = page[page.index(f'action="/series/{series.public_id}/standing"') :].split("</form>")[0]
    said = dict(re.findall(r'name="(\w+)" value="(\w*)"', form))
    assert (await browser.post(f"/series/{series.public_id}/standing", data=said)).status_code == 303
    assert await answers(series, bo) == ["going"] * 4
    assert all([(await own(event.id, bo.id))[0].online for event in await evenings(series)])


async def test_an_evening_that_bo_has_not_answered_says_that_he_is_not_on_its_list(
    walkers, ana, bo, signed_in
):
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana, started=False, answers_open_at=SUNDAY_EVENING)
        await sheet.put(
            await series_queries.pattern_of(series.id), [AskedQuestion("text", "Which spoon?", required=True)]
        )
        await start(series)
        await counts_on(bo, series)
        browser, here = await signed_in(bo), f"/events/{(await evenings(series))[0].public_id}"
        assert "counted in every time: here, too, as soon as answers open" in (await browser.get(here)).text
    with time_machine.travel(SUNDAY_EVENING + timedelta(seconds=1)):
        await work_off()
        assert await answers(series, bo) == ["-"] * 4
        assert (
            "but are not on the list here. If you want to come, please answer"
            in (await browser.get(here)).text
        )


@time_machine.travel(SUNDAY)
async def test_only_who_sees_the_series_is_asked_whether_they_come_every_time(
    walkers, ana, bo, cleo, signed_in
):
    series = await soup(walkers, ana, visibility="members")
    first, second = (await evenings(series))[:2]
    await publishing.rewrite(first, {"visibility": "public"})
    await publishing.rewrite(second, {"visibility": "invited"})
    await invitations.invite((await evenings(series))[1], [cleo], by=ana)
    for person, is_asked in ((bo, True), (cleo, False)):
        browser = await signed_in(person)
        assert (
            "Do you come every time?" in (await browser.get(f"/events/{first.public_id}")).text
        ) is is_asked
    page = (await browser.get(f"/events/{second.public_id}")).text
    assert "Do you come every time?" not in page and f"/series/{series.public_id}" not in page


@time_machine.travel(SUNDAY)
async def test_who_is_not_signed_in_reads_that_there_is_such_a_thing(walkers, ana, bo, client, signed_in):
    series = await soup(walkers, ana)
    address = f"/series/{series.public_id}"
    page = (await client.get(address)).text
    assert "Come every time?" in page and f"/sign-in?next={quote(address, safe='')}" in page
    assert "Come every time?" in (await (await signed_in(bo)).get(address)).text


@time_machine.travel(SUNDAY)
async def test_what_does_not_come_again_offers_it_to_nobody(walkers, ana, bo, client, signed_in):
    series = await soup(walkers, ana)
    counted = await signed_in(bo)
    await counts_on(bo, series)
    await course.end(series, date(2026, 11, 29), reason="The cook has moved.")
    assert "Come every time?" not in (await client.get(f"/series/{series.public_id}")).text
    assert "Come every time?" not in (await (await signed_in(ana)).get(f"/series/{series.public_id}")).text
    page = (await counted.get(f"/series/{series.public_id}")).text
    assert "Counted in every time" in page and "so there is no new date to count you in at" in page
    here, late = f"/series/{series.public_id}/standing", await signed_in(ana)
    for page in (await late.get(here), await late.post(here, data={"guests": "0"})):
        assert "This does not come again, so there is nothing to be counted in at." in page.text
    assert await standing_queries.series_of(ana.id) == []


@time_machine.travel(SUNDAY)
async def test_what_was_stopped_in_another_tab_is_said_kindly_whatever_is_pressed(
    walkers, ana, bo, signed_in
):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser, here = await signed_in(bo), f"/series/{series.public_id}/standing"
    assert (await browser.post(f"{here}/removal")).status_code == 303
    for path in ("/pause", "/pause/removal"):
        pressed = await browser.post(f"{here}{path}", data={"until": "2026-12-08"})
        assert pressed.status_code == 303
        page = (await browser.get(pressed.headers["location"])).text
        assert "You were not counted in any more, so nothing has changed." in page
    assert await standing_queries.series_of(bo.id) == []


@time_machine.travel(SUNDAY)
async def test_a_letter_is_promised_only_where_one_comes(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana, guests_allowed=2)
    browser, here = await signed_in(bo), f"/series/{series.public_id}/standing"

    async def said(address: str, **data: str) -> str:
        pressed = await browser.post(address, data=data)
        assert pressed.status_code == 303
        return (await browser.get(pressed.headers["location"])).text

    assert "A letter says where you have a seat already." in await said(here, guests="0")
    assert "What you have answered already stays as it is." in await said(here, guests="1")
    await said(f"{here}/removal")
    assert "You are counted in every time, from the next new date on." in await said(here, guests="0")


@time_machine.travel(SUNDAY)
async def test_who_goes_on_after_a_pause_reads_that_seats_they_gave_back_are_gone(
    walkers, ana, bo, signed_in
):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser, here = await signed_in(bo), f"/series/{series.public_id}/standing"
    for until, gone in (("2026-12-01", False), ("2026-12-08", True)):
        await browser.post(f"{here}/pause", data={"until": until})
        pressed = await browser.post(f"{here}/pause/removal")
        page = (await browser.get(pressed.headers["location"])).text
        assert "You are counted in again from now on." in page
        assert ("Seats that you gave back are not yours any more" in page) is gone


@time_machine.travel(SUNDAY)
async def test_not_this_time_is_one_press_on_the_page_and_in_the_agenda(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser = await signed_in(bo)
    event = (await evenings(series))[0]
    assert "Not this time" in (await browser.get(f"/events/{event.public_id}")).text
    home = await browser.get("/")
    assert home.text.count("Not this time") >= 1
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "declined"})
    assert await answers(series, bo) == ["declined", "going", "going", "going"]
    assert "Here, your own answer counts" in (await browser.get(f"/events/{event.public_id}")).text


@time_machine.travel(SUNDAY)
async def test_not_this_time_in_the_agenda_stays_there_and_has_a_way_back(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana, guests_allowed=2)
    await counts_on(bo, series, guests=2)
    browser = await signed_in(bo)
    event = (await evenings(series))[0]
    assert 'name="then" value="agenda"' in (await browser.get("/")).text
    here = f"/events/{event.public_id}/rsvp"
    pressed = await browser.post(here, data={"answer": "declined", "then": "agenda"})
    assert pressed.headers["location"] == f"/?absent={event.public_id}"
    assert await answers(series, bo) == ["declined", "going", "going", "going"]
    agenda = (await browser.get(pressed.headers["location"])).text
    assert "Not this time: " in agenda and "I come after all" in agenda
    assert 'name="guests" value="2"' in agenda
    back = await browser.post(here, data={"answer": "going", "guests": "2", "then": "agenda"})
    assert back.headers["location"] == "/"
    assert await answers(series, bo) == ["going"] * 4
    assert "I come after all" not in (await browser.get(pressed.headers["location"])).text


@time_machine.travel(SUNDAY)
async def test_the_agenda_tells_nobody_of_a_gathering_that_is_not_theirs(walkers, ana, bo, cleo, signed_in):
    series = await soup(walkers, ana, title="Secret soup", visibility="members")
    await counts_on(bo, series)
    event = (await evenings(series))[0]
    browser = await signed_in(cleo)
    for absent in (event.public_id, "nothing"):
        assert "Secret soup" not in (await browser.get(f"/?absent={absent}")).text


@time_machine.travel(SUNDAY)
async def test_not_this_time_by_the_letter_shows_first_and_acts_when_pressed(walkers, ana, bo, client):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await work_off()
    (letter,) = await letters_to("bo@example.org")
    absence = links(letter, "absence")
    assert len(absence) == 4
    shown = await client.get(absence[1])
    assert shown.status_code == 200
    assert await answers(series, bo) == ["going"] * 4
    for _ in range(2):
        assert (await client.post(absence[1])).status_code == 303
        assert await answers(series, bo) == ["going", "declined", "going", "going"]


async def test_not_this_time_of_what_is_off_or_over_says_so_and_has_no_button(walkers, ana, bo, client):
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana)
        await counts_on(bo, series)
        await work_off()
        (letter,) = await letters_to("bo@example.org")
        first, second, third, _ = links(letter, "absence")
        assert "The hosts then know that you can’t come." in (await client.get(first)).text
        await publishing.cancel((await evenings(series))[1], reason="The cook is ill.")
    with time_machine.travel("2026-12-02 12:00Z"):
        for link, words in ((first, "This gathering is over"), (second, "This gathering is cancelled")):
            for page in (await client.get(link), await client.post(link)):
                assert words in page.text and "<form" not in page.text.split("<main")[1].split("</main>")[0]
        assert (await client.get(third)).status_code == 200
    with time_machine.travel("2027-06-01 12:00Z"):
        for page in (await client.get(third), await client.post(third)):
            assert page.status_code == 410 and "Send a new link" in page.text
    assert await answers(series, bo) == ["going"] * 4


@time_machine.travel(SUNDAY)
async def test_the_letter_s_link_pauses_takes_up_again_and_stops(walkers, ana, bo, client):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await work_off()
    (letter,) = await letters_to("bo@example.org")
    (stop,) = links(letter, "counted-in")
    assert (await client.get(stop)).status_code == 200
    assert (await client.post(f"{stop}/pause", data={"until": "2026-12-08"})).status_code == 303
    standing = await standing_queries.of_person(series.id, bo.id)
    assert standing
    assert standing.paused_until == date(2026, 12, 8)
    assert "You pause" in (await client.get(stop)).text
    wrong = await client.post(f"{stop}/pause", data={"until": "2026-11-01"})
    assert wrong.status_code == 422
    assert (await client.post(f"{stop}/pause/removal")).status_code == 303
    assert await standing_queries.series_of(bo.id) == [series.id]
    ended = await client.post(f"{stop}/removal", data={"give_back": "true"})
    assert ended.status_code == 200
    assert "Not counted in any more" in ended.text
    assert await answers(series, bo) == ["withdrawn"] * 4
    assert (await client.get(stop)).status_code == 410


async def test_the_letter_s_link_says_where_to_pause_or_stop_once_it_is_too_old(walkers, ana, bo, client):
    with time_machine.travel(SUNDAY):
        await counts_on(bo, await soup(walkers, ana))
        await work_off()
        (stop,) = links((await letters_to("bo@example.org"))[0], "counted-in")
    with time_machine.travel("2027-11-28 12:00Z"):
        page = await client.get(stop)
        assert page.status_code == 410 and 'href="/settings/letters"' in page.text


@time_machine.travel(SUNDAY)
async def test_it_is_paused_and_stopped_on_its_page_and_found_in_the_settings(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser = await signed_in(bo)
    here = f"/series/{series.public_id}/standing"
    assert here in (await browser.get("/settings/letters")).text
    assert (await browser.post(f"{here}/pause", data={"until": "2026-12-08"})).status_code == 303
    assert (await browser.post(f"{here}/pause/removal")).status_code == 303
    for _ in range(2):
        assert (await browser.post(f"{here}/removal")).status_code == 303
    assert await standing_queries.series_of(bo.id) == []
    assert await answers(series, bo) == ["withdrawn", "going", "going", "going"]
    assert here not in (await browser.get("/settings/letters")).text


@time_machine.travel(SUNDAY)
async def test_in_settings_many_series_cost_no_more_queries_than_one(walkers, ana, bo, signed_in):
    browser, asked = await signed_in(bo), []
    for many in (1, 4):
        for number in range(many):
            for title in ("Soup", "Invited soup"):
                series = await soup(walkers, ana, title=f"{title} {many}{number}")
                await counts_on(bo, series)
            await publishing.rewrite(await series_queries.pattern_of(series.id), {"visibility": "invited"})
            await invitations.invite((await evenings(series))[-1], [bo], by=ana)
        async with counted() as statements:
            page = (await browser.get("/settings/letters")).text
        asked.append(len(statements))
    assert page.count("/standing") == 10
    assert asked[0] == asked[1] <= 10, statements


@time_machine.travel(SUNDAY)
async def test_a_stranger_sees_nothing_of_a_series_for_members(walkers, ana, cleo, client, signed_in):
    series = await soup(walkers, ana, visibility="members")
    here = f"/series/{series.public_id}/standing"
    assert (await client.get(here)).status_code == 404
    browser = await signed_in(cleo)
    assert (await browser.get(here)).status_code == 404
    assert (await browser.post(here, data={"guests": "0"})).status_code == 404
    open_to_all = await soup(walkers, ana)
    asked = await client.get(f"/series/{open_to_all.public_id}/standing")
    assert asked.status_code in {303, 401}
    for path in ("/pause", "/pause/removal", "/removal"):
        assert (await browser.post(f"{here}{path}", data={"until": "2026-12-08"})).status_code == 404


@time_machine.travel(SUNDAY)
async def test_what_became_for_members_is_in_no_stranger_s_settings(walkers, ana, bo, cleo, signed_in):
    series = await soup(walkers, ana)
    for person in (bo, cleo):
        await counts_on(person, series)
    for event in [await series_queries.pattern_of(series.id), *await evenings(series)]:
        await publishing.rewrite(event, {"visibility": "members", "title": "Secret soup"})
    here, theirs = f"/series/{series.public_id}/standing", await signed_in(cleo)
    settings = (await theirs.get("/settings/letters")).text
    assert "Secret soup" not in settings and here not in settings
    assert (await theirs.get(here)).status_code == 404
    assert "Secret soup" in (await (await signed_in(bo)).get("/settings/letters")).text


async def test_who_is_invited_to_single_evenings_can_pause_and_stop_as_well(
    walkers, ana, bo, client, signed_in
):
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana)
        await counts_on(bo, series)
        await work_off()
        await publishing.rewrite(await series_queries.pattern_of(series.id), {"visibility": "invited"})
    with time_machine.travel("2026-12-07 12:00Z"):
        await making.make_due()
        await invitations.invite((await evenings(series))[-1], [bo], by=ana)
        await work_off()
        (stop,) = links((await letters_to("bo@example.org"))[-1], "counted-in")
        assert "You are counted in every time" in (await client.get(stop)).text
        browser, here = await signed_in(bo), f"/series/{series.public_id}/standing"
        assert here in (await browser.get("/settings/letters")).text
        page = (await browser.get(here)).text
        assert "You are counted in every time" in page and f'href="/series/{series.public_id}"' not in page
        assert (await client.post(f"{stop}/pause", data={"until": "2026-12-20"})).status_code == 303
        assert "counted in again from Sunday, 20 December" in (await browser.get("/settings/letters")).text
        assert (await browser.post(f"{here}/removal")).status_code == 303
        assert await standing_queries.series_of(bo.id) == []


@time_machine.travel(SUNDAY)
async def test_too_many_guests_are_refused_beside_the_field(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana, guests_allowed=1)
    browser = await signed_in(bo)
    refused = await browser.post(f"/series/{series.public_id}/standing", data={"guests": "2"})
    assert refused.status_code == 422
    assert await standing_queries.series_of(bo.id) == []


async def test_a_pause_is_over_as_its_day_begins_on_their_own_clock(walkers, ana, bo, signed_in):
    await bo.update_self({Person.zone: "Pacific/Auckland"})
    with time_machine.travel(SUNDAY):
        series = await soup(walkers, ana)
        await counts_on(bo, series)
        here, browser = f"/series/{series.public_id}/standing", await signed_in(bo)
        assert (await browser.post(f"{here}/pause", data={"until": "2026-12-08"})).status_code == 303
        assert "You pause." in (await browser.get(here)).text
    with time_machine.travel("2026-12-07 10:59Z"):
        assert "You pause." in (await browser.get(here)).text
    with time_machine.travel("2026-12-07 11:01Z"):  # It is the 8th in Auckland.
        assert "You pause." not in (await browser.get(here)).text


@time_machine.travel(SUNDAY)
async def test_the_page_of_one_evening_says_that_bo_pauses_and_until_when(walkers, ana, bo, signed_in):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser = await signed_in(bo)
    paused = await browser.post(f"/series/{series.public_id}/standing/pause", data={"until": "2026-12-08"})
    assert paused.status_code == 303
    within, after = (await evenings(series))[:2]
    page = (await browser.get(f"/events/{within.public_id}")).text
    assert "You pause. You are counted in again from Tuesday, 8 December" in page
    assert "You took your answer back" not in page
    assert "You are counted in the other times" not in page
    await browser.post(f"/events/{within.public_id}/rsvp", data={"answer": "going"})
    page = (await browser.get(f"/events/{within.public_id}")).text
    assert "You pause." in page and "Here, your own answer counts." in page
    assert "You pause" not in (await browser.get(f"/events/{after.public_id}")).text


async def link_page(browser, event, person) -> str:
    """What a letter's link shows of somebody's answer."""
    found = await own(event.id, person.id)
    assert found
    page = await browser.get(f"/rsvp/{answer_links.token(found[0], event)}")
    assert page.status_code == 200
    return page.text


@time_machine.travel(SUNDAY)
async def test_a_letters_link_says_that_bo_pauses_and_until_when(walkers, ana, bo, client, signed_in):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    browser = await signed_in(bo)
    paused = await browser.post(f"/series/{series.public_id}/standing/pause", data={"until": "2026-12-08"})
    assert paused.status_code == 303
    within, after = (await evenings(series))[:2]
    for reader in (client, browser):
        page = await link_page(reader, within, bo)
        assert "You took your answer back" not in page
        assert ">You pause<" in page and "If you want to come to this one, just answer." in page
        assert "You are counted in again from Tuesday, 8 December" in page
        assert f'href="/series/{series.public_id}/standing"' in page
        assert "You pause" not in await link_page(reader, after, bo)
    await seats.answer(within, bo, answer="going", by=bo)
    page = await link_page(client, within, bo)
    assert ">You are going<" in page and "Here, your own answer counts." in page


@time_machine.travel(SUNDAY)
async def test_a_letters_link_says_that_an_answer_was_taken_back_where_nobody_pauses(
    walkers, ana, bo, client, signed_in
):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    first, second = (await evenings(series))[:2]
    await seats.withdraw(second, bo, by=bo)
    browser = await signed_in(bo)
    await browser.post(f"/series/{series.public_id}/standing/pause", data={"until": "2026-12-08"})
    assert "You took your answer back" in await link_page(client, second, bo)
    await browser.post(f"/series/{series.public_id}/standing/removal")
    assert "You took your answer back" in await link_page(client, first, bo)
