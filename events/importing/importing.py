"""Bringing a calendar along: taken in, read by the worker, shown, brought in, and kept in step if somebody wishes.

    source = await importing.take_file(walkers, content, name="kalender.ics", by=ana)
    source = await importing.take_address(walkers, "webcal://example.org/calendar.ics", by=ana)
    await importing.bring_in(source, Choices(publishes=True), by=ana)

Gatherings are made, changed and called off by `publishing`, so whatever holds there holds here: its rules, its
letters, its versions. Each is known by its UID, so that reading again adds nothing. What is no longer in a calendar is
shown to the organisers; nothing is called off because a file is shorter today.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from events.details import Visibility
from events.importing import found as finding
from events.importing import planning, queries, store
from events.importing.found import Found, Gathering
from events.importing.planning import Step
from events.publishing import publishing
from events.series import beginning, changing, rule
from events.series.changing import Wanted
from events.tables import CalendarSource, Event, ImportedEvent, Series
from members import queries as members
from members.roles import Action, may
from members.tables import Community, Person
from server import apart, clock, tokens
from server.db import transaction
from server.errors import Conflict, NotFound, Refusal
from server.forms import one_line
from server.jobs import job, later, later_for_each
from server.languages import catalogues
from server.languages.language import speaking
from server.languages.messages import _, key_of
from server.presentation import in_zone
from server.ratelimit import at_most

# `server.fetching` and `reading` are imported where they are used: what they need takes long to load.
if TYPE_CHECKING:
    from server.fetching import Fetched

LARGEST = 1_000_000  # bytes
ACCEPT = ".ics,.ical,.ifb,text/calendar"  # for the file field; what it is, its content says.
MEMORY, SECONDS = 150, 4  # What reading one calendar may take, in megabytes and seconds.
AT_ONCE = 20  # gatherings in one transaction
MOST_IN_STEP = 20  # calendars of one community
READ_EVERY = timedelta(hours=6)
LONGEST_PAUSE = timedelta(days=7)
MOST_FAILURES = 8  # With these pauses, a little over two weeks.
UNDECIDED = timedelta(days=14)

TOO_LARGE = _("That calendar has more than 1 MB. Please export a smaller one: of one year, say.")
TOO_HARD = _("Reading that calendar takes too long, so we stopped. Please export a smaller one.")
NOT_THEIRS = _(
    "Whoever brought this calendar along does not organise here any more. Read it again to go on with it."
)
CALLED_OFF = _("It was called off in the calendar from which it came.")

# One child at a time in each process, however many calendars come.
_at_work = asyncio.Semaphore(1)


class TooManyCalendars(Refusal):
    """More calendars kept in step than a community has."""

    sentence = _(
        "This community keeps %(most)s calendars in step. Stop one of them first.", most=MOST_IN_STEP
    )


class NotYet(Conflict):
    """It is being read, or brought in, at this moment."""

    sentence = _("This calendar is being worked on. Please wait a moment, and look again.")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What organisers choose before a calendar comes in."""

    publishes: bool = False
    visibility: Visibility = "public"
    addresses_public: bool = False
    past: bool = False
    kept_in_step: bool = False


# Taking in


async def take_file(community: Community, content: bytes, *, name: str, by: Person) -> CalendarSource:
    """Take in a file, and have it read. Raises Refusal beside `file`, TooMany."""
    if len(content) > LARGEST:
        raise Refusal(TOO_LARGE, field="file")
    return await _take(community, by=by, name=name, address="", content=content)


async def take_address(community: Community, address: str, *, by: Person) -> CalendarSource:
    """Take in an address, and have it fetched and read. Raises NotFetched beside `address`, TooMany."""
    from server import fetching

    return await _take(community, by=by, name="", address=fetching.checked(address), content=None)


@at_most("40 per day", "calendar to import", of=lambda *_, by, **__: by.id)
async def _take(
    community: Community, *, by: Person, name: str, address: str, content: bytes | None
) -> CalendarSource:
    source = CalendarSource(
        community=community.id,
        added_by=by.id,
        name=one_line(name)[:120],
        address=address,
        content=content,
    )
    async with transaction():
        await CalendarSource.insert(source)
        await _have_read(source.id)
    return source


async def _have_read(source: int) -> None:
    await later(read, source, key=f"calendar:{source}")


# Reading


@job("events.read_calendar")
async def read(number: int) -> None:
    """Read a calendar, for its organisers to look at. Again is harmless."""
    source = await queries.source_by_id(number)
    if source is None or source.stage != "reading":
        return
    said: dict[Any, Any] = {"stage": "read", "content": None, "read_at": clock.now(), "fault": ""}
    try:
        fetched = await _content(source)
        found = await _found(source, fetched.content)
        said |= {"found": found.model_dump(mode="json"), "etag": fetched.etag, "modified": fetched.modified}
        said |= {"name": found.name or source.name}
    except Refusal as refusal:
        said["fault"] = key_of(refusal.sentence)
    await CalendarSource.update(said).where(
        (CalendarSource.id == number) & (CalendarSource.stage == "reading")
    )


