"""An answer as somebody filled it in: its fields, the names of guests, and what is said to the event's questions."""

from typing import TypeVar

from starlette.requests import Request

from events.tables import Event
from members.tables import Person
from rsvps.attending.forms import PartyFields
from rsvps.questions import queries, sheet
from rsvps.seating.rules import AnswerDetails
from rsvps.status import words
from rsvps.tables import Question, Rsvp
from server import forms
from server.forms import Form
from server.presentation import plural

MIGHT_COME = {"going", "maybe"}  # Of the others nothing else is asked.
_BECOMES = {
    "going": ("going", "waitlisted", "requested", "offered"),
    "maybe": ("maybe",),
    "declined": ("declined",),
    "withdrawn": ("withdrawn", "declined", "invited"),
}

A = TypeVar("A", bound=PartyFields)


async def read(
    request: Request, fields: type[A], event: Event, person: Person | None
) -> tuple[Form[A], AnswerDetails]:
    """Read and check an answer. Returns its form, and all but its main words as the heart takes them.

    `person` is who gives it; None for who cannot prove it yet. What their form did not ask stands as they said it
    before. At most three queries, none for most events.
    """
    form: Form[A] = await forms.read(request, fields)
    replies = await _replies(request, form, event, person)
    if form.data is None:
        return form, {}
    names = _names(form, form.data)
    extras: AnswerDetails = {
        "online": form.data.online,
        "guest_names": names,
        "listed": form.data.listed,
        "replies": replies,
    }
    if form.errors:
        form.data = None
    return form, extras


def said(rsvp: Rsvp, wish: str) -> str:
    """What has just happened, for the notice above the next page; that nothing has, when the form was an old one."""
    happened = words.said(rsvp)
    if rsvp.status in _BECOMES[wish]:
        return happened
    return f"That page was from before your last answer, so nothing has changed. {happened}"


async def _replies(request: Request, form: Form[A], event: Event, person: Person | None) -> dict[int, str]:
    asked = await sheet.of(event)
    if not asked:
        return {}
    typed = await _typed(request, asked)
    form.values.update({sheet.field(one): typed[one.id] for one in asked if one.id in typed})
    answer = form.values.get("answer")
    if answer not in MIGHT_COME:
        return {}
    said = await queries.said(event.id, person.id) if person and len(typed) < len(asked) else {}
    replies, errors = sheet.check(asked, typed, said=said, coming=answer == "going")
    form.errors.update(errors)
    return replies


async def _typed(request: Request, asked: list[Question]) -> dict[int, list[str]]:
    sent = await forms.sent(request)
    found = {question.id: forms.typed(sent, sheet.field(question)) for question in asked}
    return {number: typed for number, typed in found.items() if typed is not None}


def _names(form: Form[A], data: A) -> str | None:
    """The guests' names; None when the form did not ask for them. Complains about more names than guests."""
    if "guest_names" not in form.values or data.answer not in MIGHT_COME:
        return None
    named = data.guest_names.count("\n") + 1 if data.guest_names else 0
    if named > data.guests:
        party = f"only {plural(data.guests, 'guest')}" if data.guests else "nobody"
        form.errors["guest_names"] = (
            f"You named {plural(named, 'guest')} and bring {party}. Please choose how many come with you."
        )
    return data.guest_names
