"""What ana asks whoever comes, what people say to it, and when it is forgotten."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import time_machine

from events.publishing import publishing
from events.tables import Event
from members.tables import Community, Person
from rsvps.questions import queries, store
from rsvps.questions import sheet as questions
from rsvps.questions.presets import preset
from rsvps.questions.sheet import AskedQuestion
from rsvps.seating import seats
from rsvps.tables import Question, Reply, Rsvp
from server import clock, db, tokens
from server.db import transaction
from server.errors import NotAllowed
from tests.gatherings import details, make_event
from tests.ground import forget_what_has_had_its_time, letters_to
from tests.people import As
from tests.rsvps.attending.test_answering import link_in
from tests.rsvps.gatherings import answer_of, make_people

SOUP = AskedQuestion("choice", "Which soup?", required=True, options=("Lentil", "Pumpkin"))
BRING = AskedQuestion("several", "What do you bring?", options=("Bread", "Cheese", "Wine"))
STORY = AskedQuestion("text", "How did you hear of us?")


async def asking(community: Community, *asked: AskedQuestion, **given: Any) -> tuple[Event, list[str]]:
    """An event that asks these, and the names of their fields."""
    event = await make_event(community, **{"seats": 9, "mode": "in_person", **given})
    await questions.put(event, asked or (SOUP, BRING, STORY))
    return event, [questions.field(question) for question in await queries.questions(event.id)]


def sheet(*asked: AskedQuestion, step: str = "save") -> dict[str, str | list[str]]:
    """The organiser's form as a browser sends it."""
    fields: dict[str, str | list[str]] = {"step": step}
    for number, one in enumerate(asked, 1):
        fields |= {
            f"kind-{number}": one.kind,
            f"prompt-{number}": one.prompt,
            f"options-{number}": "\r\n".join(one.options),
            f"preset-{number}": one.preset,
        }
        if one.required:
            fields[f"required-{number}"] = "true"
    return fields


async def prompts(event: Event) -> list[str]:
    return [question.prompt for question in await queries.questions(event.id)]


def question(number: int, asked: AskedQuestion) -> Question:
    return Question(
        id=number,
        event=1,
        kind=asked.kind,
        prompt=asked.prompt,
        required=asked.required,
        options="\n".join(asked.options),
    )


# Checking, without a database


def test_nothing_is_wrong_with_what_is_right() -> None:
    asked = [question(1, SOUP), question(2, BRING), question(3, STORY)]
    assert questions.check(asked, {1: "Lentil", 2: "Bread\nWine", 3: "From Bo,\nand gladly"}) == {}