async def _content(source: CalendarSource, *, anew: bool = True) -> "Fetched":
    """What is to be read. Raises NotFetched; NotModified if it is not wanted `anew`."""
    from server import fetching

    if source.is_file:
        return fetching.Fetched(source.content or b"")
    etag, modified = ("", "") if anew else (source.etag, source.modified)
    return await fetching.fetch(source.address, most=LARGEST, etag=etag, modified=modified)


async def _found(source: CalendarSource, content: bytes) -> Found:
    """What is in a calendar, read apart. Raises Refusal."""
    from events.importing import reading

    community = await members.community_by_id(source.community)
    asked = reading.Asked(community.zone if community else "UTC", clock.now())
    async with _at_work:
        try:
            said = await apart.do(
                "events.importing.reading:read", asked.written() + content, memory=MEMORY, seconds=SECONDS
            )
            return finding.believed(said)
        except (apart.Ended, finding.Unbelievable) as error:
            raise Refusal(TOO_HARD) from error


# Bringing in


async def bring_in(source: CalendarSource, choices: Choices, *, by: Person) -> None:
    """Have what was found become gatherings, as its organisers choose. Twice is harmless.

    Raises TooManyCalendars; NotYet while it is still being read.
    """
    async with transaction():
        current = await _locked(source)
        if current.stage in {"bringing", "brought"}:
            return
        if current.stage == "reading" or current.fault or current.found is None:
            raise NotYet
        chosen = asdict(choices) | {"kept_in_step": choices.kept_in_step and not current.is_file}
        if chosen["kept_in_step"]:
            await _refuse_one_too_many(current)
            chosen["next_read_at"] = clock.now() + READ_EVERY
        await _write(current, added_by=by.id, stage="bringing", done=0, **chosen)
        await later(bring, current.id, key=f"calendar:{current.id}")


async def _refuse_one_too_many(source: CalendarSource) -> None:
    kept = (CalendarSource.community == source.community) & CalendarSource.kept_in_step.eq(True)
    if await CalendarSource.count().where(kept) >= MOST_IN_STEP:
        raise TooManyCalendars


@job("events.bring_calendar_in")
async def bring(number: int) -> None:
    """Bring in what was found: some gatherings in each transaction, so that one sees how far it is."""
    source = await queries.source_by_id(number)
    if source is None or source.stage != "bringing":
        return
    await _bring(source, finding.believed(source.found))
    await CalendarSource.update({"stage": "brought", "found": None}).where(
        (CalendarSource.id == number) & (CalendarSource.stage == "bringing")
    )


async def _bring(source: CalendarSource, found: Found) -> bool:
    """Whether there was somebody in whose name it can come in."""
    by = await _who_organises(source)
    if by is None:
        await _write(source, fault=key_of(NOT_THEIRS), next_read_at=None)
        return False
    community = await members.community_by_id(source.community)
    assert community
    steps = await planning.plan(source, found.gatherings)
    await _write(source, to_do=len(steps))
    for first in range(0, len(steps), AT_ONCE):
        async with transaction():
            await _locked(source)
            for step in steps[first : first + AT_ONCE]:
                # What is refused by now stays as it is, and the next reading finds it again.
                with suppress(Refusal):
                    await _do(step, source, community, by)
            await _write(source, done=min(first + AT_ONCE, len(steps)))
    await _note_what_is_gone(source, found.gatherings)
    return True


async def _who_organises(source: CalendarSource) -> Person | None:
    """Whoever brought it along, while they organise the community: in their name it comes in."""
    person = await members.person_by_id(source.added_by) if source.added_by else None
    role = await members.role_in(person, source.community)
    return person if may(role, Action.ORGANISE) else None


async def _do(step: Step, source: CalendarSource, community: Community, by: Person) -> None:
    async with transaction():
        if step.kind == "new":
            await _make(step, source, community, by)
        elif step.kind == "changed" and step.gathering.rule:
            await _change_series(step, source, community, by)
        elif step.kind == "changed":
            await _change(step, source)
        elif step.kind == "off":
            await _call_off(step, source, community)
        elif step.said is not None:
            await _remember(step, source)


