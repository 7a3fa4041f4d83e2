"""Bringing a calendar along: taken in, read by the worker, shown, brought in, and kept in step if somebody wishes.

    source = await importing.take_file(walkers, content, name="kalender.ics", by=ana)
    source = await importing.take_address(walkers, "webcal://example.org/calendar.ics", by=ana)
    await importing.bring_in(source, Choices(publishes=True), by=ana)

Gatherings are made, changed and called off by `publishing`, so whatever holds there holds here: its rules, its
letters, its versions. Each is known by its UID, so that reading again adds nothing. What is no longer in a calendar is
shown to the organisers; nothing is called off because a file is shorter today.
"""

import asyncio
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from events.details import Visibility
from events.importing import bringing, planning, queries, store
from events.importing import found as finding
from events.importing.found import Found
from events.importing.planning import Step
from events.tables import CalendarSource, Event
from members import queries as members
from members.tables import Community, Person
from server import apart, clock
from server.db import transaction
from server.errors import Conflict, NotFound, Refusal
from server.forms import one_line
from server.jobs import job, later, later_for_each
from server.languages.messages import _, key_of
from server.ratelimit import at_most

# `server.fetching` and `reading` are imported where they are used: what they need takes long to load.
if TYPE_CHECKING:
    from server.fetching import Fetched

LARGEST = 1_000_000  # bytes
ACCEPT = ".ics,.ical,.ifb,text/calendar"  # for the file field; what it is, its content says.
MEMORY, SECONDS = 150, 4  # What reading one calendar may take, in megabytes and seconds.
MOST_IN_STEP = 20  # calendars of one community
MOST_BEING_READ = 3  # of one person: a calendar may take seconds, and others wait for theirs.
READ_EVERY = timedelta(hours=6)
LONGEST_PAUSE = timedelta(days=7)
MOST_FAILURES = 8  # With these pauses, a little over two weeks.
UNDECIDED = timedelta(days=14)

TOO_LARGE = _("That calendar has more than 1 MB. Please export a smaller one: of one year, say.")
TOO_HARD = _("Reading that calendar takes too long, so we stopped. Please export a smaller one.")
NOT_THEIRS = _(
    "Whoever brought this calendar along does not organise here any more. Read it again to go on with it."
)

# One child at a time in each process, however many calendars come. More of them are fetched, or brought in, together;
# but never so many that letters would wait for calendars.
_at_work = asyncio.Semaphore(1)


class TooManyCalendars(Refusal):
    """More calendars kept in step than a community has."""

    sentence = _(
        "This community keeps %(most)s calendars in step. Stop one of them first.", most=MOST_IN_STEP
    )


class TooManyBeingRead(Refusal):
    """More calendars than one person has read together."""

    sentence = _(
        "Several of your calendars are being read already. Please wait a moment, until one of them is."
    )


class NothingTicked(Refusal):
    """Nothing of a file is to come in, now or later."""

    sentence = _("Tick what is to come in, or throw this away.")


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
    """Take in a file, and have it read. Raises Refusal beside `file`, TooManyBeingRead, TooMany."""
    if len(content) > LARGEST:
        raise Refusal(TOO_LARGE, field="file")
    return await _take(community, by=by, name=name, address="", content=content)


async def take_address(community: Community, address: str, *, by: Person) -> CalendarSource:
    """Take in an address, and have it fetched and read.

    Raises NotFetched beside `address`, TooManyBeingRead, TooMany.
    """
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
        waiting = (CalendarSource.added_by == by.id) & (CalendarSource.stage == "reading")
        if await CalendarSource.count().where(waiting) >= MOST_BEING_READ:
            raise TooManyBeingRead
        await CalendarSource.insert(source)
        await _have_read(source.id)
    return source


async def _have_read(source: int) -> None:
    await later(read, source, key=f"calendar:{source}")


# Reading


@job("events.read_calendar", at_once=6)
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


