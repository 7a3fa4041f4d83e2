"""What the hosts ask people who come: put on one sheet, changed until somebody answers, and read for the kitchen."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from events.publishing.pages.organising import event_of
from events.tables import Event
from rsvps.questions import queries, sheet
from rsvps.questions.forms import QuestionFields
from rsvps.questions.presets import PRESETS, preset
from rsvps.questions.sheet import FIELDS, MOST_QUESTIONS, AskedQuestion
from server import forms
from server.editing import FIELD as SEEN
from server.editing import EditedMeanwhile, version
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import Text, _, pgettext
from server.pages import redirect, redirect_to, render, url

KINDS = [
    # Translators: how people answer a question of the hosts
    ("text", _("They write")),
    ("choice", _("They choose one")),
    ("several", _("They choose as many as they like")),
]
STEP = re.compile(r"(up|down|away)-(\d{1,2})")


async def look(request: Request) -> Response:
    """The sheet as it is."""
    event = await event_of(request)
    asked = [sheet.as_asked(question) for question in await sheet.of(event)]
    return await _show(request, event, _sheet(asked))


async def put(request: Request) -> Response:
    """Ask what the sheet says, after whatever the button that was pressed does to it."""
    event = await event_of(request)
    sent = await forms.sent(request)
    step = str(sent.get("step", ""))
    form, asked = _read(sent, without=_number(step, "away"))
    if not form.errors:
        try:
            await sheet.put(event, _after(step, asked), seen=_seen(sent))
            return _done(event, step)
        except EditedMeanwhile as refusal:
            refusal.theirs = _in_words(refusal.theirs)
            form.refuse(refusal)
        except Refusal as refusal:
            form.refuse(refusal)
            return await _show(request, event, form, status=refusal.status)
    return await _show(request, event, form)


def _done(event: Event, step: str) -> Response:
    if step == "another":
        return redirect_to(f"{url('rsvps:questions', event=event.public_id)}#another", notice=_("Saved."))
    return redirect("rsvps:questions", event=event.public_id, notice=_("Saved."))


# The sheet


def _sheet(asked: Sequence[AskedQuestion]) -> Form[Any]:
    """Questions as their fields have them."""
    shown = sheet.sheet(asked)
    return forms.blank(**shown, seen=version(shown))


def _read(sent: FormData, *, without: int | None) -> tuple[Form[Any], list[AskedQuestion]]:
    """What is on the sheet. A question without words and options is none; `without` is taken away."""
    values: dict[str, Any] = {}
    errors: dict[str, Text] = {}
    asked: list[AskedQuestion] = []
    numbers = (number for number in range(1, MOST_QUESTIONS + 2) if number != without)
    for number in numbers:
        typed = {name: "\n".join(forms.typed(sent, f"{name}-{number}") or []) for name in FIELDS}
        if not typed["prompt"] and not typed["options"]:
            continue
        place = len(asked) + 1
        one, wrong = _question(typed)
        asked.append(one)
        values |= {f"{name}-{place}": typed[name] for name in FIELDS}
        errors |= {f"{name}-{place}": sentence for name, sentence in wrong.items()}
    # What could not be read is said first, then what cannot be asked.
    errors = {**sheet.wrong_with(asked).errors, **errors}
    return Form({**values, SEEN: _seen(sent)}, None, errors), asked


def _seen(sent: FormData) -> str:
    return "".join(forms.typed(sent, SEEN) or [])


def _in_words(theirs: Mapping[str, Any]) -> dict[str, str]:
    """A sheet that somebody else has filled in, a line for each question."""
    numbers = [name.removeprefix("prompt-") for name in theirs if name.startswith("prompt-")]
    lines = {
        str(_("Question %(number)s", number=int(number))): "\n".join(
            filter(None, (theirs[f"prompt-{number}"], theirs[f"options-{number}"]))
        )
        for number in numbers
    }
    # Translators: all questions were taken away: "Questions: none any more"
    return lines or {str(_("Questions")): str(pgettext("questions", "none any more"))}


def _question(typed: dict[str, str]) -> tuple[AskedQuestion, dict[str, Text]]:
    """One question, and what is wrong with it."""
    form = forms.check(QuestionFields, typed)
    if form.data is None:
        return AskedQuestion("text", typed["prompt"]), form.errors
    return form.data.asked(), {}


def _after(step: str, asked: list[AskedQuestion]) -> list[AskedQuestion]:
    """The questions once a button has done what it says."""
    if step in PRESETS and step not in {one.preset for one in asked}:
        return [*asked, preset(step)]
    for word, by in (("up", -1), ("down", 1)):
        number = _number(step, word)
        if number and 0 < number <= len(asked) and 0 < number + by <= len(asked):
            here, there = number - 1, number - 1 + by
            asked[here], asked[there] = asked[there], asked[here]
    return asked


def _number(step: str, word: str) -> int | None:
    found = STEP.fullmatch(step)
    return int(found[2]) if found and found[1] == word else None


async def _show(request: Request, event: Event, form: Form[Any], *, status: int | None = None) -> Response:
    asked = await sheet.of(event)
    frozen = await queries.has_answers(event.id)
    blocks = sum(name.startswith("prompt-") for name in form.values)
    there = {form.value(f"preset-{number}") for number in range(1, blocks + 1)}
    return render(
        request,
        "rsvps/questions.html",
        status=status or form.status,
        event=event,
        form=form,
        blocks=blocks,
        more=blocks < MOST_QUESTIONS,
        asked=asked,
        frozen=frozen,
        stay=sheet.QuestionsStay.sentence,
        portions=await queries.portions(event.id) if frozen and asked else {},
        kinds=KINDS,
        presets=[key for key in PRESETS if key not in there],
        blank=forms.blank(),
    )