async def _make(step: Step, source: CalendarSource, community: Community, by: Person) -> None:
    each = step.gathering
    row = ImportedEvent(
        community=community.id, uid=each.uid, recurrence=each.recurrence, source=source.id, said=each.said()
    )
    # The row first: of two who bring the same calendar in at once, one makes the event.
    written = await ImportedEvent.insert(row).on_conflict(action="DO NOTHING")
    if not written:
        return
    made = written[0]["id"]
    if each.rule:
        series = await _make_series(step, source, community, by)
        await ImportedEvent.update({ImportedEvent.series: series.id}).where(ImportedEvent.id == made)
        return
    event = await _make_event(each, source, community, by)
    await ImportedEvent.update({ImportedEvent.event: event.id}).where(ImportedEvent.id == made)


async def _make_event(each: Gathering, source: CalendarSource, community: Community, by: Person) -> Event:
    """A gathering of its own, or the one of a series on whose day this is said."""
    series = await queries.series_of_uid(community.id, each.uid) if each.recurrence else None
    details = planning.details_of(each, source)
    if series and (there := (await queries.days_of([series], each.day))[series].get(each.day)):
        changed = planning.changed_details(there, each.said())
        event = await publishing.edit(
            there, changed, seen=there.changed_at, picture=there.picture, though_over=True
        )
    else:
        event = await publishing.draft(community, details, by=by, public_id=tokens.public_id(), counted=False)
        if source.publishes:
            await publishing.publish(event, though_over=True)
    if series:
        await store.belongs_to_series(event.id, series, each.day)
    return event


async def _make_series(step: Step, source: CalendarSource, community: Community, by: Person) -> Series:
    each = step.gathering
    series = await beginning.begin(
        community,
        planning.details_of(each, source),
        by=by,
        public_id=tokens.public_id(),
        by_rule=rule.read(each.rule),
        counted=False,
    )
    await store.skip(series.id, each.days_out, by=by.id)
    if source.publishes:
        await beginning.start(series)
    return series


async def _change_series(step: Step, source: CalendarSource, community: Community, by: Person) -> None:
    """What a series says, on which days it is, and on which it does not happen any more."""
    assert step.known and step.known.series and step.event
    series, pattern = step.known.series, step.event
    by_rule = _without_count(step) if step.rule else None
    if step.changes or by_rule:
        wanted = Wanted(
            planning.changed_details(pattern, step.changes or {}),
            base=pattern,
            since=in_zone(clock.now(), pattern.zone).date(),
            picture=pattern.picture,
            by_rule=by_rule,
        )
        found = await changing.plan(series, wanted)
        # What has no day of the new rule close by is kept: nothing is called off because a rule is shorter.
        fates: dict[str, changing.Fate] = {each.key: "move" for each in found.drifted if each.to}
        await changing.change(series, wanted, seen=found.seen, fates=fates)
    if step.days_out:
        await _leave_out(step, series, community, by)
    await _remember(step, source, **({"rule_here": by_rule} if by_rule else {}))


def _without_count(step: Step) -> str:
    """The rule that a series is to have from today on: instead of after so many times it ends on the last day."""
    read, first = rule.read(step.rule), in_zone(step.gathering.starts, step.gathering.zone).date()
    parts = rule.parts_of(read)
    if count := parts.pop("COUNT", ""):
        days = rule.days(read, first, since=first, most=int(count), until=date(rule.LATEST, 12, 31))
        parts["UNTIL"] = f"{days[-1]:%Y%m%d}"
    return rule.read(";".join(f"{name}={value}" for name, value in parts.items()))


async def _leave_out(step: Step, series: Series, community: Community, by: Person) -> None:
    there = (await queries.days_of([series.id], min(step.days_out)))[series.id]
    for day in step.days_out:
        event = there.get(day)
        if event and event.status == "published":
            with speaking(catalogues.of(community.language)):
                await publishing.cancel(event, reason=str(CALLED_OFF))
    await store.skip(series.id, [day for day in step.days_out if day not in there], by=by.id)


async def _change(step: Step, source: CalendarSource) -> None:
    event = step.event
    assert event and step.changes
    details = planning.changed_details(event, step.changes)
    await publishing.edit(event, details, seen=event.changed_at, picture=event.picture, though_over=True)
    await _remember(step, source)


async def _call_off(step: Step, source: CalendarSource, community: Community) -> None:
    assert step.event
    with speaking(catalogues.of(community.language)):
        await publishing.cancel(step.event, reason=str(CALLED_OFF))
    await _remember(step, source)


async def _remember(step: Step, source: CalendarSource, **more: str) -> None:
    """That this is what it says now, and which calendar said it last."""
    assert step.known
    said: dict[Any, Any] = {ImportedEvent.said: step.gathering.said() | more, ImportedEvent.source: source.id}
    await ImportedEvent.update(said).where(ImportedEvent.id == step.known.row.id)