async def bring_in(
    source: CalendarSource, choices: Choices, *, by: Person, ticked: Collection[str] | None = None
) -> None:
    """Have what was found become gatherings, as its organisers choose. Twice is harmless.

    Of those that the preview has boxes for, those come that are `ticked`, by their keys (None: all that are new or
    change); the others are left out from then on. Raises TooManyCalendars, NothingTicked; NotYet while it is still
    being read.
    """
    async with transaction():
        current = await bringing.locked(source)
        if current.stage in {"bringing", "brought"}:
            return
        if current.stage == "reading" or current.fault or current.found is None:
            raise NotYet
        chosen = asdict(choices) | {"kept_in_step": choices.kept_in_step and not current.is_file}
        if chosen["kept_in_step"]:
            await _refuse_one_too_many(current)
            chosen["next_read_at"] = clock.now() + READ_EVERY
        if ticked is not None:
            await _choose(current, choices, ticked)
        await _write(current, added_by=by.id, stage="bringing", done=0, **chosen)
        await later(bring, current.id, key=f"calendar:{current.id}")


async def _choose(source: CalendarSource, choices: Choices, ticked: Collection[str]) -> None:
    found = await preview(source)
    boxes, over = found.boxes, found.of("over") if choices.past else []
    if source.is_file and boxes and not over and not any(step.gathering.key in ticked for step in boxes):
        raise NothingTicked
    out = [step.gathering for step in boxes if step.kind != "left" and step.gathering.key not in ticked]
    again = [step.known for step in boxes if step.kind == "left" and step.gathering.key in ticked]
    await store.leave_out(source.community, source.id, out)
    await store.take_again([known.row for known in again if known])


async def _refuse_one_too_many(source: CalendarSource) -> None:
    kept = (CalendarSource.community == source.community) & CalendarSource.kept_in_step.eq(True)
    if await CalendarSource.count().where(kept) >= MOST_IN_STEP:
        raise TooManyCalendars


@job("events.bring_calendar_in", at_once=2)
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
    if await bringing.bring(source, found):
        return True
    await _write(source, fault=key_of(NOT_THEIRS), next_read_at=None)
    return False


# Keeping in step


async def step_due() -> None:
    """Have the calendars read whose time has come. By the clock."""
    async with transaction():
        due = await store.claim_due(clock.now(), again=clock.now() + READ_EVERY)
        await later_for_each(keep_in_step, [[number] for number in due])


@job("events.keep_calendar_in_step", at_once=3)
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
        current = await bringing.locked(source)
        if current.is_file or current.stage in {"reading", "bringing"}:
            raise NotYet
        if current.stage == "read":
            await _write(current, added_by=by.id, stage="reading", fault="")
            await _have_read(current.id)
            return
        again = clock.now() + READ_EVERY
        await _write(current, added_by=by.id, next_read_at=again, failures=0, fault="")
        await later(keep_in_step, current.id, key=f"calendar:{current.id}")


async def take_again(source: CalendarSource, ticked: Collection[str], *, by: Person) -> None:
    """Have come what was left out of a calendar that is kept in step, by its keys. Raises NotYet, TooMany."""
    async with transaction():
        out = await queries.left_out(source.id)
        await store.take_again([row for row in out if finding.key_of(row.uid, row.recurrence) in ticked])
        await _write(source, etag="", modified="")  # It is read though it is what it was.
        await read_again(source, by=by)


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
    def boxes(self) -> list[Step]:
        """What organisers can tick: not the days of a series, which come with it."""
        steps = self.of(*planning.TO_DO, "left")
        series = {step.gathering.uid for step in steps if step.gathering.rule}
        return [step for step in steps if not (step.gathering.recurrence and step.gathering.uid in series)]

    def days_of(self, uid: str) -> int:
        """How many days of a series would be new, or otherwise."""
        return len(
            [
                step
                for step in self.of(*planning.TO_DO)
                if step.gathering.uid == uid and step.gathering.recurrence
            ]
        )

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


async def left(source: CalendarSource) -> list[Event]:
    """The gatherings to come that were changed here by hand, and did not follow their series, for its organisers."""
    return await queries.left(source.id, clock.now())


async def forget_old(before: datetime) -> None:
    """Delete calendars from before then that are not kept in step: brought in by now, or never."""
    old = (CalendarSource.created_at < before) & CalendarSource.kept_in_step.eq(False)
    await CalendarSource.delete().where(old)


async def _write(source: CalendarSource, **said: Any) -> None:
    values: dict[Any, Any] = dict(said)
    await CalendarSource.update(values).where(CalendarSource.id == source.id)
