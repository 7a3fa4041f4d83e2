"""The part of the event page where people answer. One query if the reader is signed in, otherwise none."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from events.access import view
from events.tables import Event
from members.access import KeptOut
from rsvps.attending import queries
from rsvps.attending.queries import OfReader
from rsvps.door import tickets
from rsvps.questions import queries as questions_queries
from rsvps.questions import sheet
from rsvps.status import words
from rsvps.tables import Question, Rsvp
from server import clock, forms, tokens
from server.forms import Form
from server.fragment_cache import hole
from server.pages import fragment, part, url


async def answer(request: Request, event: Event) -> Markup | None:
    """The reader's own status, what they can press, and what that does."""
    return await drawn(request, event, forms.blank())


async def drawn(request: Request, event: Event, form: Form[Any]) -> Markup | None:
    """The same with a form that was filled in before."""
    seen = await view(request.user, event)
    if seen.kept_out:
        return fragment(request, "rsvps/kept_out.html", sentence=KeptOut.sentence)
    theirs = await queries.of_reader(event, request.user) if request.user else OfReader()
    rsvp = theirs.rsvp
    status = words.status(
        event, rsvp, theirs.place, clock.now(), stranger=not request.user, hosts=seen.organises
    )
    if status.closed and event.status != "published":
        return None
    asked = await sheet.of(event)
    panel = part(
        "rsvps/panel.html",
        event=event,
        status=status,
        form=filled_in(form, rsvp, asked, theirs.said),
        asked=asked,
        me=request.user is not None,
        key=hole("key") if request.user else "",
        action=url("rsvps:answer", event=event.public_id),
        removal=url("rsvps:removal", event=event.public_id),
        ticket=hole("ticket"),
        mine=rsvp.chairs if rsvp and rsvp.status == "going" else 0,
    )
    # What is drawn for strangers is kept and shown to all of them: a key in it would be everybody's.
    return panel.fill(key=tokens.public_id(), ticket=_ticket(rsvp, event))


def _ticket(rsvp: Rsvp | None, event: Event) -> Markup:
    address = tickets.address(rsvp, event) if rsvp else ""
    return part("rsvps/ticket_in_panel.html", address=address).fill() if address else Markup()


async def asked_and_said(event: Event, rsvp: Rsvp | None) -> tuple[list[Question], dict[int, str]]:
    """What an event asks, and what was said to it with an answer. At most two queries, none for most events."""
    asked = await sheet.of(event)
    said = await questions_queries.said(event.id, rsvp.person) if asked and rsvp else {}
    return asked, said


def filled_in(
    form: Form[Any], rsvp: Rsvp | None, asked: Sequence[Question], said: Mapping[int, str]
) -> Form[Any]:
    """The form with what was said before wherever nothing else is typed."""
    known: dict[str, Any] = {"online": "true" if rsvp and rsvp.online else "false"}
    if rsvp:
        known |= {"listed": rsvp.listed, "guest_names": rsvp.guest_names}
    for question in asked:
        words_said = said.get(question.id, "")
        known[sheet.field(question)] = words_said if question.kind == "text" else words_said.split("\n")
    form.values = {**known, **form.values}
    return form
