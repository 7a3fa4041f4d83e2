"""The part of the event page where people answer. One query if the reader is signed in, otherwise none."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from events.access import view
from events.tables import Event
from members.access import KeptOut
from rsvps.attending import browsers, queries
from rsvps.attending.browsers import Typed
from rsvps.attending.queries import OfReader
from rsvps.door import tickets
from rsvps.questions import queries as questions_queries
from rsvps.questions import sheet
from rsvps.status import queries as status_queries
from rsvps.status import words
from rsvps.status.headlines import moment
from rsvps.status.queries import Answered
from rsvps.status.words import Status
from rsvps.tables import Question, Rsvp
from server import clock, forms, tokens
from server.forms import Form
from server.fragment_cache import hole
from server.languages.messages import Text, _
from server.pages import fragment, part, url

ANCHOR = "answer"  # where on the page it is
ABSENT = "absent"  # in the agenda's address: the gathering at which somebody has just said "not this time"


async def answer(request: Request, event: Event) -> Markup | None:
    """The reader's own status, what they can press, and what that does.

    To whoever answered in this browser without an account: what comes next.
    """
    typed = _typed(request, event)
    if typed is None:
        return await drawn(request, event, forms.blank())
    if confirmed := await _confirmed(event, typed):
        return _after_letter(request, confirmed, typed)
    if typed.wrong or typed.lapsed:
        again = await drawn(request, event, forms.blank(**typed.values))
        return Markup("\n").join(filter(None, [_lapsed(request, event, typed), again]))
    return fragment(
        request, "rsvps/look_into_your_mail.html", event=event, typed=typed, until=_until(event, typed)
    )


async def drawn(request: Request, event: Event, form: Form[Any]) -> Markup | None:
    """The same with a form that was filled in before."""
    if (await view(request.user, event)).kept_out:
        return fragment(request, "rsvps/kept_out.html", sentence=KeptOut.sentence)
    theirs = await _of_reader(request, event)
    values = await _values(request, event, form, theirs)
    rsvp, status = theirs.rsvp, values["status"]
    if status.closed and event.status != "published":
        return None
    panel = part(
        "rsvps/panel.html",
        **values,
        removal=url("rsvps:removal", event=event.public_id),
        ticket=hole("ticket"),
        mine=rsvp.chairs if rsvp and rsvp.status == "going" else 0,
    )
    return panel.fill(key=tokens.public_id(), ticket=_ticket(rsvp, event))


async def bar(request: Request, event: Event) -> Markup | None:
    """The same in a line: where they stand, and the main thing to press. None where nothing can be pressed."""
    if (await view(request.user, event)).kept_out:
        return None
    typed = _typed(request, event)
    if typed and not (typed.wrong or typed.lapsed):
        confirmed = await _confirmed(event, typed)
        stands = _status(confirmed).heading if confirmed else _("Look into your mail")
        return fragment(request, "rsvps/bar_after_answering.html", stands=stands)
    values = await _values(request, event, forms.blank(), await _of_reader(request, event))
    if not values["status"].options:
        return None
    return part("rsvps/bar.html", **values).fill(key=tokens.public_id())


async def _of_reader(request: Request, event: Event) -> OfReader:
    return await queries.of_reader(event, request.user) if request.user else OfReader()


async def _values(request: Request, event: Event, form: Form[Any], theirs: OfReader) -> dict[str, Any]:
    """What the reader's answer is drawn from."""
    asked, stranger = await sheet.of(event), not request.user
    hosts = (await view(request.user, event)).organises
    return {
        "event": event,
        "status": words.status(
            event,
            theirs.rsvp,
            theirs.place,
            clock.now(),
            stranger=stranger,
            hosts=hosts,
            newcomer=theirs.newcomer,
            pauses=bool(theirs.standing and theirs.standing.pauses(event)),
        ),
        "form": filled_in(form, theirs.rsvp, asked, theirs.said),
        "asked": asked,
        "stranger": stranger,
        # What is drawn for strangers is kept and shown to all of them: a key in it would be everybody's.
        "key": "" if stranger else hole("key"),
        "action": url("rsvps:answer", event=event.public_id),
    }


def _typed(request: Request, event: Event) -> Typed | None:
    """What was typed in this browser, while it can still matter."""
    typed = None if request.user else browsers.kept(request, event.public_id)
    to_come = event.status == "published" and event.over_at > clock.now()
    return typed if isinstance(typed, Typed) and to_come else None


async def _confirmed(event: Event, typed: Typed) -> Answered | None:
    """The answer that was typed, if its owner has confirmed it since. One query.

    Not one that they had given before: whoever typed their address then learns nothing of it.
    """
    found = await status_queries.answered(typed.asked.rsvp)
    if found is None or found.event.id != event.id or not found.rsvp.confirmed_at:
        return None
    return found if found.rsvp.confirmed_at > typed.asked.at else None


def _after_letter(request: Request, found: Answered, typed: Typed) -> Markup:
    """How it stands, for a browser that has not proved whose it is: nothing can be changed there."""
    values = {"event": found.event, "status": _status(found), "typed": typed}
    return fragment(request, "rsvps/confirmed_elsewhere.html", **values)


def _status(found: Answered) -> Status:
    return words.status(found.event, found.rsvp, found.place, clock.now(), newcomer=found.newcomer)


def _lapsed(request: Request, event: Event, typed: Typed) -> Markup:
    if typed.wrong:
        return Markup()
    return fragment(request, "rsvps/hold_lapsed.html", event=event, typed=typed, until=_until(event, typed))


def _until(event: Event, typed: Typed) -> Text:
    until = typed.asked.kept_until
    return moment(until, event.zone, clock.now()) if until else ""


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
