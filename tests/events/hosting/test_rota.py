"""Who hosts which evening of a series: members are asked about several at once, and answer each."""

import re
from datetime import timedelta

import pytest
import time_machine

from events.hosting import co_hosts, keeping_out, rota
from events.hosting.rota import NothingToAsk
from events.publishing import publishing
from events.tables import CoHost, CoHostInvitation, Event, HostQuestion, Series
from members.blocking import blocks
from members.communities import joining
from members.communities.keeping_out import StillKeptOut, Whom
from members.letters import letters_wanted
from members.tables import Community, Person
from server import clock
from server.errors import TooMany
from tests.gatherings import ahead_of, make_event, make_series
from tests.ground import forget_what_has_had_its_time, letters_to, text_of, work_off
from tests.people import As, join, make_person


@pytest.fixture
def soup(walkers: Community, ana: Person):  # type: ignore[no-untyped-def]
    async def make() -> tuple[Series, list[Event]]:
        series = await make_series(walkers, ana)
        return series, await ahead_of(series)

    return make


def here(series: Series) -> str:
    return f"/series/{series.public_id}/hosts"


async def link_to(person: Person) -> str:
    """The link in the newest letter to somebody that asks them to host."""
    asked = [
        letter
        for letter in await letters_to(person.email)
        if "asks whether you would host" in letter["Subject"]
    ]
    found = re.search(r"/hosting/several/\S+", text_of(asked[-1]))
    assert found
    return found[0]


async def hosts(event: Event) -> list[int]:
    return [row["person"] for row in await CoHost.select(CoHost.person).where(CoHost.event == event.id)]


async def test_a_member_is_asked_about_several_evenings_in_one_letter(  # type: ignore[no-untyped-def]
    soup, ana: Person, dev: Person, signed_in: As
) -> None:
    series, evenings = await soup()
    await Event.update({Event.title: "Soup of the stars"}).where(Event.id == evenings[0].id)
    client = await signed_in(ana)
    form = {"person": dev.public_id, "evenings": [event.public_id for event in evenings[:2]]}
    answer = await client.post(here(series), data=form)
    assert answer.status_code == 303
    (letter,) = await letters_to(dev.email)
    assert letter["Subject"] == "Ana asks whether you would host Soup for all"
    for event in evenings[:2]:
        assert f"{event.local_start:%-d %B %Y}" in text_of(letter)
    asked, agenda = await signed_in(dev), "asks when you would host it"
    asking = (await asked.get(await link_to(dev))).text
    assert "Host Soup for all?" in asking and asking.count("Soup of the stars") == 1
    assert "Soup for all" in (await asked.get("/")).text.partition(agenda)[0]
    page = (await client.get(here(series))).text
    assert page.count("Asked, and has not answered") == 2
    assert dev.email not in page


async def test_they_say_yes_to_one_and_no_to_the_other(soup, ana: Person, dev: Person, signed_in: As) -> None:  # type: ignore[no-untyped-def]
    series, (first, second, *_) = await soup()
    await rota.ask([first, second], dev, by=ana)
    link = await link_to(dev)
    client = await signed_in(dev)
    assert (await client.get(link)).text.count("Yes, I’ll host it") == 2
    assert await hosts(first) == []
    for event, said in ((first, "yes"), (first, "yes"), (second, "no"), (second, "no")):
        answer = await client.post(link, data={"evening": event.public_id, "answer": said})
        assert answer.status_code == 303
    assert await hosts(first) == [dev.id] and await hosts(second) == []
    assert len(await letters_to(ana.email)) == 0
    page = (await (await signed_in(ana)).get(here(series))).text
    assert page.count("Hosts it") == 1 and page.count("Can’t host that day") == 1
    assert "Asked, and has not answered" not in page


