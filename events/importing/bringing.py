"""Doing what was planned: gatherings and series come in, change and are called off as their calendar says.

Some at a time in each transaction, so that one sees how far it is; whatever is said of one series in the same one, so
that each person whom it concerns gets one letter about it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from events import queries as events
from events.announcements import GatheringsPublished, SeriesChanged
from events.details import Details
from events.importing import following, planning, queries, store
from events.importing.found import Found, Gathering
from events.importing.planning import Step
from events.importing.queries import Known
from events.publishing import changes, publishing
from events.series import beginning, changing, making
from events.series import queries as series_queries
from events.tables import CalendarSource, Event, ImportedEvent
from events.versions import moves
from members import queries as members
from members.roles import Action, may
from members.tables import Community, Person
from server import clock, tokens
from server.db import transaction
from server.errors import NotFound, Refusal
from server.jobs import announce

AT_ONCE = 20  # gatherings in one transaction, more only if they are of one series


async def bring(source: CalendarSource, found: Found) -> bool:
    """Bring in what was found. Whether there was somebody in whose name it can come in."""
    by = await _who_organises(source)
    community = await members.community_by_id(source.community)
    if by is None or community is None:
        return False
    steps = await planning.plan(source, found.gatherings)
    await _write(source, to_do=len(steps))
    done = 0
    for several in _portions(steps):
        async with transaction():
            await locked(source)
            for _uid, of_one in groupby(several, lambda step: step.gathering.uid):
                await _do(list(of_one), _Into(source, community, by))
            done += len(several)
            await _write(source, done=done)
    await _note_what_is_gone(source, found.gatherings)
    await _tell_what_is_new(source)
    return True


async def _tell_what_is_new(source: CalendarSource) -> None:
    """Of all that was published, portion by portion, at once."""
    async with transaction():
        if untold := (await locked(source)).untold:
            await _write(source, untold=[])
            await announce(GatheringsPublished(untold))


async def locked(source: CalendarSource) -> CalendarSource:
    """A calendar of which nobody else brings anything in. Raises NotFound."""
    current = await queries.locked(source.id)
    if current is None:
        raise NotFound
    return current


async def _who_organises(source: CalendarSource) -> Person | None:
    """Whoever brought it along, while they organise the community: in their name it comes in."""
    person = await members.person_by_id(source.added_by) if source.added_by else None
    role = await members.role_in(person, source.community)
    return person if may(role, Action.ORGANISE) else None


def _portions(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Steps some at a time, those of one UID together: a series before its days."""
    together: dict[str, list[Step]] = {}
    for step in steps:
        together.setdefault(step.gathering.uid, []).append(step)
    portion: list[Step] = []
    for several in together.values():
        portion += several
        if len(portion) >= AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


@dataclass(frozen=True)
class _Into:
    """Where it comes in: from which calendar, into which community, in whose name."""

    source: CalendarSource
    community: Community
    by: Person


async def _do(steps: Iterable[Step], into: _Into) -> None:
    """Do what is said of one UID, a series before its days, and have one letter tell of it."""
    news: list[SeriesChanged] = []
    begins = False
    for step in steps:
        # What is refused by now stays as it is, and the next reading finds it again.
        with suppress(Refusal):
            async with transaction():
                news += await _do_step(step, into)
            begins = begins or bool(step.gathering.rule) or bool(step.gathering.recurrence)
    if begins:
        await _let_see(step.gathering.uid, into)
    await _tell(news)


async def _do_step(step: Step, into: _Into) -> list[SeriesChanged]:
    """What is to be told of it together with all else of its series."""
    of_series = bool(step.known and step.known.series)
    if step.kind == "new":
        return await _make(step, into)
    if step.becomes_series:
        await _become_series(step, into)
    elif step.kind == "changed":
        return [await _change_series(step, into)] if of_series else await _change(step, into)
    elif step.kind == "off":
        return [await _end_series(step, into)] if of_series else await _call_off(step, into)
    elif step.said is not None:
        await _remember(step, into)
    return []


async def _let_see(uid: str, into: _Into) -> None:
    """Start a series that has come, once its days are as they are to be; and what of a known one is within reach."""
    number = await queries.series_of_uid(into.community.id, uid)
    series = await series_queries.series_by_id(number) if number else None
    if series and series.started_at:
        await making.make(series.id)
    elif series and into.source.publishes:
        await beginning.start(series, news=False)
        days = await queries.days_of([series.id], series.first_on)
        await store.note_untold(into.source.id, [event.id for event in days[series.id].values()])


async def _tell(news: Iterable[SeriesChanged]) -> None:
    """One announcement of each series."""
    by_series: dict[int, SeriesChanged] = {}
    for each in news:
        told = by_series.setdefault(each.series, SeriesChanged(each.series, [], []))
        told.changes.extend(each.changes)
        told.cancelled.extend(event for event in each.cancelled if event not in told.cancelled)
    for told in by_series.values():
        await changing.tell(told)


