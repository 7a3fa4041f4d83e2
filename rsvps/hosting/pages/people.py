"""The organiser's list: who answered what, with its history, as a page and as a table to take along."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from events.publishing.pages.organising import event_of
from events.queries import is_kept_out
from events.tables import Event
from members.access import signed_in
from members.tables import Person
from rsvps.door import queries as door_queries
from rsvps.door.queries import WalkedIn
from rsvps.hosting import queries, roster, spreadsheet
from rsvps.hosting.access import knows_the_members, organised_answer
from rsvps.hosting.orders import Status
from rsvps.hosting.roster import RosterFilter, Row
from rsvps.questions import sheet
from rsvps.questions.queries import replies_of, said
from rsvps.status import headlines, words
from rsvps.status.queries import Answered
from rsvps.tables import Question
from server import clock, forms
from server.finding import asked_words
from server.forms import Form
from server.languages.messages import Listed, Text
from server.pages import render, url
from server.pagination import Page, asked_place

PAGE = 50
STATUSES: tuple[Status, ...] = (
    "requested",
    "going",
    "offered",
    "waitlisted",
    "maybe",
    "walked_in",
    "invited",
    "declined",
    "withdrawn",
)
VARY = {"Vary": "HX-Request, HX-Request-Type"}


async def people(request: Request) -> Response:
    """By words and by answer, a page at a time; to a script only what it shows anew."""
    event = await event_of(request)
    me, asked = signed_in(request.user), _asked(request)
    counts = await roster.counts(event.id, me.id)
    found = await roster.page(event.id, me.id, asked, counts, asked_place(request.query_params), most=PAGE)
    walk_ins = await _by_name_alone(event, me, asked)
    if walk_ins:
        counts["walked_in"] = counts.get("walked_in", 0) + len(walk_ins)
    partly = request.headers.get("hx-request-type") == "partial"
    return render(
        request,
        "rsvps/found.html" if partly else "rsvps/people.html",
        kept=headlines.kept_for_newcomers(event, clock.now()) if event.status == "published" else "",
        headers=VARY,
        event=event,
        asked=asked,
        found=found,
        counts=counts,
        walk_ins=[] if found.after else walk_ins,
        came=await door_queries.counts_at_door(event.id) if event.starts_at <= clock.now() else None,
        statuses=STATUSES,
        knows=await knows_the_members(me, event),
        on=_on(event),
        replies=await _replies(event, found) if asked.status == "requested" else {},
        list_at=_address(event, asked),
        label=words.label,
        for_hosts=words.for_hosts,
    )


async def person(request: Request) -> Response:
    """How one answer came to be, and what a host can do about it."""
    return await show_person(request, await organised_answer(request.user, request.path_params["rsvp"]))


async def show_person(
    request: Request,
    found: Answered,
    *,
    moving: Form[Any] | None = None,
    leaving: Form[Any] | None = None,
    keeping_out: Form[Any] | None = None,
) -> Response:
    """The same page, with one of its forms to be mended."""
    rsvp, me = found.rsvp, signed_in(request.user)
    knows = await knows_the_members(me, found.event)
    arrival = await queries.arrival(rsvp, seen_by=me)
    said_here = await said(found.event.id, rsvp.person)
    asked = await sheet.of(found.event) if said_here else []
    return render(
        request,
        "rsvps/history.html",
        status=(moving or leaving or keeping_out or forms.blank()).status,
        moving=moving or forms.blank(),
        leaving=leaving or forms.blank(),
        keeping_out=keeping_out or forms.blank(of="event"),
        mine=rsvp.person == me.id,
        kept_out=await is_kept_out(found.event, found.person),
        open_invitation=rsvp.invited_at is not None and not rsvp.confirmed and arrival is None,
        event=found.event,
        rsvp=rsvp,
        person=found.person.public_id,
        name=found.person.name or found.person.email,
        community=found.community,
        knows=knows,
        member_since=await queries.member_since(found) if knows else None,
        place=found.place,
        steps=await queries.history(rsvp, seen_by=me),
        arrival=arrival,
        replies=_told(asked, said_here),
        turned_down=by_host(found) and rsvp.status == "declined",
        by_host=by_host(found),
        taken_off=by_host(found) and rsvp.status == "withdrawn",
        on=_on(found.event),
        label=words.label,
        for_hosts=words.for_hosts,
    )


def by_host(found: Answered) -> bool:
    """Whether the present answer is a host's."""
    rsvp = found.rsvp
    return rsvp.answered_by is not None and rsvp.answered_by != rsvp.person


async def table(request: Request) -> Response:
    """All that the filters let through, as CSV that no spreadsheet takes for formulas."""
    event = await event_of(request)
    me, asked = signed_in(request.user), _asked(request)
    return StreamingResponse(
        spreadsheet.csv_of(event, me, asked),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="people-{event.public_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _by_name_alone(event: Event, me: Person, asked: RosterFilter) -> list[WalkedIn]:
    if asked.status not in {"", "walked_in"}:
        return []
    return await door_queries.known_by_name_alone(event.id, seen_by=me, words=asked.words)


async def _replies(event: Event, found: Page[Row]) -> Mapping[str, list[tuple[str, Text]]]:
    """What those on a page said to the event's questions: (question, words) each."""
    asked = await sheet.of(event)
    if not asked or not found.rows:
        return {}
    replies = await replies_of(event.id, [row.public_id for row in found.rows])
    return {rsvp: _told(asked, given) for rsvp, given in replies.items()}


def _told(asked: Sequence[Question], given: Mapping[int, str]) -> list[tuple[str, Text]]:
    """Each question that was answered with what was said, choices with commas between."""
    return [
        (each.prompt, Listed(tuple(given[each.id].splitlines()), "unit"))
        for each in asked
        if given.get(each.id)
    ]


def _on(event: Event) -> bool:
    """Whether hosts can still do something about answers."""
    return event.status == "published" and clock.now() < event.over_at


def _asked(request: Request) -> RosterFilter:
    asked = request.query_params
    status: Status = next((each for each in STATUSES if each == asked.get("status")), "")
    return RosterFilter(asked_words(asked), status)


def _address(event: Event, asked: RosterFilter) -> str:
    """Of the list as it is asked for."""
    query = {"q": asked.words, "status": asked.status}
    said = {name: value for name, value in query.items() if value}
    return url("rsvps:people", event=event.public_id, query=said)
