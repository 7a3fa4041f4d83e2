"""The page of a series: how often it is, what comes next, and for organisers what can be done with it."""

from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from events import contributions
from events.contributions import Tool
from events.lists import queries as lists
from events.lists.queries import EventCard
from events.series import access, beginning, making, rule
from events.series.cadence import words_of
from events.showing import queries as showing
from events.view import SeriesView
from server import clock
from server.languages.messages import Text, _, ngettext
from server.pages import redirect, render, url
from server.presentation import in_zone

MOST_SHOWN = 12
THEN = 3  # days that are not made yet


@dataclass(frozen=True)
class Shown:
    """What a reader sees of a series. `then` are the days that follow, of which nothing is made yet.

    `opens`: from when on the first of these can be answered, where there is nothing to answer before.

    `will_pause`: a pause of it is still to come.
    """

    words: Text
    coming: list[EventCard]
    then: list[date]
    opens: date | None
    paused: bool
    will_pause: bool
    ended: bool


async def show(request: Request) -> Response:
    """The series, as whoever asks may see it."""
    found = await access.visible_series(request.user, request.path_params["series"])
    return render(
        request,
        "events/series.html",
        series=found.series,
        pattern=found.pattern,
        view=found.view,
        context=await showing.event_context(found.pattern, request.user),
        shown=await _shown(request, found),
        panels=await _panels(request, found),
        tools=_tools(found) if found.view.organises else [],
    )


async def start(request: Request) -> Response:
    """Have its gatherings made from now on."""
    found = await access.organised_series(request.user, request.path_params["series"])
    made = await beginning.publish(found.series)
    return redirect("events:series", series=found.series.public_id, notice=published(made))


async def remove(request: Request) -> Response:
    """Delete a series that was never published."""
    found = await access.organised_series(request.user, request.path_params["series"])
    context = await showing.event_context(found.pattern, request.user)
    await beginning.throw_away(found.series)
    return redirect("members:community", community=context.slug, notice=_("The draft is deleted."))


def published(made: int) -> Text:
    """What is said to whoever has published a series that has so many gatherings by now."""
    if not made:
        return _("It is published. Its gatherings are made as their days come closer.")
    return ngettext(
        "It is published, with %(num)s gathering so far. Now tell people.",
        "It is published, with %(num)s gatherings so far. Now tell people.",
        made,
    )


async def _shown(request: Request, found: SeriesView) -> Shown:
    now, series = clock.now(), found.series
    part_of = await contributions.part_of(request.user)
    coming = await lists.of_series(series, request.user, part_of=part_of, now=now, most=MOST_SHOWN)
    today = in_zone(now, found.pattern.zone).date()
    then = _then(found, today)
    waits = bool(series.started_at and then and not coming)
    return Shown(
        words=words_of(series.rule, series.first_on),
        coming=coming,
        then=then,
        opens=making.within_reach_on(series, then[0], today) if waits else None,
        paused=making.is_paused(series, today),
        will_pause=series.paused_from is not None and series.paused_from > today,
        ended=series.ended_on is not None and series.ended_on <= today,
    )


def _then(found: SeriesView, today: date) -> list[date]:
    """The first days that its rule gives beyond what is made."""
    series, skipped = found.series, found.skipped
    since = making.reach_of(series, today) + timedelta(days=1) if series.started_at else series.first_on
    days = making.days_between(series, max(since, today), date(rule.LATEST, 12, 31), most=THEN + len(skipped))
    return [day for day in days if day not in skipped][:THEN]


async def _panels(request: Request, found: SeriesView) -> Markup:
    drawn = [await panel.draw(request, found) for panel in contributions.series_panels]
    return Markup("\n").join(panel for panel in drawn if panel)


def _tools(found: SeriesView) -> list[tuple[Text, str, str]]:
    """What those who organise it can open from here: label, address, icon."""
    own = [
        # Translators: links for organisers of a series: to its form, and to what else they can do about it
        (_("Change it"), url("events:edit-series", series=found.series.public_id), "pencil"),
    ]
    if found.view.organises_community:
        # Translators: a link for organisers of a series: which of them hosts which of its gatherings
        own.append(
            (
                _("Co-hosts by date"),
                url("events:series-hosts", series=found.series.public_id),
                "users-round",
            )
        )
        course = url("events:series-course", series=found.series.public_id)
        own.append((_("Leave out, pause, hand on, end"), course, "calendar-x"))
    # Translators: a link for organisers of a series: who hosts every gathering of it with them
    hosts = Tool(_("Co-hosts of the series"), "handshake", "events:hosts", for_pattern=True)
    return own + [
        (tool.label, url(tool.route, event=found.pattern.public_id), tool.icon)
        for tool in [*contributions.tools, hosts]
        if tool.for_pattern and (tool.for_co_hosts or found.view.organises_community)
    ]
