"""Where I have been: the gatherings of each year, my notes about them, and whom I have been in touch with since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from events import access as events_access
from events.lists import queries as lists_queries
from events.lists.queries import EventCard, card_of
from followups.asks import asks
from followups.asks import queries as asks_queries
from followups.asks.queries import OwnAsk
from followups.been import queries
from followups.been.queries import Been
from followups.connections import queries as connections
from followups.forms import NoteFields
from followups.survey import links, notes
from followups.survey import queries as survey
from members.access import signed_in
from members.tables import Person
from server import clock, forms
from server.errors import Refusal
from server.forms import Form
from server.languages.messages import Text, _
from server.pages import redirect, render
from server.pagination import asked_place
from server.presentation import in_zone


@dataclass(frozen=True)
class Remembered:
    """A gathering that I was at, as my page shows it. `card` is None where I may not see it any more.

    `comes_back` and `came_back` are the days on which my note does, or did. `page` leads to what I said the morning
    after, while I can change it; `said`: I did say something.
    """

    year: int
    card: EventCard | None
    note: str
    note_key: str
    comes_back: date | None
    came_back: date | None
    since_then: Sequence[Text]
    asks: Sequence[OwnAsk]
    page: str
    said: bool


async def index(request: Request) -> Response:
    """A page of them, latest first."""
    return await _index(request, signed_in(request.user), forms.blank())


async def forget_note(request: Request) -> Response:
    """Delete what I wrote to myself."""
    me = signed_in(request.user)
    await notes.forget(me, request.path_params["note"])
    return redirect("followups:been", notice=_("The note is deleted."))


async def send_note_back(request: Request) -> Response:
    """Have what I wrote to myself sent back on another day."""
    me, key = signed_in(request.user), request.path_params["note"]
    form = await forms.read(request, NoteFields)
    if form.data:
        try:
            await notes.send_back_on(me, key, form.data.note_on, zone=me.zone)
            return redirect(
                "followups:been", notice=_("Your note comes back to you on that day, in the morning.")
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return await _index(request, me, form, note=key)


async def keep_note_here(request: Request) -> Response:
    """Not have it sent back."""
    me = signed_in(request.user)
    await notes.keep_here(me, request.path_params["note"])
    return redirect("followups:been", notice=_("The note stays here, and is not sent to you."))


async def take_back_ask(request: Request) -> Response:
    """Take back what I asked for after a gathering."""
    me = signed_in(request.user)
    await asks.take_back(me, request.path_params["ask"])
    return redirect("followups:been", notice=_("That is taken back."))


async def _index(request: Request, me: Person, form: Form[NoteFields], note: str = "") -> Response:
    """`form`: what was typed for the note with this key, if it has to be mended."""
    found = await queries.been(me, clock.now(), place=asked_place(request.query_params))
    years: dict[int, list[Remembered]] = {}
    for one in await _remembered(me, found.rows):
        years.setdefault(one.year, []).append(one)
    return render(
        request,
        "followups/been.html",
        status=form.status,
        found=found,
        years=years,
        form=form,
        mending=note,
        blank=forms.blank,
    )


async def _remembered(me: Person, found: Sequence[Been]) -> list[Remembered]:
    """Those that they may see; of the others what they wrote to themselves. At most five queries."""
    if not found:
        return []
    numbers = [one.event.id for one in found]
    faces = await lists_queries.faces(me, numbers)
    views = await events_access.views(
        me, [events_access.with_part(one.event, me, faces[one.event.id].part) for one in found]
    )
    since_then = await connections.begun_at(me, numbers)
    own = await asks_queries.after(me, numbers)
    pages = await survey.still_open_of(me, numbers, clock.now())
    seen = {one.event.id: _card(one, faces) for one in found if views[one.event.id].takes_part}
    return [
        Remembered(
            one.event.local_start.year,
            seen.get(one.event.id),
            one.note,
            one.note_key,
            _day(one.note_back_at, me) if not one.note_sent_at else None,
            _day(one.note_sent_at, me),
            since_then.get(one.event.id, []) if one.event.id in seen else [],
            [ask for ask in own if ask.event == one.event.id] if one.event.id in seen else [],
            links.path(pages[one.event.id]) if one.event.id in seen and one.event.id in pages else "",
            one.event.id in pages and pages[one.event.id].answered_at is not None,
        )
        for one in found
        if one.event.id in seen or one.note
    ]


def _day(moment: datetime | None, me: Person) -> date | None:
    return in_zone(moment, me.zone).date() if moment else None


def _card(one: Been, faces: Mapping[int, lists_queries.Face]) -> EventCard:
    return card_of(one.event, faces[one.event.id], now=clock.now())