async def _note_what_is_gone(source: CalendarSource, gatherings: Sequence[Gathering]) -> None:
    """Of a calendar that is read again and again: what is not in it any more, and what has come back."""
    if source.is_file:
        return
    there = {each.name for each in gatherings if not each.cancelled}
    series = {each.uid for each in gatherings if each.rule}
    known = await queries.of_source(source.id)
    # What a day of a series said otherwise may say the usual again: the series is there.
    gone = [
        each.row.id
        for name, each in known.items()
        if name not in there and each.row.uid not in series and not each.row.gone_since
    ]
    back = [each.row.id for name, each in known.items() if name in there and each.row.gone_since]
    await store.note_gone(gone, since=clock.now())
    await store.note_gone(back, since=None)


# Keeping in step


async def step_due() -> None:
    """Have the calendars read whose time has come. By the clock."""
    async with transaction():
        due = await store.claim_due(clock.now(), again=clock.now() + READ_EVERY)
        await later_for_each(keep_in_step, [[number] for number in due])


@job("events.keep_calendar_in_step")
async def keep_in_step(number: int) -> None:
    """Read a calendar again, and bring in what is new there. Again is harmless."""
    from server import fetching

    source = await queries.source_by_id(number)
    if source is None or not source.kept_in_step or source.stage != "brought":
        return
    try:
        fetched = await _content(source, anew=False)
        found = await _found(source, fetched.content)
    except fetching.NotModified:
        await _note_success(source)
    except Refusal as refusal:
        await _note_failure(source, refusal)
    else:
        # What it said is remembered once all of it is here: else it would not be asked for again.
        if await _bring(source, found):
            await _note_success(source, etag=fetched.etag, modified=fetched.modified)


async def _note_success(source: CalendarSource, **said: Any) -> None:
    now = clock.now()
    await _write(source, read_at=now, next_read_at=now + READ_EVERY, fault="", failures=0, **said)


async def _note_failure(source: CalendarSource, refusal: Refusal) -> None:
    failures = source.failures + 1
    pause = min(READ_EVERY * 2**failures, LONGEST_PAUSE)
    again = clock.now() + pause if failures < MOST_FAILURES else None
    await _write(source, fault=key_of(refusal.sentence), failures=failures, next_read_at=again)


@at_most("30 per hour", "calendar read again", of=lambda source, **_: source.id)
async def read_again(source: CalendarSource, *, by: Person) -> None:
    """Read a calendar now, in the name of whoever asks. One that had stopped goes on. Raises NotYet, TooMany."""
    async with transaction():
        current = await _locked(source)
        if current.is_file or current.stage in {"reading", "bringing"}:
            raise NotYet
        if current.stage == "read":
            await _write(current, added_by=by.id, stage="reading", fault="")
            await _have_read(current.id)
            return
        again = clock.now() + READ_EVERY
        await _write(current, added_by=by.id, next_read_at=again, failures=0, fault="")
        await later(keep_in_step, current.id, key=f"calendar:{current.id}")


async def let_go(source: CalendarSource) -> None:
    """Forget a calendar. What came of it stays; a preview is thrown away. Twice is harmless."""
    await CalendarSource.delete().where(CalendarSource.id == source.id)


# What is shown


@dataclass(frozen=True)
class Preview:
    """What would come of a calendar: steps by kind, and what could not be read."""

    steps: list[Step]
    unread: list[tuple[str, Any]]

    def of(self, *kinds: planning.Kind) -> list[Step]:
        """The steps of these kinds, in order."""
        return [step for step in self.steps if step.kind in kinds]

    @property
    def to_do(self) -> int:
        """How many gatherings would come, change or be called off."""
        return len(self.of(*planning.TO_DO))


async def preview(source: CalendarSource) -> Preview:
    """What would come of a calendar that has been read. Raises NotFound for one that has not."""
    if source.found is None:
        raise NotFound
    found = finding.believed(source.found)
    return Preview(await planning.plan(source, found.gatherings), found.unread)


async def gone(source: CalendarSource) -> list[Event]:
    """The gatherings to come that are not in their calendar any more, for its organisers to decide about."""
    return await queries.gone(source.id, clock.now())


async def forget_old(before: datetime) -> None:
    """Delete calendars from before then that are not kept in step: brought in by now, or never."""
    old = (CalendarSource.created_at < before) & CalendarSource.kept_in_step.eq(False)
    await CalendarSource.delete().where(old)


async def _locked(source: CalendarSource) -> CalendarSource:
    current = await queries.locked(source.id)
    if current is None:
        raise NotFound
    return current


async def _write(source: CalendarSource, **said: Any) -> None:
    values: dict[Any, Any] = dict(said)
    await CalendarSource.update(values).where(CalendarSource.id == source.id)