async def _make(step: Step, into: _Into) -> list[SeriesChanged]:
    each = step.gathering
    row = ImportedEvent(
        community=into.community.id,
        uid=each.uid,
        recurrence=each.recurrence,
        source=into.source.id,
        said=each.said(),
    )
    # The row first: of two who bring the same calendar in at once, one makes the event.
    written = await ImportedEvent.insert(row).on_conflict(action="DO NOTHING")
    if not written:
        return []
    made = written[0]["id"]
    if each.rule:
        series = await following.begin(step, into.source, into.community, into.by)
        await ImportedEvent.update({ImportedEvent.series: series.id}).where(ImportedEvent.id == made)
        return []
    event, news = await _make_event(step, into)
    await ImportedEvent.update({ImportedEvent.event: event.id}).where(ImportedEvent.id == made)
    return news


async def _make_event(step: Step, into: _Into) -> tuple[Event, list[SeriesChanged]]:
    """A gathering of its own, or the one of a series on whose day this is said."""
    each = step.gathering
    series, there = await following.evening_of(each, into.community)
    if series and there:
        changes = each.said() if step.changes is None else step.changes
        return await _edit(there, planning.changed_details(there, changes))
    details = planning.details_of(each, into.source)
    event = await publishing.draft(
        into.community, details, by=into.by, public_id=tokens.public_id(), counted=False
    )
    if series:
        await store.belongs_to_series(event.id, series, each.day)
    elif into.source.publishes:
        await publishing.publish(event, though_over=True, tells=False)
        await store.note_untold(into.source.id, [event.id])
    return event, []


async def _edit(event: Event, details: Details) -> tuple[Event, list[SeriesChanged]]:
    """Have an event say this; what moves of a series is told together with all else of it."""
    tells = event.series is None or event.status != "published"
    after = await publishing.edit(
        event, details, seen=event.changed_at, picture=event.picture, though_over=True, tells=tells
    )
    if tells or not moves(details.that_differ(event)):
        return after, []
    return after, [SeriesChanged(event.series, [await changes.record(event, after)], [])]


async def _become_series(step: Step, into: _Into) -> None:
    assert step.known
    series = await following.become_series(step, into.source, into.community, into.by)
    values: dict[Any, Any] = {ImportedEvent.series: series.id, ImportedEvent.event: None}
    await ImportedEvent.update(values).where(ImportedEvent.id == step.known.row.id)
    await _remember(step, into)


async def _change_series(step: Step, into: _Into) -> SeriesChanged:
    news = await following.change(step, into.community, into.by)
    await _remember(step, into, left=step.days_that("keep"))
    return news


async def _end_series(step: Step, into: _Into) -> SeriesChanged:
    news = await following.end(step, into.community)
    await _remember(step, into, left=step.days_that("keep"), cancelled=True)
    return news


async def _change(step: Step, into: _Into) -> list[SeriesChanged]:
    assert step.event and step.changes
    # Its series may just have moved it.
    event = await events.event_by_id(step.event.id) or step.event
    _event, news = await _edit(event, planning.changed_details(event, step.changes))
    await _remember(step, into)
    return news


async def _call_off(step: Step, into: _Into) -> list[SeriesChanged]:
    event = step.event
    assert event
    reason = following.reason_for(into.community)
    await publishing.cancel(event, reason=reason, tells=event.series is None)
    if step.known:
        await _remember(step, into)
    return [SeriesChanged(event.series, [], [event.id])] if event.series else []


async def _remember(step: Step, into: _Into, *, left: Sequence[date] = (), cancelled: bool = False) -> None:
    """That this is what it says now, and which calendar said it last; and of a series what is otherwise here."""
    assert step.known
    here: dict[str, Any] = {"left": [day.isoformat() for day in left]} if left else {}
    if cancelled:
        here["cancelled"] = True
    said: dict[Any, Any] = {
        ImportedEvent.said: step.gathering.said() | ({"here": here} if here else {}),
        ImportedEvent.source: into.source.id,
    }
    await ImportedEvent.update(said).where(ImportedEvent.id == step.known.row.id)


async def _note_what_is_gone(source: CalendarSource, gatherings: Sequence[Gathering]) -> None:
    """Of a calendar that is read again and again: what is not in it any more, and what has come back."""
    if source.is_file:
        return
    there = {each.name for each in gatherings if not each.cancelled or each.rule}
    series = {each.uid for each in gatherings if each.rule}
    known = await queries.of_source(source.id)
    # What a day of a series said otherwise may say the usual again: the series is there.
    # Nor do organisers want to hear of what they left out.
    gone = [
        each
        for name, each in known.items()
        if name not in there and each.row.uid not in series and not each.row.gone_since
    ]
    back = [each for name, each in known.items() if name in there and each.row.gone_since]
    await _make_no_more(each for each in gone if each.series and not each.row.left_out)
    await store.note_gone([each.row.id for each in gone], since=clock.now())
    await _go_on(each for each in back if each.series)
    await store.note_gone([each.row.id for each in back], since=None)


async def _make_no_more(gone: Iterable[Known]) -> None:
    for each in gone:
        assert each.series
        async with transaction():
            if on := await following.make_no_more(each.series):
                await store.note_here(each.row.id, dict(each.here) | {"ended_on": on.isoformat()})


async def _go_on(back: Iterable[Known]) -> None:
    for each in back:
        assert each.series
        if ended_on := each.here.get("ended_on"):
            async with transaction():
                await following.go_on(each.series, ended_on)


async def _write(source: CalendarSource, **said: Any) -> None:
    values: dict[Any, Any] = dict(said)
    await CalendarSource.update(values).where(CalendarSource.id == source.id)
