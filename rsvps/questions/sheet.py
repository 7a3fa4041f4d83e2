"""What the hosts ask people who come, and what they reply. Set for good once somebody has answered."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from events import queries as events_queries
from events.tables import Event
from members.tables import Person
from rsvps.questions import queries, store
from rsvps.tables import Question
from server.db import transaction
from server.editing import unless_edited
from server.errors import Conflict, NotFound, Refusal
from server.faults import Faults
from server.forms import sentence
from server.languages.messages import Text, _

FIELDS = ("kind", "prompt", "options", "required", "preset")
MOST_QUESTIONS = 12
MOST_OPTIONS = 20
LONGEST_PROMPT = 200  # characters
LONGEST_OPTION = 100
MOST_WORDS = 500  # characters of one reply
KEPT_HERE = 1_000  # events whose questions this process remembers


class QuestionsStay(Conflict):
    """Somebody has answered, so what they were asked stays what it was."""

    sentence = _(
        "People have answered already, so the questions stay as they are. You can write to them instead."
    )


class TooManyQuestions(Refusal):
    """More than anybody would read."""

    sentence = _("Please ask at most %(most)s questions.", most=MOST_QUESTIONS)


@dataclass(frozen=True)
class AskedQuestion:
    """A question as hosts put it. `kind` is text, choice (one of the options) or several (of them)."""

    kind: str
    prompt: str
    required: bool = False
    options: tuple[str, ...] = ()
    preset: str = ""


_known: OrderedDict[str, tuple[int, list[Question]]] = OrderedDict()


# What is asked


async def of(event: Event) -> list[Question]:
    """What an event asks, in its order. Costs no query while its page's version is that of the last time."""
    version, found = _known.get(event.public_id, (None, []))
    if version != event.page_version:
        found = await queries.questions(event.id)
        _known[event.public_id] = event.page_version, found
        _known.move_to_end(event.public_id)
        if len(_known) > KEPT_HERE:
            _known.popitem(last=False)
    return found


def as_asked(question: Question) -> AskedQuestion:
    """A question as it was put."""
    return AskedQuestion(
        question.kind, question.prompt, question.required, tuple(question.choices), question.preset
    )


def sheet(asked: Sequence[AskedQuestion]) -> dict[str, Any]:
    """Questions as the fields of the one form that puts them: `prompt-1`, `kind-1` and so on."""
    fields: dict[str, Any] = {}
    for number, one in enumerate(asked, 1):
        values = {**vars(one), "options": "\n".join(one.options)}
        fields |= {f"{name}-{number}": values[name] for name in FIELDS}
    return fields


def wrong_with(asked: Sequence[AskedQuestion]) -> Faults:
    """What cannot be asked like this, by the fields of the `sheet`. Pure."""
    found = Faults()
    for number, one in enumerate(asked, 1):
        found.text(f"prompt-{number}", one.prompt, most=LONGEST_PROMPT, least=1)
        if wrong := "" if one.kind == "text" else _wrong_with_options(one.options):
            found.note(f"options-{number}", wrong)
    return found


def _wrong_with_options(options: Sequence[str]) -> Text:
    if len(options) < 2:
        return _("Please give at least two things to choose from, one per line.")
    if len(options) > MOST_OPTIONS:
        return _("Please give at most %(most)s things to choose from.", most=MOST_OPTIONS)
    too_long = any(len(option) > LONGEST_OPTION for option in options)
    return _("Please keep each line under %(most)s characters.", most=LONGEST_OPTION) if too_long else ""


async def put(event: Event, asked: Sequence[AskedQuestion], *, seen: str = "") -> None:
    """Ask these, in this order, and nothing else. The same again changes nothing.

    What unconfirmed answers said to the questions before goes with them. Raises NotAllowed with all that is wrong;
    QuestionsStay; TooManyQuestions; NotFound; EditedMeanwhile when the `sheet` is not the one that was `seen`, by its
    version. One transaction; the event is locked, so that nobody answers at the same time.
    """
    if len(asked) > MOST_QUESTIONS:
        raise TooManyQuestions
    wrong_with(asked).refuse()
    async with transaction():
        if await events_queries.locked(event.id) is None:
            raise NotFound
        now = [as_asked(question) for question in await queries.questions(event.id)]
        if now == list(asked):
            return
        unless_edited(seen, now=sheet(now), wanted=sheet(asked))
        if await queries.has_answers(event.id):
            raise QuestionsStay
        await Question.delete().where(Question.event == event.id)
        await _write(event.id, asked)


async def copy_all(event: Event, copies: Sequence[Event]) -> None:
    """Ask at new copies of an event what was asked there. One query."""
    await store.copy(event.id, [copied.id for copied in copies])


async def _write(event: int, asked: Sequence[AskedQuestion]) -> None:
    questions = [
        Question(
            event=event,
            position=position,
            kind=one.kind,
            prompt=one.prompt,
            required=one.required,
            options="\n".join(one.options),
            preset=one.preset,
        )
        for position, one in enumerate(asked, 1)
    ]
    if questions:
        await Question.insert(*questions)


# What is said


def field(question: Question) -> str:
    """What its field is called in forms."""
    return f"question-{question.id}"


async def faults(
    event: Event, person: Person | None, replies: Mapping[int, str], *, coming: bool
) -> dict[str, Text]:
    """What is wrong with what somebody says to an event's questions, by the name of the field. See `check`.

    `person` is who says it; None while nobody knows whose word it is. At most two queries, none for most events.
    """
    asked = await of(event)
    if not asked:
        return {}
    unsaid = person is not None and any(question.id not in replies for question in asked)
    said = await queries.said(event.id, person.id) if person and unsaid else {}
    return check(asked, replies, said=said, coming=coming)


def check(
    questions: Sequence[Question],
    replies: Mapping[int, str],
    *,
    said: Mapping[int, str] | None = None,
    coming: bool = True,
) -> dict[str, Text]:
    """What is wrong with replies (by question; of several choices one per line), by the name of the field. Pure.

    A question without a reply keeps what was `said` before. What is required, is required only of people who
    are `coming`. What is said to the questions of another event is not looked at.
    """
    errors: dict[str, Text] = {}
    for question in questions:
        wrong = _wrong(question, replies[question.id]) if question.id in replies else ""
        if not wrong and coming and question.required and not _reply(question, replies, said or {}):
            wrong = _(
                "The hosts ask this of everybody who comes: “%(question)s”",
                question=shorten(question.prompt, 60, placeholder="…"),
            )
        if wrong:
            errors[field(question)] = wrong
    return errors


def _reply(question: Question, replies: Mapping[int, str], said: Mapping[int, str]) -> str:
    return replies.get(question.id, said.get(question.id, ""))


def _wrong(question: Question, reply: str) -> Text:
    if question.kind == "text":
        too_long = len(reply) > MOST_WORDS
        return sentence("string_too_long", max_length=MOST_WORDS) if too_long else ""
    typed = reply.split("\n") if reply else []
    if not set(typed) <= set(question.choices):
        return _("Please choose one of these.")
    return _("Please choose one of these only.") if question.kind == "choice" and len(typed) > 1 else ""
