"""An answer as somebody filled it in: its fields, the names of guests, and what is said to the event's questions."""

from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from events.tables import Event
from members.tables import Person
from rsvps.attending.forms import PartyFields
from rsvps.questions import sheet
from rsvps.seating import seats
from rsvps.seating.rules import AnswerDetails
from rsvps.seating.seats import MIGHT_COME
from rsvps.status import words
from rsvps.tables import Question, Rsvp
from server import forms
from server.forms import Form
from server.languages.messages import Text, _, sentences

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
    """Read an answer. Returns its form, and all but its main words as the heart takes them, which holds to the rules.

    `person` is who gives it; None if they cannot prove it yet. When something cannot be read, whatever else is wrong
    is said, too. At most three queries, none for most events.
    """
    form: Form[A] = await forms.read(request, fields)
    read = form.data.model_dump() if form.data else form.readable
    details: AnswerDetails = {
        "online": read.get("online"),
        "guest_names": _names(form, read),
        "listed": read.get("listed"),
        "replies": await _replies(request, form, event),
    }
    if form.data is None and read.get("answer"):
        besides = await seats.faults(event, person, read["answer"], read.get("guests", 0), **details)
        form.errors = {**besides.errors, **form.errors}
    return form, details


def said(rsvp: Rsvp, wish: str) -> Text:
    """What has just happened, for the notice above the next page; that nothing has, when the form was an old one."""
    happened = words.said(rsvp)
    if rsvp.status in _BECOMES[wish]:
        return happened
    unchanged = _("That page was from before your last answer, so nothing has changed.")
    return sentences(unchanged, happened)


async def _replies(request: Request, form: Form[A], event: Event) -> dict[int, str]:
    asked = await sheet.of(event)
    if not asked:
        return {}
    typed = await _typed(request, asked)
    form.values.update({sheet.field(one): typed[one.id] for one in asked if one.id in typed})
    if form.values.get("answer") not in MIGHT_COME:
        return {}
    return {number: "\n".join(words) for number, words in typed.items()}


async def _typed(request: Request, asked: list[Question]) -> dict[int, list[str]]:
    sent = await forms.sent(request)
    found = {question.id: forms.typed(sent, sheet.field(question)) for question in asked}
    return {number: typed for number, typed in found.items() if typed is not None}


def _names(form: Form[A], read: Mapping[str, Any]) -> str | None:
    """The guests' names; None when the form did not ask for them."""
    asked = "guest_names" in form.values and form.values.get("answer") in MIGHT_COME
    return str(read.get("guest_names", "")) if asked else None
