"""What organisers do about a series as a whole: leave out a day, pause, take up again, end, hand on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.publishing import publishing
from events.series import access, course, making, queries, rule
from events.series.forms import DayFields, EndFields, HandOnFields, PauseFields
from events.tables import Event, Series
from events.view import SeriesView
from members import queries as members_queries
from server.errors import NotFound, Refusal
from server.forms import Form, blank, read
from server.languages.messages import Text, _, ngettext, sentences
from server.pages import redirect, render
from server.presentation import long_date

SHOWN = 12  # of the days to come


async def index(request: Request) -> Response:
    """What can be done about it, and the days to come."""
    return await _page(request, await _found(request), blank())


async def pause(request: Request) -> Response:
    """Pause it, once it is agreed which gatherings are cancelled."""
    found = await _found(request)
    form = await read(request, PauseFields)
    if form.data:
        off = await course.concerned(found.series, form.data.since, form.data.until)
        if off and form.data.agreed != len(off):
            return await _page(request, found, form, "pause", off)
        try:
            await course.pause(found.series, form.data.since, form.data.until, reason=form.data.reason)
            return _back(found, _called_off(_("It pauses."), len(off)))
        except Refusal as refusal:
            form.refuse(refusal)
            return await _page(request, found, form, "pause", off)
    return await _page(request, found, form, "pause")


async def end(request: Request) -> Response:
    """End it, once it is agreed which gatherings are cancelled."""
    found = await _found(request)
    form = await read(request, EndFields)
    if form.data:
        off = await course.concerned(found.series, form.data.on, None)
        if off and form.data.agreed != len(off):
            return await _page(request, found, form, "end", off)
        try:
            await course.end(found.series, form.data.on, reason=form.data.reason)
            return _back(found, _called_off(_("It ends."), len(off)))
        except Refusal as refusal:
            form.refuse(refusal)
            return await _page(request, found, form, "end", off)
    return await _page(request, found, form, "end")


async def go_on(request: Request) -> Response:
    """Take it up again."""
    found = await _found(request)
    back, made = await course.go_on(found.series)
    said = [_are_back(len(back))] if back else []
    return _back(found, sentences(_("It goes on."), *said, *([_made(made)] if made else [])))


async def skip(request: Request) -> Response:
    """Leave a day out."""
    found = await _found(request)
    form = await read(request, DayFields)
    if form.data:
        try:
            await course.skip(found.series, form.data.day, by=request.user)
            return _back(found, _("%(day)s is left out.", day=long_date(form.data.day)))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, found, form, "leave-out")


async def take_back(request: Request) -> Response:
    """Have a day again that was left out."""
    found = await _found(request)
    form = await read(request, DayFields)
    if form.data is None:
        return await _page(request, found, form, "leave-out")
    await course.take_back(found.series, form.data.day)
    return _back(found, _("%(day)s is in again.", day=long_date(form.data.day)))


async def hand_on(request: Request) -> Response:
    """Have another organiser prepare it."""
    found = await _found(request)
    form = await read(request, HandOnFields)
    if form.data:
        try:
            person = await members_queries.person_by_public_id(form.data.person)
            if person is None:
                raise course.NoOrganiser
            await course.hand_on(found.series, person)
            return _back(found, _("It is handed on."))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, found, form, "hand-on")


async def _found(request: Request) -> SeriesView:
    found = await access.organised_series(request.user, request.path_params["series"])
    if not found.view.organises_community:
        raise NotFound
    return found


def _back(found: SeriesView, notice: Text) -> Response:
    return redirect("events:series", series=found.series.public_id, notice=notice)


def _called_off(done: Text, off: int) -> Text:
    if not off:
        return done
    return sentences(
        done, ngettext("%(num)s gathering is cancelled.", "%(num)s gatherings are cancelled.", off)
    )


def _are_back(back: int) -> Text:
    return ngettext("%(num)s gathering is on again.", "%(num)s gatherings are on again.", back)


def _made(made: int) -> Text:
    return ngettext("%(num)s gathering is made.", "%(num)s gatherings are made.", made)


async def _page(
    request: Request,
    found: SeriesView,
    form: Form[Any],
    sent: str = "",
    off: Sequence[Event] = (),
) -> Response:
    """All of its forms. `sent` is the one that `form` was typed into; by it, `off` would be called off."""
    series = found.series
    back = await course.would_return(series) if series.paused_from or series.ended_on else []
    return render(
        request,
        "events/series_course.html",
        status=form.status,
        form=form,
        blank=blank(),
        series=series,
        pattern=found.pattern,
        sent=sent,
        off=off,
        told=await publishing.how_many_are_concerned(*off),
        back=back,
        told_back=await publishing.how_many_are_concerned(*back),
        days=[(day.isoformat(), long_date(day)) for day in await _days(series)],
        skipped=sorted(found.skipped),
        hosts=[
            (person.public_id, person.name)
            for person in await members_queries.organisers_of(series.community, seen_by=request.user)
            if person.id != series.created_by
        ],
    )


async def _days(series: Series) -> list[date]:
    """The next days on which nothing is made yet."""
    today = await course.today_of(series)
    made, skipped = await queries.made_days(series.id), await queries.skipped_days(series.id)
    found = making.days_between(series, today, date(rule.LATEST, 1, 1), most=SHOWN + len(made) + len(skipped))
    return [day for day in found if day not in made and day not in skipped][:SHOWN]