@pytest.mark.parametrize(
    ("replies", "wrong"),
    [
        ({1: "Tomato"}, "question-1"),
        ({1: "Lentil\nPumpkin"}, "question-1"),
        ({1: "Lentil", 2: "Bread\nBeer"}, "question-2"),
        ({1: "Lentil", 3: "x" * 501}, "question-3"),
        ({1: ""}, "question-1"),
        ({}, "question-1"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(replies: dict[int, str], wrong: str) -> None:
    asked = [question(1, SOUP), question(2, BRING), question(3, STORY)]
    assert list(questions.check(asked, replies)) == [wrong]


def test_what_is_required_is_so_of_who_comes_only() -> None:
    asked = [question(1, SOUP)]
    assert questions.check(asked, {1: ""}, coming=False) == {}
    assert questions.check(asked, {}, said={1: "Lentil"}) == {}
    assert "“Which soup?”" in str(questions.check(asked, {1: ""}, said={1: "Lentil"})["question-1"])


def test_what_was_not_asked_is_not_looked_at() -> None:
    assert questions.check([question(1, STORY)], {1: "a", 99: "b"}) == {}


# Putting questions


async def test_the_same_questions_again_change_nothing(walkers: Community) -> None:
    event, fields = await asking(walkers)
    await questions.put(event, (SOUP, BRING, STORY))
    assert [questions.field(one) for one in await queries.questions(event.id)] == fields
    await questions.put(event, (STORY,))
    assert await prompts(event) == [STORY.prompt]


async def test_questions_stay_once_somebody_has_answered(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event, _ = await asking(walkers, STORY)
    await seats.answer(event, bo, answer="declined", by=bo)
    with pytest.raises(questions.QuestionsStay):
        await questions.put(event, (SOUP,))
    with pytest.raises(asyncpg.CheckViolationError):
        async with transaction():
            await db.run("DELETE FROM questions WHERE event = $1", event.id)
    page = await (await signed_in(ana)).get(f"/events/{event.public_id}/questions")
    assert "the questions stay as they are" in page.text and "Save" not in page.text
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/questions", data=sheet(SOUP))
    assert answer.status_code == 409 and await prompts(event) == [STORY.prompt]


@pytest.mark.slow
async def test_who_answers_while_ana_changes_the_questions_was_asked_the_ones_that_stay(
    committed: str,
) -> None:
    community = Community(slug="walkers", name="Sunday Walkers", zone="Europe/Berlin")
    await community.save()
    for person in await make_people(12):
        event, (field,) = await asking(community, STORY)
        said = {int(field.split("-")[1]): "From Bo"}
        answering = seats.answer(event, person, answer="going", by=person, replies=said)
        put, rsvp = await asyncio.gather(questions.put(event, (SOUP,)), answering, return_exceptions=True)
        stayed = isinstance(put, questions.QuestionsStay)
        assert stayed or put is None
        # Whoever comes after the change is asked for the soup, and has not said a word of it.
        assert isinstance(rsvp, Rsvp) or (isinstance(rsvp, NotAllowed) and not stayed)
        assert await prompts(event) == [STORY.prompt if stayed else SOUP.prompt]
        assert await queries.said(event.id, person.id) == (said if stayed else {})


async def test_what_was_only_typed_or_invited_freezes_nothing(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event, (field,) = await asking(walkers, STORY)
    data = {"name": "Nell", "email": "new@example.org", "answer": "going", field: "A poster"}
    assert (await client.post(f"/events/{event.public_id}/rsvp", data=data)).status_code == 303
    assert await Reply.count() == 1
    await questions.put(event, (SOUP,))
    assert await prompts(event) == [SOUP.prompt] and await Reply.count() == 0


async def test_questions_that_cannot_be_are_refused_with_all_that_is_wrong(walkers: Community) -> None:
    event = await make_event(walkers)
    with pytest.raises(NotAllowed) as refused:
        await questions.put(
            event,
            [
                AskedQuestion("text", ""),
                AskedQuestion("choice", "Which soup?", options=("Lentil",)),
                AskedQuestion("several", "p" * 201, options=("a", "b" * 101)),
            ],
        )
    assert {*refused.value.errors} == {"prompt-1", "options-2", "prompt-3", "options-3"}
    assert await prompts(event) == []


async def test_more_than_a_dozen_are_refused(walkers: Community) -> None:
    with pytest.raises(questions.TooManyQuestions):
        await asking(walkers, *[AskedQuestion("text", f"Number {n}?") for n in range(13)])


async def test_a_copy_asks_the_same(walkers: Community, ana: Person) -> None:
    event, _ = await asking(walkers)
    copied = await publishing.draft(walkers, details(), by=ana, public_id=tokens.public_id(), like=event)
    assert [questions.as_asked(one) for one in await queries.questions(copied.id)] == [SOUP, BRING, STORY]


async def test_a_draft_is_deleted_with_its_questions(walkers: Community) -> None:
    event, _ = await asking(walkers, status="draft")
    await publishing.remove(event)
    assert await Question.count() == 0


# The organiser's sheet


async def test_ana_puts_questions_on_one_sheet(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/questions"
    assert "/questions" in (await browser.get(f"/events/{event.public_id}")).text
    answer = await browser.post(address, data=sheet(SOUP, BRING))
    assert answer.status_code == 303
    assert [questions.as_asked(one) for one in await queries.questions(event.id)] == [SOUP, BRING]
    page = (await browser.get(address)).text
    assert "Lentil" in page and "As people see it" in page


async def test_buttons_add_move_and_take_away(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    browser, address = await signed_in(ana), f"/events/{event.public_id}/questions"
    diet, access = preset("diet"), preset("access")
    for pressed, expected in (
        (sheet(SOUP, step="diet"), [SOUP, diet]),
        (sheet(SOUP, diet, step="diet"), [SOUP, diet]),
        (sheet(SOUP, diet, step="access"), [SOUP, diet, access]),
        (sheet(SOUP, diet, access, step="up-3"), [SOUP, access, diet]),
        (sheet(SOUP, access, diet, step="down-1"), [access, SOUP, diet]),
        (sheet(access, SOUP, diet, step="up-1"), [access, SOUP, diet]),
        (sheet(access, SOUP, diet, step="down-99"), [access, SOUP, diet]),
        (sheet(access, SOUP, diet, step="away-2"), [access, diet]),
        (sheet(access, diet, step="another"), [access, diet]),
        (sheet(access, diet, step="up-x'"), [access, diet]),
        (sheet(), []),
    ):
        assert (await browser.post(address, data=pressed)).status_code == 303
        assert [questions.as_asked(one) for one in await queries.questions(event.id)] == expected


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind-1": "choice", "prompt-1": "Which?", "options-1": "One"}, "at least two things"),
        (
            {
                "kind-1": "several",
                "prompt-1": "Which?",
                "options-1": "\n".join("ab" * n for n in range(1, 22)),
            },
            "most 20",
        ),
        ({"kind-1": "choice", "prompt-1": "Which?", "options-1": f"a\n{'b' * 101}"}, "under 100"),
        ({"kind-1": "choice", "options-1": "a\nb"}, "Please fill this in"),
        ({"kind-1": "number", "prompt-1": "Which?"}, "choose one of these"),
        ({"prompt-1": "x" * 201}, "under 200"),
        ({f"prompt-{n}": f"Number {n}?" for n in range(1, 14)}, "at most 12 questions"),
    ],
)
async def test_what_is_wrong_on_the_sheet_is_kept_and_said(
    walkers: Community, ana: Person, signed_in: As, fields: dict[str, str], sentence: str
) -> None:
    event = await make_event(walkers)
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/questions", data=fields)
    assert answer.status_code == 422 and sentence in answer.text and await prompts(event) == []
    kept = next(value for name, value in fields.items() if name.startswith("prompt") or "options" in name)
    assert kept.split("\n")[0] in answer.text


async def test_a_broken_question_can_be_taken_away(walkers: Community, ana: Person, signed_in: As) -> None:
    event = await make_event(walkers)
    data = {**sheet(SOUP, step="away-2"), "kind-2": "choice", "prompt-2": "No options"}
    answer = await (await signed_in(ana)).post(f"/events/{event.public_id}/questions", data=data)
    assert answer.status_code == 303 and await prompts(event) == [SOUP.prompt]


async def test_the_sheet_is_for_organisers(
    walkers: Community, bo: Person, cleo: Person, signed_in: As, client: httpx.AsyncClient
) -> None:
    event, _ = await asking(walkers, visibility="members")
    address = f"/events/{event.public_id}/questions"
    for person, status in ((bo, 403), (cleo, 404)):
        browser = await signed_in(person)
        assert (await browser.get(address)).status_code == status
        assert (await browser.post(address, data=sheet(STORY))).status_code == status
    assert (await client.post(address, data=sheet(STORY))).status_code in {303, 404}
    assert len(await prompts(event)) == 3


# Answering


async def test_bo_answers_questions_with_their_answer(walkers: Community, bo: Person, signed_in: As) -> None:
    event, (soup, bring, story) = await asking(walkers)
    browser, address = await signed_in(bo), f"/events/{event.public_id}/rsvp"
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert "Which soup?" in page and "deleted 30 days after" in page
    data = {"answer": "going", soup: "Lentil", bring: ["", "Bread", "Wine"], story: " From\ta friend\0 "}
    assert (await browser.post(address, data=data)).status_code == 303
    said = await queries.said(event.id, bo.id)
    assert list(said.values()) == ["Lentil", "Bread\nWine", "From\ta friend"]
    page = (await browser.get(f"/events/{event.public_id}")).text
    assert 'value="Lentil" checked' in page and 'value="Wine" checked' in page and "a friend" in page
    assert 'value="Cheese" checked' not in page


async def test_saying_it_otherwise_writes_no_letter_and_no_history(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event, (soup, bring, _) = await asking(walkers)
    browser, address = await signed_in(bo), f"/events/{event.public_id}/rsvp"
    await browser.post(address, data={"answer": "going", soup: "Lentil", bring: ["Bread"]})
    await browser.post(address, data={"answer": "going", soup: "Pumpkin", bring: ""})
    assert list((await queries.said(event.id, bo.id)).values()) == ["Pumpkin"]
    await browser.post(address, data={"answer": "going"})
    assert list((await queries.said(event.id, bo.id)).values()) == ["Pumpkin"]
    assert len(await letters_to(bo.email)) == 1
    assert await db.value("SELECT count(*) FROM rsvp_changes") == 1


async def test_who_comes_has_to_answer_what_is_required(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event, (soup, bring, story) = await asking(walkers)
    browser, address = await signed_in(bo), f"/events/{event.public_id}/rsvp"
    answer = await browser.post(
        address, data={"answer": "going", soup: "", bring: ["Bread"], story: "A poster"}
    )
    assert answer.status_code == 422 and f'href="#f-{soup}"' in answer.text
    assert 'value="Bread" checked' in answer.text and "A poster" in answer.text
    assert await answer_of(event, bo) is None and await Reply.count() == 0
    for wish in ("maybe", "declined"):
        assert (await browser.post(address, data={"answer": wish, soup: ""})).status_code == 303
    late = await browser.post(address, data={"answer": "going"}, headers={"accept": "application/json"})
    assert late.status_code == 422 and late.headers["content-type"] == "application/problem+json"


async def test_rubbish_is_refused_and_nothing_else_is_lost(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event, (soup, bring, _) = await asking(walkers)
    browser, address = await signed_in(bo), f"/events/{event.public_id}/rsvp"
    for data in ({soup: "Tomato"}, {soup: ["Lentil", "Pumpkin"]}, {soup: "Lentil", bring: "Beer"}):
        assert (await browser.post(address, data={"answer": "going", **data})).status_code == 422
    # Who cannot come is asked nothing.
    assert (await browser.post(address, data={"answer": "declined", soup: "Tomato"})).status_code == 303


async def test_a_question_of_another_event_is_never_answered(
    walkers: Community, bo: Person, signed_in: As
) -> None:
    event, _ = await asking(walkers, STORY)
    _, (foreign,) = await asking(walkers, STORY)
    browser = await signed_in(bo)
    await browser.post(f"/events/{event.public_id}/rsvp", data={"answer": "going", foreign: "smuggled"})
    rsvp = await answer_of(event, bo)
    assert rsvp
    await store.write([(rsvp.id, int(foreign.split("-")[1]), "smuggled")])
    assert await Reply.count() == 0


async def test_a_stranger_answers_and_confirms_what_they_said(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event, (soup, _, _) = await asking(walkers)
    address = f"/events/{event.public_id}/rsvp"
    assert "Which soup?" in (await client.get(f"/events/{event.public_id}")).text
    data = {"name": "Nell", "email": "new@example.org", "answer": "going"}
    assert (await client.post(address, data=data)).status_code == 422
    assert (await client.post(address, data={**data, soup: "Lentil"})).status_code == 303
    link = await link_in("new@example.org")
    page = (await client.get(link)).text
    assert 'value="Lentil" checked' in page
    assert (await client.post(link, data={"answer": "going", soup: ""})).status_code == 422
    assert (await client.post(link, data={"answer": "going"})).status_code == 303
    assert (await client.post(link, data={"answer": "going", soup: "Pumpkin"})).status_code == 303
    assert [reply.words for reply in await Reply.objects()] == ["Pumpkin"]


async def test_what_is_typed_in_bos_name_changes_nothing_they_said(
    walkers: Community, bo: Person, client: httpx.AsyncClient
) -> None:
    event, (soup, bring, _) = await asking(walkers)
    lentil = {int(soup.split("-")[1]): "Lentil"}
    await seats.answer(event, bo, answer="going", by=bo, replies=lentil)
    data = {
        "name": "X",
        "email": bo.email,
        "answer": "going",
        soup: "Pumpkin",
        bring: "Wine",
        "guest_names": "",
    }
    assert (await client.post(f"/events/{event.public_id}/rsvp", data=data)).status_code == 303
    assert await queries.said(event.id, bo.id) == lentil


async def test_a_page_that_is_kept_asks_what_is_asked_now(
    walkers: Community, client: httpx.AsyncClient
) -> None:
    event, _ = await asking(walkers, STORY)
    assert STORY.prompt in (await client.get(f"/events/{event.public_id}")).text
    await questions.put(event, (BRING,))
    page = (await client.get(f"/events/{event.public_id}")).text
    assert BRING.prompt in page and STORY.prompt not in page


# Who reads it


async def test_hosts_read_how_much_soup_to_cook(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event, fields = await asking(walkers, SOUP, preset("diet"))
    soup, diet = (int(field.split("-")[1]) for field in fields)
    for person, replies in (
        (ana, {soup: "Lentil", diet: "Vegan\nGluten-free"}),
        (bo, {soup: "Lentil", diet: "Vegan"}),
        (dev, {soup: "Pumpkin"}),
    ):
        await seats.answer(event, person, answer="going", by=person, replies=replies)
    await seats.answer(event, dev, answer="maybe", by=dev)
    assert await queries.portions(event.id) == {
        soup: {"Lentil": 2},
        diet: {"Vegan": 2, "Gluten-free": 1},
    }
    page = (await (await signed_in(ana)).get(f"/events/{event.public_id}/questions")).text
    assert '<dt dir="auto">Vegan</dt><dd dir="auto">2</dd>' in page and ">Bo<" not in page


async def test_replies_are_found_by_answer(walkers: Community, ana: Person, bo: Person) -> None:
    event, (field,) = await asking(walkers, STORY)
    story = int(field.split("-")[1])
    mine = await seats.answer(event, ana, answer="going", by=ana, replies={story: "I made it"})
    await seats.answer(event, bo, answer="going", by=bo, replies={story: "From Ana"})
    assert await queries.replies_of(event.id, [mine.public_id]) == {mine.public_id: {story: "I made it"}}


async def test_the_table_has_a_column_a_question(
    walkers: Community, ana: Person, bo: Person, signed_in: As
) -> None:
    event, fields = await asking(walkers)
    soup, bring, story = (int(field.split("-")[1]) for field in fields)
    said = {soup: "Lentil", bring: "Bread\nWine", story: "=1+1"}
    await seats.answer(event, bo, answer="going", by=bo, replies=said)
    table = (await (await signed_in(ana)).get(f"/events/{event.public_id}/people.csv")).text
    assert ",Which soup?,What do you bring?,How did you hear of us?\r\n" in table
    assert ",Lentil,Bread; Wine,'=1+1\r\n" in table


async def test_an_organiser_reads_what_bo_said_and_bo_does_of_nobody(
    walkers: Community, ana: Person, bo: Person, dev: Person, signed_in: As
) -> None:
    event, (field,) = await asking(walkers, STORY)
    said = {int(field.split("-")[1]): "A canary sang it"}
    rsvp = await seats.answer(event, bo, answer="going", by=bo, replies=said)
    assert "A canary sang it" in (await (await signed_in(ana)).get(f"/rsvps/{rsvp.public_id}")).text
    browser = await signed_in(dev)
    for address in (
        f"/events/{event.public_id}",
        f"/rsvps/{rsvp.public_id}",
        f"/events/{event.public_id}.json",
    ):
        assert "A canary sang it" not in (await browser.get(address)).text


# The end of it


async def test_what_was_said_is_deleted_in_time(walkers: Community, bo: Person, dev: Person) -> None:
    event, (field,) = await asking(walkers, STORY, guests_allowed=2, replies_kept=10)
    later, (other,) = await asking(walkers, STORY, guests_allowed=2, replies_kept=11)
    for one, name in ((event, field), (later, other)):
        said = {int(name.split("-")[1]): "From Bo"}
        await seats.answer(one, bo, answer="going", guests=1, guest_names="Zoe", by=bo, replies=said)
    with time_machine.travel(event.over_at + timedelta(days=9, hours=23), tick=True):
        await forget_what_has_had_its_time()
        assert await Reply.count() == 2
    with time_machine.travel(event.over_at + timedelta(days=10, hours=1), tick=True):
        for _ in range(2):
            await forget_what_has_had_its_time()
    assert await queries.said(event.id, bo.id) == {} and await Reply.count() == 1
    gone, kept = await answer_of(event, bo), await answer_of(later, bo)
    assert gone and kept and (gone.guest_names, gone.guests, kept.guest_names) == ("", 1, "Zoe")


async def test_an_account_that_is_deleted_takes_its_replies_along(walkers: Community, bo: Person) -> None:
    event, (field,) = await asking(walkers, STORY)
    await seats.answer(event, bo, answer="going", by=bo, replies={int(field.split("-")[1]): "From Bo"})
    await Person.delete().where(Person.id == bo.id)
    assert await Reply.count() == 0 and clock.now() < event.starts_at


async def test_many_replies_are_written_at_once(walkers: Community, bo: Person, dev: Person) -> None:
    event, fields = await asking(walkers, STORY, BRING)
    story, bring = (int(field.split("-")[1]) for field in fields)
    first = await seats.answer(event, bo, answer="going", by=bo)
    second = await seats.answer(event, dev, answer="going", by=dev)
    await store.write([(first.id, story, "a"), (second.id, story, "b"), (first.id, bring, "Wine")])
    await store.write([(first.id, story, "c"), (first.id, story, "d"), (second.id, story, "")])
    assert await queries.said(event.id, bo.id) == {story: "d", bring: "Wine"}
    assert await queries.said(event.id, dev.id) == {}
