"""Bringing a calendar along: the form, what would come of it, how far it is, and what is kept in step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from events.importing import access, importing, queries
from events.importing.forms import DRAFTS, CalendarFields, ChoiceFields
from events.importing.found import Gathering
from events.importing.importing import Preview
from events.importing.planning import Step
from events.series.cadence import cadence_of, in_words
from events.tables import CalendarSource, Event, Series
from members.access import organised_community, signed_in
from members.tables import Community
from server.errors import Refusal
from server.forms import Form, blank, read
from server.languages.messages import Message, Text, _, ngettext
from server.pages import redirect, render, url
from server.presentation import in_zone, when

MOST_SHOWN = 50  # gatherings under one heading
NEITHER = _("Please choose a file, or give an address.")
HEADERS = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Line:
    """One gathering as the preview shows it."""

    title: str
    when: Text
    href: str = ""
    notes: tuple[Text, ...] = ()


async def index(request: Request) -> Response:
    """A file or an address; and the calendars there are."""
    community = await organised_community(request.user, request.path_params["community"])
    return await _index(request, community, blank())


async def take(request: Request) -> Response:
    """Take a calendar in."""
    me = signed_in(request.user)
    community = await organised_community(me, request.path_params["community"])
    form = await read(request, CalendarFields)
    if form.data:
        try:
            if form.data.file:
                content = await form.data.file.read(importing.LARGEST + 1)
                name = form.data.file.filename or ""
                source = await importing.take_file(community, content, name=name, by=me)
            elif form.data.address:
                source = await importing.take_address(community, form.data.whole_address, by=me)
            else:
                raise Refusal(NEITHER, field="address")
            return _to(community, source)
        except Refusal as refusal:
            form.refuse(refusal)
    return await _index(request, community, form)


async def show(request: Request) -> Response:
    """How far a calendar is, and what would come of it, or has."""
    community, source = await _source(request)
    form = blank(then=DRAFTS, visibility="public", kept_in_step=not source.is_file)
    return await _show(request, community, source, form)


async def bring_in(request: Request) -> Response:
    """Bring it in, as was chosen."""
    me = signed_in(request.user)
    community, source = await _source(request)
    form = await read(request, ChoiceFields)
    if form.data:
        try:
            await importing.bring_in(source, form.data.choices, by=me)
            return _to(community, source)
        except importing.TooManyCalendars as refusal:
            form.refuse(refusal)
    return await _show(request, community, source, form)


async def read_again(request: Request) -> Response:
    """Read it now."""
    me = signed_in(request.user)
    community, source = await _source(request)
    await importing.read_again(source, by=me)
    if source.stage == "read":
        return _to(community, source)
    return _to(community, source, _("It is being read. What is new appears here in a moment."))


async def let_go(request: Request) -> Response:
    """Throw a preview away, or stop keeping a calendar in step."""
    community, source = await _source(request)
    await importing.let_go(source)
    notice = (
        _("The calendar is not read any more. Its gatherings stay.")
        if source.kept_in_step
        else _("It is thrown away. Nothing came of it.")
        if source.stage == "read"
        else _("The calendar is forgotten. Its gatherings stay.")
    )
    return redirect("events:import", community=community.slug, notice=notice)


async def _source(request: Request) -> tuple[Community, CalendarSource]:
    parts = request.path_params
    return await access.organised_source(request.user, parts["community"], parts["source"])


def _to(community: Community, source: CalendarSource, notice: Text = "") -> Response:
    return redirect("events:imported", community=community.slug, source=source.public_id, notice=notice)


async def _index(request: Request, community: Community, form: Form[CalendarFields]) -> Response:
    sources = await queries.sources_of(community)
    return render(
        request,
        "events/import.html",
        status=form.status,
        headers=HEADERS,
        community=community,
        form=form,
        accept=importing.ACCEPT,
        kept=[source for source in sources if source.kept_in_step],
        waiting=[source for source in sources if not source.kept_in_step],
        said=Message,
    )


async def _show(
    request: Request, community: Community, source: CalendarSource, form: Form[ChoiceFields]
) -> Response:
    preview = await importing.preview(source) if source.stage == "read" and not source.fault else None
    return render(
        request,
        "events/imported.html",
        status=form.status,
        headers=HEADERS,
        community=community,
        source=source,
        fault=Message(source.fault) if source.fault else "",
        form=form,
        preview=preview,
        groups=_groups(preview) if preview else [],
        stays=_what_stays(preview) if preview else [],
        most=MOST_SHOWN,
        gone=await _gone(source) if source.kept_in_step else [],
        left=[_of_event(event) for event in await importing.left(source)],
    )


def _groups(preview: Preview) -> list[tuple[str, Text, list[Line]]]:
    """What would happen, under its headings: a name, the heading, the gatherings."""
    unread = [Line(title or str(_("Without a title")), "", notes=(why,)) for title, why in preview.unread]
    groups: list[tuple[str, Text, list[Line]]] = [
        ("new", _("New"), _lines(preview.of("new"))),
        ("changed", _("What changes"), _lines(preview.of("changed"))),
        ("off", _("Called off there"), _lines(preview.of("off"))),
        ("wrong", _("What cannot come along"), [*_lines(preview.of("wrong")), *unread]),
        ("look", _("How often was changed here and there: please decide"), _lines(preview.of("look"))),
        ("theirs", _("Changed here, so it stays"), _lines(preview.of("theirs"))),
    ]
    return [group for group in groups if group[2]]


def _what_stays(preview: Preview) -> list[tuple[Text, int]]:
    """What does not come along, and how many of each."""
    counted = [
        (_("Here already, and the same"), len(preview.of("same"))),
        (_("Of this Kith itself"), len(preview.of("ours"))),
        (_("Over, or called off"), len(preview.of("over"))),
        (_("Deleted here before"), len(preview.of("deleted"))),
    ]
    return [each for each in counted if each[1]]


def _lines(steps: Iterable[Step]) -> list[Line]:
    return [_line(step) for step in steps]


def _line(step: Step) -> Line:
    each = step.gathering
    starts, ends = in_zone(each.starts, each.zone), in_zone(each.ends, each.zone) if each.ends else None
    notes: list[Text] = [*step.faults, *step.groups, *_of_days(step)]
    if each.all_day and step.kind == "new":
        notes.append(_("All day: please look at its times."))
    told = _often(each, starts) if each.rule else when(starts, ends, each.zone)
    return Line(each.title, told, _href(step.event, step.known.series if step.known else None), tuple(notes))


def _of_days(step: Step) -> list[Text]:
    """What becomes of single dates of a series."""
    moved, off, kept = (len(step.days_that(fate)) for fate in ("move", "cancel", "keep"))
    said: list[tuple[int, Text]] = [
        (
            len(step.days_out),
            ngettext("%(num)s day is left out", "%(num)s days are left out", len(step.days_out)),
        ),
        (moved, ngettext("%(num)s date moves", "%(num)s dates move", moved)),
        (off, ngettext("%(num)s date is called off", "%(num)s dates are called off", off)),
        (
            kept,
            ngettext(
                "%(num)s date was changed here by hand, so it stays",
                "%(num)s dates were changed here by hand, so they stay",
                kept,
            ),
        ),
    ]
    return [text for number, text in said if number]


def _often(each: Gathering, starts: datetime) -> Text:
    """How often a series comes again: as people say it, or by its rule where they have no words for it."""
    cadence = cadence_of(each.rule, starts.date())
    return in_words(cadence) if cadence else each.rule


async def _gone(source: CalendarSource) -> list[Line]:
    events = await importing.gone(source)
    series = await queries.public_ids({event.series for event in events if event.is_pattern})
    return [
        Line(
            event.title,
            _("A series: no more dates of it are made."),
            url("events:series", series=series[event.series]),
        )
        if event.is_pattern
        else _of_event(event)
        for event in events
    ]


def _of_event(event: Event) -> Line:
    return Line(event.title, when(event.local_start, event.local_end, event.zone), _href(event))


def _href(event: Event | None, series: Series | None = None) -> str:
    if series:
        return url("events:series", series=series.public_id)
    return url("events:event", event=event.public_id) if event else ""
