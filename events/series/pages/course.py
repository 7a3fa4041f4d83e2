"""What organisers do about a series as a whole: leave out a day, pause, take up again, end, hand on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from events.publishing import publishing
from events.series import access, course, making, queries, rule
from events.series.course import Again, Becomes
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
NOTHING = Becomes([], [])


async def index(request: Request) -> Response:
    """What can be done about it, and the days to come."""
    return await _page(request, await _found(request), blank())


async def pause(request: Request) -> Response:
    """Pause it, once it is agreed which gatherings are cancelled, and which are on again."""
    found = await _found(request)
    form, becomes = await read(request, PauseFields), NOTHING
    if form.data:
        since, until = form.data.since, form.data.until
        try:
            becomes = await course.by_pause(found.series, since, until)
            if form.data.agreed == _number(becomes):
                await course.pause(found.series, since, until, reason=form.data.reason)
                return _back(found, _becomes(_("It pauses."), becomes))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, found, form, "pause", becomes)


async def go_on(request: Request) -> Response:
    """End the pause."""
    found = await _found(request)
    return _back(found, _goes_on(await course.go_on(found.series)))


async def end(request: Request) -> Response:
    """End it, once it is agreed which gatherings are cancelled, and which are on again."""
    found = await _found(request)
    form, becomes = await read(request, EndFields), NOTHING
    if form.data:
        try:
            becomes = await course.by_end(found.series, form.data.on)
            if form.data.agreed == _number(becomes):
                await course.end(found.series, form.data.on, reason=form.data.reason)
                return _back(found, _becomes(_("It ends."), becomes))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _page(request, found, form, "end", becomes)


async def take_up(request: Request) -> Response:
    """Take its end back."""
    found = await _found(request)
    return _back(found, _goes_on(await course.take_up(found.series)))


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


def _number(becomes: Becomes) -> int:
    """What somebody agrees to: of how many gatherings something becomes."""
    return len(becomes.off) + len(becomes.back)


def _becomes(done: Text, becomes: Becomes) -> Text:
    off, back = len(becomes.off), len(becomes.back)
    said = (
        [ngettext("%(num)s gathering is cancelled.", "%(num)s gatherings are cancelled.", off)] if off else []
    )
    return sentences(done, *said, *([_are_back(back)] if back else []))


def _goes_on(again: Again) -> Text:
    back, made = len(again.back), again.made
    said = [_are_back(back)] if back else []
    return sentences(_("It goes on."), *said, *([_made(made)] if made else []))


def _are_back(back: int) -> Text:
    return ngettext("%(num)s gathering is on again.", "%(num)s gatherings are on again.", back)


def _made(made: int) -> Text:
    return ngettext("%(num)s gathering is made.", "%(num)s gatherings are made.", made)


async def _page(
    request: Request,
    found: SeriesView,
    form: Form[Any],
    sent: str = "",
    becomes: Becomes = NOTHING,
) -> Response:
    """All of its forms. `sent` is the one that `form` was typed into; by it would `becomes` come about."""
    series, today = found.series, await course.today_of(found.series)
    pauses = series.paused_from is not None and (series.paused_until is None or series.paused_until > today)
    return render(
        request,
        "events/series_course.html",
        status=form.status,
        form=form,
        as_it_is=blank(**_as_it_is(series, pauses=pauses)),
        series=series,
        pattern=found.pattern,
        sent=sent,
        becomes=becomes,
        told=await publishing.how_many_are_concerned(*becomes.off, *becomes.back),
        pauses=pauses,
        ended=series.ended_on is not None and series.ended_on <= today,
        going_on=await _again(await course.by_going_on(series) if pauses else []),
        taking_up=await _again(await course.by_taking_up(series) if series.ended_on else []),
        days=[(day.isoformat(), long_date(day)) for day in await _days(series, today)],
        skipped=_left_out(found, today),
        hosts=[
            (person.public_id, person.name)
            for person in await members_queries.organisers_of(series.community, seen_by=request.user)
            if person.id != series.created_by
        ],
    )


def _as_it_is(series: Series, *, pauses: bool) -> dict[str, str]:
    """Its forms, as long as nobody has typed into them."""
    said = {"on": series.ended_on}
    if pauses:
        said |= {"since": series.paused_from, "until": series.paused_until}
    return {name: day.isoformat() for name, day in said.items() if day}


async def _again(events: Sequence[Event]) -> tuple[Sequence[Event], int]:
    """Gatherings that would be on again, and how many people would get a letter."""
    return events, await publishing.how_many_are_concerned(*events)


async def _days(series: Series, today: date) -> list[date]:
    """The next days on which nothing is made yet."""
    made, skipped = await queries.made_days(series.id), await queries.skipped_days(series.id)
    found = making.days_between(series, today, date(rule.LATEST, 1, 1), most=SHOWN + len(made) + len(skipped))
    return [day for day in found if day not in made and day not in skipped][:SHOWN]


def _left_out(found: SeriesView, today: date) -> list[date]:
    """The days to come that are left out, and would be in again if somebody said so: the rule gives them."""
    series, ahead = found.series, sorted(day for day in found.skipped if day >= today)
    return [day for day in ahead if rule.gives(series.rule, series.first_on, day)]