async def test_whoever_could_not_may_still_say_yes(soup, ana: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    _, (first, *_) = await soup()
    await rota.ask([first], dev, by=ana)
    token = (await link_to(dev)).rpartition("/")[2]
    await rota.answer(token, dev, evening=first.public_id, can=False)
    await rota.answer(token, dev, evening=first.public_id, can=True)
    assert await hosts(first) == [dev.id] and await HostQuestion.count() == 0


async def test_nobody_else_answers_in_their_place(
    soup, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    _, (first, *_) = await soup()
    await rota.ask([first], dev, by=ana)
    link = await link_to(dev)
    client = await signed_in(bo)
    assert "Yes, I’ll host it" not in (await client.get(link)).text
    answer = await client.post(link, data={"evening": first.public_id, "answer": "yes"})
    assert answer.status_code == 410 and await hosts(first) == []


async def test_it_is_in_their_agenda_once_for_each_letter(
    soup, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    _, evenings = await soup()
    await rota.ask(evenings[:3], dev, by=ana)
    page = (await (await signed_in(dev)).get("/")).text
    assert page.count("asks when you would host it.") == 1 and "/hosting/several/" in page


async def test_nobody_is_asked_twice_nor_about_what_they_cannot(soup, ana: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    _, (first, second, third, *_) = await soup()
    assert await rota.ask([first, second], dev, by=ana) == 2
    token = (await link_to(dev)).rpartition("/")[2]
    await rota.answer(token, dev, evening=second.public_id, can=False)
    assert await rota.ask([first, second, third], dev, by=ana) == 1
    with pytest.raises(NothingToAsk):
        await rota.ask([first, second, third], dev, by=ana)


async def test_an_invitation_by_address_is_another_matter(
    soup, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    """Whose address it is would be seen otherwise."""
    series, (first, *_) = await soup()
    await co_hosts.invite(first, dev.email, by=ana)
    assert await rota.ask([first], dev, by=ana) == 1
    await co_hosts.invite(first, dev.email, by=ana)
    assert "Asked, and has not answered" in (await (await signed_in(ana)).get(here(series))).text


async def test_a_question_is_taken_back(soup, ana: Person, dev: Person, signed_in: As) -> None:  # type: ignore[no-untyped-def]
    series, (first, *_) = await soup()
    await rota.ask([first], dev, by=ana)
    link = await link_to(dev)
    question = await HostQuestion.objects().first()
    assert question
    client = await signed_in(ana)
    for _ in range(2):
        answer = await client.post(f"{here(series)}/invitations/{question.public_id}/removal")
        assert answer.status_code == 303
    assert (await (await signed_in(dev)).get(link)).status_code == 410


async def test_who_was_asked_by_letter_is_there_and_taken_back(soup, ana: Person, signed_in: As) -> None:  # type: ignore[no-untyped-def]
    series, (first, second, *_) = await soup()
    await co_hosts.invite(first, "eva@example.org", by=ana)
    await co_hosts.invite(second, "eva@example.org", by=ana)
    client = await signed_in(ana)
    page = (await client.get(here(series))).text
    assert page.count("Asked, and has not answered") == 2 and "eva@example.org" in page
    asked = await CoHostInvitation.objects().where(CoHostInvitation.event == first.id).first()
    link = re.search(r"/hosting/\S+", text_of((await letters_to("eva@example.org"))[0]))
    assert asked and link
    for _ in range(2):
        answer = await client.post(f"{here(series)}/invitations/{asked.public_id}/removal")
        assert answer.status_code == 303 and answer.headers["location"] == here(series)
    page = (await client.get(here(series))).text
    assert page.count("Asked, and has not answered") == 1
    assert [each.event for each in await CoHostInvitation.objects()] == [second.id]
    assert (await client.get(link[0])).status_code == 410


async def test_a_letter_that_has_expired_asks_nobody(soup, ana: Person, signed_in: As) -> None:  # type: ignore[no-untyped-def]
    series, (first, *_) = await soup()
    await co_hosts.invite(first, "eva@example.org", by=ana)
    await CoHostInvitation.update({CoHostInvitation.expires_at: clock.now()}, force=True)
    assert "eva@example.org" not in (await (await signed_in(ana)).get(here(series))).text


async def test_what_another_series_asks_is_not_taken_back_here(
    soup, walkers: Community, ana: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    series, _ = await soup()
    elsewhere = await make_event(walkers, ana)
    await co_hosts.invite(elsewhere, "eva@example.org", by=ana)
    asked = await CoHostInvitation.objects().first()
    assert asked
    await (await signed_in(ana)).post(f"{here(series)}/invitations/{asked.public_id}/removal")
    assert await CoHostInvitation.count() == 1


async def test_a_block_hides_who_was_asked_by_letter_but_from_who_asked(
    soup, walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    series, (first, *_) = await soup()
    eva = await make_person("Eva")
    await join(eva, walkers, "owner")
    await co_hosts.invite(first, dev.email, by=ana)
    for person in (ana, eva):
        await blocks.block(dev, person)
    for person, sees in ((ana, True), (eva, False)):
        page = (await (await signed_in(person)).get(here(series))).text
        assert (dev.email in page) == sees


async def test_what_is_missing_is_said_beside_its_field(
    soup, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    series, (first, *_) = await soup()
    client = await signed_in(ana)
    nobody = await client.post(here(series), data={"evenings": [first.public_id]})
    assert nobody.status_code == 422 and "Please choose somebody." in nobody.text
    never = await client.post(here(series), data={"person": dev.public_id, "evenings": ["nonsense"]})
    assert never.status_code == 422 and "Please choose at least one date." in never.text
    neither = (await client.post(here(series), data={})).text
    assert "Please choose somebody." in neither and "Please choose at least one date." in neither


async def test_whoever_has_just_left_is_not_asked_and_the_dates_stay_chosen(
    soup, walkers: Community, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    series, (first, *_) = await soup()
    await joining.leave(dev, walkers)
    form = {"person": dev.public_id, "evenings": [first.public_id]}
    answer = await (await signed_in(ana)).post(here(series), data=form)
    assert answer.status_code == 422
    assert "They are not among the members any more. Please choose somebody else." in answer.text
    assert re.search(rf'value="{first.public_id}"[^>]* checked', answer.text)
    assert await HostQuestion.count() == 0


async def test_it_is_for_organisers_of_the_community(  # type: ignore[no-untyped-def]
    soup, bo: Person, dev: Person, cleo: Person, ana: Person, signed_in: As
) -> None:
    series, (first, *_) = await soup()
    form = {"person": dev.public_id, "evenings": [first.public_id]}
    for person in (bo, cleo):
        client = await signed_in(person)
        assert (await client.get(here(series))).status_code in {403, 404}
        assert (await client.post(here(series), data=form)).status_code in {403, 404}
    page = await (await signed_in(ana)).get(f"/series/{series.public_id}")
    assert here(series) in page.text
    assert await HostQuestion.count() == 0


async def test_a_block_and_whoever_wants_no_such_letters_are_silent(
    soup, ana: Person, dev: Person, bo: Person
) -> None:  # type: ignore[no-untyped-def]
    _, (first, *_) = await soup()
    await letters_wanted.refuse(dev.id, letters_wanted.ORGANISERS)
    await rota.ask([first], dev, by=ana)
    await rota.ask([first], bo, by=ana)
    await blocks.block(bo, ana)
    assert await letters_to(dev.email) == await letters_to(bo.email) == []


async def test_whoever_is_kept_out_is_not_asked_and_asked_no_longer(  # type: ignore[no-untyped-def]
    soup, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    _, (first, second, *_) = await soup()
    await rota.ask([first, second], dev, by=ana)
    link = await link_to(dev)
    await keeping_out.keep_out(first, Whom(dev.email), by=ana)
    assert await HostQuestion.count() == 1
    client = await signed_in(dev)
    answer = await client.post(link, data={"evening": first.public_id, "answer": "yes"})
    assert answer.status_code in {403, 410} and await hosts(first) == []
    with pytest.raises(StillKeptOut):
        await rota.ask([first], dev, by=ana)


async def test_whoever_leaves_is_asked_no_longer(walkers: Community, soup, ana: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    _, evenings = await soup()
    await rota.ask(evenings[:2], dev, by=ana)
    await joining.leave(dev, walkers)
    assert await HostQuestion.count() == 0


async def test_what_does_not_take_place_is_asked_no_longer(
    soup, ana: Person, dev: Person, signed_in: As
) -> None:  # type: ignore[no-untyped-def]
    _, (first, second, *_) = await soup()
    await rota.ask([first, second], dev, by=ana)
    await publishing.cancel(first, reason="Rain.")
    page = await (await signed_in(dev)).get(await link_to(dev))
    assert page.text.count("Yes, I’ll host it") == 1


async def test_that_somebody_cannot_is_forgotten_once_it_is_over(soup, ana: Person, dev: Person) -> None:  # type: ignore[no-untyped-def]
    _, (first, second, *_) = await soup()
    await rota.ask([first, second], dev, by=ana)
    token = (await link_to(dev)).rpartition("/")[2]
    await rota.answer(token, dev, evening=first.public_id, can=False)
    await forget_what_has_had_its_time()
    assert await HostQuestion.count() == 2
    with time_machine.travel(first.over_at + timedelta(hours=1), tick=True):
        await forget_what_has_had_its_time()
    assert [each.event for each in await HostQuestion.objects()] == [second.id]


async def test_twenty_letters_a_day_are_enough(soup, walkers: Community, ana: Person) -> None:  # type: ignore[no-untyped-def]
    _, (first, *_) = await soup()
    people = [await make_person(f"Pat{number}") for number in range(21)]
    for person in people[:20]:
        await rota.ask([first], person, by=ana)
    with pytest.raises(TooMany):
        await rota.ask([first], people[20], by=ana)
    await work_off()
