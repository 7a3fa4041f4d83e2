"""Who hosts which evening of a series: to see, and to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.hosting import queries as hosting
from events.hosting import rota
from events.hosting.forms import RotaFields
from events.hosting.queries import OnRota
from events.series import access, queries
from events.tables import Event
from events.view import SeriesView
from members.access import chosen_member, signed_in
from members.communities import picking
from members.queries import community_by_id
from members.tables import Person
from server import clock, forms
from server.errors import NotFound, Refusal
from server.faults import Faults
from server.forms import Form
from server.languages.messages import Text, _, ngettext
from server.pages import redirect, render
from server.presentation import long_date

MOST_SHOWN = 26
MYSELF = "SELECT $5::bigint"  # whom the picker leaves out


@dataclass(frozen=True)
class Evening:
    """One of the next evenings, and who is on its rota."""

    event: Event
    people: Sequence[OnRota]


async def index(request: Request) -> Response:
    """The next evenings, and a form to ask somebody."""
    return await _page(request, await _found(request), forms.blank())


async def ask(request: Request) -> Response:
    """Ask a member about some of them."""
    found = await _found(request)
    form = await forms.read(request, RotaFields)
    if picking.only_finds(form):
        form = picking.unfinished(form)
    if form.data:
        try:
            return _back(found, await _asked(found, form.data, signed_in(request.user)))
        except Refusal as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.refuse(refusal)
    return await _page(request, found, form)


async def take_back(request: Request) -> Response:
    """Ask somebody about one evening no longer."""
    found = await _found(request)
    await rota.take_back(await _evenings(found), request.path_params["invitation"])
    return _back(found, _("The question is taken back."))


async def _found(request: Request) -> SeriesView:
    found = await access.organised_series(request.user, request.path_params["series"])
    if not found.view.organises_community:
        raise NotFound
    return found


async def _evenings(found: SeriesView) -> list[Event]:
    ahead = await queries.gatherings_of(found.series.id, since=clock.now(), most=MOST_SHOWN)
    return [event for event in ahead if event.status == "published"]


async def _asked(found: SeriesView, data: RotaFields, me: Person) -> Text:
    faults = Faults()
    if not data.person:
        faults.note("person", _("Please choose somebody."))
    evenings = [event for event in await _evenings(found) if event.public_id in data.evenings]
    if not evenings:
        faults.note("evenings", _("Please choose at least one date."))
    faults.refuse()
    community = await community_by_id(found.series.community)
    if community is None:
        raise NotFound
    person = await chosen_member(me, community, data.person, field="person")
    number = await rota.ask(evenings, person, by=me)
    return ngettext(
        "They are asked about %(num)s date, and their answer will be here.",
        "They are asked about %(num)s dates, and their answers will be here.",
        number,
    )


async def _page(request: Request, found: SeriesView, form: Form[Any]) -> Response:
    me = signed_in(request.user)
    evenings = await _evenings(found)
    people = await hosting.rota([event.id for event in evenings], seen_by=me, now=clock.now())
    return render(
        request,
        "events/series_hosts.html",
        status=form.status,
        series=found.series,
        pattern=found.pattern,
        evenings=[Evening(event, [one for one in people if one.event == event.id]) for event in evenings],
        dates=[(event.public_id, long_date(event.local_start)) for event in evenings],
        picked=await picking.members(
            found.series.community, form, "person", reader=me, without=MYSELF, about=me.id
        ),
        form=form,
    )


def _back(found: SeriesView, notice: Text) -> Response:
    return redirect("events:series-hosts", series=found.series.public_id, notice=notice)
