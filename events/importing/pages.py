"""Bringing a calendar along: the form, what would come of it, how far it is, and what is kept in step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from events.importing import access, importing, planning, queries
from events.importing.forms import DRAFTS, CalendarFields, ChoiceFields, TakeFields
from events.importing.found import Gathering, key_of
from events.importing.importing import Preview
from events.importing.planning import Step
from events.series.cadence import words_of
from events.tables import CalendarSource, Event, ImportedEvent, Series
from members.access import organised_community, signed_in
from members.tables import Community
from server import clock
from server.errors import Refusal
from server.forms import Form, blank, read
from server.languages.messages import Message, Text, _, ngettext
from server.pages import redirect, render, url
from server.presentation import hours, in_zone, long_date, when, zone_name

MOST_SHOWN = 50  # gatherings under one heading
MOST_BOXES = 400  # of one form; what is beyond them has one together
NEITHER = _("Please choose a file, or give an address.")
HEADERS = {"Cache-Control": "no-store"}


_HEADINGS: Mapping[planning.Kind, Text] = {
    "new": _("New"),
    "changed": _("What changes"),
    "off": _("Called off there"),
    "left": _("Left out before"),
}


@dataclass(frozen=True)
class Line:
    """One gathering as the preview shows it."""

    title: str
    when: Text
    href: str = ""
    notes: tuple[Text, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Group:
    """What is under one heading: `rest` more are not shown. Boxes are ticked at first, unless it `waits` for that."""

    key: str
    heading: Text
    lines: list[Line]
    rest: int = 0
    waits: bool = False


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
    none = request.query_params.get("tick") == "none"
    return await _show(request, community, source, form, ticked=set() if none else None)


async def bring_in(request: Request) -> Response:
    """Bring it in, as was chosen."""
    me = signed_in(request.user)
    community, source = await _source(request)
    form = await read(request, ChoiceFields)
    if form.data:
        try:
            preview = await _preview(source)
            ticked = _ticked(preview, form.data.take) if preview else None
            await importing.bring_in(source, form.data.choices, by=me, ticked=ticked)
            return _to(community, source)
        except (importing.NothingTicked, importing.TooManyCalendars) as refusal:
            form.refuse(refusal)
    return await _show(request, community, source, form, ticked=set(form.value("take", [])))


async def take_again(request: Request) -> Response:
    """Have come what was left out before."""
    me = signed_in(request.user)
    community, source = await _source(request)
    form = await read(request, TakeFields)
    if form.data and form.data.take:
        await importing.take_again(source, form.data.take, by=me)
        return _to(community, source, _("It is being read. What you ticked comes in a moment."))
    return _to(community, source)


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
    request: Request,
    community: Community,
    source: CalendarSource,
    form: Form[ChoiceFields],
    *,
    ticked: set[str] | None,
) -> Response:
    preview = await _preview(source)
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
        can_come=bool(preview and (preview.boxes or preview.of("over") or not source.is_file)),
        boxes=_boxes(preview) if preview else [],
        ticked=ticked,
        groups=_groups(preview) if preview else [],
        out=[_of_row(row) for row in await queries.left_out(source.id)] if source.kept_in_step else [],
        stays=_what_stays(preview) if preview else [],
        gone=await _gone(source) if source.kept_in_step else [],
        left=[_of_event(event) for event in await importing.left(source)],
    )


async def _preview(source: CalendarSource) -> Preview | None:
    return await importing.preview(source) if source.stage == "read" and not source.fault else None


def _boxes(preview: Preview) -> list[Group]:
    """What would happen, under its headings, each to be ticked or not."""
    boxes = preview.boxes
    shown = {id(step) for step in boxes[:MOST_BOXES]}
    groups = []
    for kind, heading in _HEADINGS.items():
        steps = [step for step in boxes if step.kind == kind]
        lines = [_line(step, of=preview) for step in steps if id(step) in shown]
        groups.append(Group(kind, heading, lines, len(steps) - len(lines), kind == "left"))
    return [group for group in groups if group.lines or group.rest]


def _ticked(preview: Preview, sent: Iterable[str]) -> set[str]:
    """The keys of what is ticked; one box stands for all that were not shown."""
    ticked = set(sent)
    rest = preview.boxes[MOST_BOXES:]
    return ticked | {step.gathering.key for step in rest if f"rest-{step.kind}" in ticked}


def _groups(preview: Preview) -> list[Group]:
    """What happens of itself, or cannot: under its headings."""
    unread = [Line(title or str(_("Without a title")), "", notes=(why,)) for title, why in preview.unread]
    groups = [
        ("wrong", _("What cannot come along"), preview.of("wrong"), unread),
        ("look", _("How often was changed here and there: please decide"), preview.of("look"), []),
        ("theirs", _("Changed here, so it stays"), preview.of("theirs"), []),
    ]
    return [
        Group(
            key, heading, ([*map(_line, steps[:MOST_SHOWN]), *more])[:MOST_SHOWN], max(all_ - MOST_SHOWN, 0)
        )
        for key, heading, steps, more in groups
        if (all_ := len(steps) + len(more))
    ]


def _what_stays(preview: Preview) -> list[tuple[Text, int]]:
    """What does not come along, and how many of each."""
    counted = [
        (_("Here already, and the same"), len(preview.of("same"))),
        (_("Of this Kith itself"), len(preview.of("ours"))),
        (_("Over, or called off"), len(preview.of("over"))),
        (_("Deleted here before"), len(preview.of("deleted"))),
    ]
    return [each for each in counted if each[1]]


def _line(step: Step, *, of: Preview | None = None) -> Line:
    each = step.gathering
    starts, ends = in_zone(each.starts, each.zone), in_zone(each.ends, each.zone) if each.ends else None
    notes: list[Text] = [*step.faults, *step.groups, *_of_days(step)]
    if each.rule and each.from_day > clock.now().date():
        notes.append(_("From %(day)s on", day=long_date(each.from_day)))
    if each.all_day and step.kind == "new":
        notes.append(_("All day: please look at its times."))
    if each.rule and of and (days := of.days_of(each.uid)):
        notes.append(ngettext("%(num)s date of it is otherwise", "%(num)s dates of it are otherwise", days))
    told = _often(each, starts, ends) if each.rule else when(starts, ends, each.zone)
    href = _href(step.event, step.known.series if step.known else None)
    return Line(each.title, told, href, tuple(notes), each.key)


def _of_row(row: ImportedEvent) -> Line:
    """What was left out, as its calendar said it then."""
    said = cast(Mapping[str, Any], row.said)
    starts = in_zone(datetime.fromisoformat(said["starts_at"]), said["zone"])
    told = _("A series") if said.get("rule") else when(starts, None, said["zone"])
    return Line(said["title"], told, key=key_of(row.uid, row.recurrence))


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


def _often(each: Gathering, starts: datetime, ends: datetime | None) -> Text:
    """How often a series comes again, and when on the day."""
    return _(
        "%(often)s, %(hours)s",
        often=words_of(each.rule, starts.date()),
        hours=_("%(hours)s, %(zone)s", hours=hours(starts, ends), zone=zone_name(each.zone)),
    )


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
