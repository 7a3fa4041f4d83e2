"""The outbox of due work: written down in the transaction it belongs to, done by a worker, at least once.

PostgreSQL is the truth; arq only wakes a worker sooner (`wake_worker`) and keeps time (`server/worker.py`).
With Valkey gone, work waits in the table until the next sweep.

    @job("pictures.shrink")
    async def shrink(picture: int) -> None: ...

    await later(shrink, picture.id)                        # soon after this transaction commits
    await later(tell, event.id, at=in_5_min, key="tell-1") # once, five minutes after the last call

A row remembers its function by the name that is written here, so that it may move to another module while work for it
waits. When the name itself changes, the one of before is given as `formerly`.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from server import clock, db

Job = Callable[..., Awaitable[None]]
Announcement = TypeVar("Announcement")
Listener = Callable[[Announcement], Awaitable[None]]

LEASE = timedelta(seconds=15)  # Renewed by the worker's heartbeat while it lives.
MOST_ATTEMPTS = 18  # With the pauses below, a little over 48 hours.
LONGEST_PAUSE = timedelta(hours=12)
NOTED_AGAIN = 0.5  # seconds between two attempts to record how work ended

log = structlog.get_logger()
current_work: ContextVar[int] = ContextVar("current_work")
written_at: ContextVar[datetime] = ContextVar("written_at")  # When the work at hand was written down.

# Only who claimed this very attempt may say how it ended: a lease that ran out belongs to somebody else.
_FENCED = "WHERE id = $1 AND claimed_by = $2 AND attempts = $3"
_FINISH = f"DELETE FROM due_work {_FENCED}"  # noqa: S608 - our own words
_GIVE_BACK = f"UPDATE due_work SET run_at = $4, claimed_by = NULL {_FENCED}"  # noqa: S608 - our own words
_POSTPONE = f"UPDATE due_work SET run_at = $4, last_error = $5, claimed_by = NULL {_FENCED}"  # noqa: S608 - our own words
_SET_ASIDE = f"UPDATE due_work SET dead_at = $4, last_error = $5, claimed_by = NULL {_FENCED}"  # noqa: S608 - our own words

_jobs: dict[str, Job] = {}  # By their names, and by those of before.
_names: dict[Callable[..., Any], str] = {}
_most_at_once: dict[str, int] = {}
_announcements: dict[str, type] = {}
_versions: dict[type, int] = {}
_listeners: dict[type, list[str]] = {}
_wake_worker: Callable[[], Awaitable[None]] | None = None


class NameTaken(Exception):
    """Two things go by one name, so that nobody could say which of them waiting work means."""


class PermanentFailure(Exception):
    """Trying again would not help. The work is set aside with this reason for the operator."""


class TemporaryFailure(Exception):
    """It could not be done for now, for this reason, as will happen: to be tried again. Not our fault."""


@dataclass(frozen=True)
class Claimed:
    """A row of due work that this worker holds for one attempt."""

    id: int
    kind: str
    args: Sequence[Any]
    attempts: int
    claimed_by: str
    request_id: str
    created_at: datetime


_in_hand: ContextVar[Claimed | None] = ContextVar("in_hand", default=None)  # Until its end is written down.


def job(name: str, *, formerly: str | None = None, at_once: int | None = None) -> Callable[[Job], Job]:
    """Make an async function due work of this name. Its arguments must be JSON: ids, never rows.

    `formerly` is what it was called before, so that work that waits under that name is done, too. What may take
    seconds says how many of it a worker does `at_once`, so that letters do not wait for it.
    Raises NameTaken: a process in which two functions go by one name does not start.
    """

    def register(function: Job) -> Job:
        _remember(function, function, name, formerly)
        if at_once:
            _most_at_once.update(dict.fromkeys(filter(None, (name, formerly)), at_once))
        return function

    return register


def most_at_once(kind: str) -> int | None:
    """How many of a kind of work a worker does together; None for as many as there are."""
    return _most_at_once.get(kind)


def name_of(function: Callable[..., Any]) -> str:
    """The name under which due work remembers a function. Raises LookupError for what is not a `@job`."""
    try:
        return _names[function]
    except KeyError:
        raise LookupError(f"{function.__module__}.{function.__qualname__} is not a @job") from None


def known() -> Mapping[str, Job]:
    """All due work that can be done here, by every name it has had."""
    return _jobs


async def later(function: Job, *args: Any, at: datetime | None = None, key: str | None = None) -> None:
    """Write down that `function(*args)` is to be done, in the open transaction; wake a worker after commit.

    With `key`, at most one such row waits: calling again moves it to the later time with the newer arguments.
    """
    await _write_down([(name_of(function), list(args))], at=at, keys=[key])


async def later_once(function: Job, work: Mapping[str, Sequence[Any]], *, at: datetime) -> None:
    """Write down arguments by their keys, in one statement. What waits under a key already stays as it is."""
    kind = name_of(function)
    await _write_down(
        [(kind, list(args)) for args in work.values()], at=at, keys=list(work), instead_of_those=False
    )


async def later_for_each(
    function: Job, arguments: Sequence[Sequence[Any]], *, at: datetime | None = None
) -> None:
    """The same for many argument lists, in one statement."""
    kind = name_of(function)
    await _write_down([(kind, list(args)) for args in arguments], at=at)


async def bring_forward(moments: Mapping[str, datetime]) -> None:
    """Do what waits under these keys at an earlier moment: each at its own, unless it is to be done before that.

    What is in hand, was done or was never written down stays as it is.
    """
    if not moments:
        return
    moved = await db.value(
        """
        WITH moved AS (
            UPDATE due_work SET run_at = sooner.run_at
            FROM unnest($1::text[], $2::timestamptz[]) AS sooner (key, run_at)
            WHERE due_work.key = sooner.key AND due_work.run_at > sooner.run_at
                AND claimed_by IS NULL AND dead_at IS NULL
            RETURNING 1
        ) SELECT count(*) FROM moved
        """,
        [*moments],
        [*moments.values()],
    )
    if moved:
        await wake()


def announcement(name: str, *, version: int = 1) -> Callable[[type[Announcement]], type[Announcement]]:
    """Make a frozen dataclass something that can be announced, under a name and a version that outlive its class.

    Its fields are its content, in JSON's types. Give it the next version when they change, and a class method
    `of_version(version, content)` that makes it of what still waits from before. Raises NameTaken.
    """

    def register(kind: type[Announcement]) -> type[Announcement]:
        if _announcements.setdefault(name, kind) is not kind:
            raise NameTaken(f"{name} is announced by {_announcements[name].__qualname__} already")
        _versions[kind] = version
        return kind

    return register


def on(
    announcement: type[Announcement], name: str, *, formerly: str | None = None
) -> Callable[[Listener[Announcement]], Listener[Announcement]]:
    """Have a function listen to an announcement. Each listener is due work of its own, named as a `job` is."""

    def register(listener: Listener[Announcement]) -> Listener[Announcement]:
        # Before versions were written down, all were the first.
        async def hear(content: dict[str, Any], version: int = 1) -> None:
            await listener(_of_version(announcement, version, content))

        _remember(listener, hear, name, formerly)
        _listeners.setdefault(announcement, []).append(name)
        return listener

    return register


async def announce(announcement: Any) -> None:
    """Tell every listener, after commit, that this has happened. What is announced is an `@announcement`."""
    kind = type(announcement)
    said = [asdict(announcement), _versions[kind]]
    await _write_down([(name, said) for name in _listeners.get(kind, [])])


def wake_by(wake_worker: Callable[[], Awaitable[None]] | None) -> None:
    """Say how a worker is woken after a commit; None leaves it to the sweep."""
    global _wake_worker
    _wake_worker = wake_worker


async def claim(
    worker: str,
    *,
    most: int,
    now: datetime | None = None,
    besides: Sequence[int] = (),
    without: Sequence[str] = (),
) -> list[Claimed]:
    """Take up to `most` rows that are due, for LEASE; nobody else gets them until then. One statement.

    `besides` is what the worker has in hand: late with the lease or not, it does not begin that anew.
    `without` are kinds of which it has enough.
    """
    now = now or clock.now()
    found = await db.rows(
        """
        UPDATE due_work SET claimed_by = $1, attempts = attempts + 1, run_at = $2::timestamptz + $3::interval
        FROM (
            SELECT id FROM due_work WHERE run_at <= $2 AND dead_at IS NULL AND NOT id = ANY($5)
                AND NOT kind = ANY($6)
            ORDER BY run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
        ) AS due
        WHERE due_work.id = due.id
        RETURNING due_work.id, kind, args, attempts, claimed_by, request_id,
            created_at
        """,
        worker,
        now,
        LEASE,
        most,
        list(besides),
        list(without),
    )
    return [Claimed(**row) for row in found]


async def finish_here() -> bool:
    """Have the work at hand end with the open transaction, whatever waits under its key after that.

    False when it has ended already, by another attempt: then nothing is to be done.
    """
    return bool(await db.value("DELETE FROM due_work WHERE id = $1 RETURNING true", current_work.get()))


async def ended() -> None:
    """Write down at once that the work at hand has ended, before whatever else it does. Again is harmless.

    For what the world has seen already: a letter that is taken would go out again if the worker died now.
    """
    work = _in_hand.get()
    if work is not None:
        await _note(_FINISH, work)
        _in_hand.set(None)


async def hold(worker: str, ids: Sequence[int], *, until: datetime) -> None:
    """Renew the lease on work that is still in hand."""
    if ids:
        await db.run(
            "UPDATE due_work SET run_at = $3 WHERE id = ANY($2) AND claimed_by = $1", worker, list(ids), until
        )


async def give_back(works: Iterable[Claimed]) -> None:
    """Let others have what was claimed and not begun."""
    for work in works:
        await db.run(_GIVE_BACK, *_fence(work), clock.now())


async def do(work: Claimed) -> None:
    """Do one piece of claimed work and record how it went. Never raises for a fault of the work itself."""
    current_work.set(work.id)
    _in_hand.set(work)
    written_at.set(work.created_at)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=work.request_id, job=work.kind, work=work.id)
    started = clock.now()
    try:
        await _function(work.kind)(*work.args)
    except PermanentFailure as reason:
        await _set_aside(work, str(reason))
        log.warning("job given up", attempts=work.attempts, reason=str(reason))
    except TemporaryFailure as reason:
        await _postpone(work, str(reason))
        log.info("job waits", attempts=work.attempts, reason=str(reason))
    except db.DatabaseBusy as error:
        await _postpone(work, _describe(error))
        log.warning("job held up", error=type(error.__cause__).__name__, attempts=work.attempts)
    except db.DatabaseGone:
        raise
    except Exception as error:
        await _postpone(work, _describe(error))
        log.exception("job failed", attempts=work.attempts)
    else:
        await ended()
        log.info("job", ms=round((clock.now() - started).total_seconds() * 1000, 1))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the nth failure: 5 s, doubled each time up to 12 h, a quarter of it by chance."""
    pause = min(timedelta(seconds=5) * 2 ** (attempts - 1), LONGEST_PAUSE)
    share = random.uniform(0.75, 1)  # noqa: S311 - it spreads load, it keeps no secret
    return timedelta(seconds=pause.total_seconds() * share)


def written_with(source: str, *, now: str, request_id: str) -> str:
    """SQL that writes down due work for each row (kind, args) of `source`, as a part of a larger statement.

    `now` and `request_id` are that statement's placeholders, for `clock.now()` and `request_id()`. Follow it by `wake`.
    """
    return f"""
        INSERT INTO due_work (kind, args, run_at, request_id, attempts, last_error, created_at)
        SELECT kind, args, {now}, {request_id}, 0, '', {now} FROM {source}
    """  # noqa: S608 - names of our own


def request_id() -> str:
    """The id of the request that is being answered, for the log; empty outside of one."""
    found: str = structlog.contextvars.get_contextvars().get("request_id", "")
    return found


async def wake() -> None:
    """Wake a worker once the open transaction has committed."""
    if not _wake_worker:
        return
    if db.in_transaction():
        db.after_commit(_wake_worker)
    else:
        await _wake_worker()


async def _write_down(
    work: Sequence[tuple[str, list[Any]]],
    *,
    at: datetime | None = None,
    keys: Sequence[str | None] = (),
    instead_of_those: bool = True,
) -> None:
    if not work:
        return
    now = clock.now()
    await db.run(
        """
        INSERT INTO due_work (kind, args, run_at, key, request_id, attempts, last_error, created_at)
        SELECT kind, args::jsonb, $3, key, $5, 0, '', $6
        FROM unnest($1::text[], $2::text[], $4::text[]) AS new (kind, args, key)
        ON CONFLICT (key) WHERE key IS NOT NULL AND dead_at IS NULL DO UPDATE
        SET run_at = excluded.run_at, args = excluded.args, claimed_by = NULL, attempts = 0 WHERE $7
        """,
        [kind for kind, _ in work],
        [json.dumps(args) for _, args in work],
        at or now,
        list(keys),
        request_id(),
        now,
        instead_of_those,
    )
    if _wake_worker and (at is None or at <= now):
        await wake()


def _remember(function: Callable[..., Any], work: Job, name: str, formerly: str | None) -> None:
    names = [each for each in (name, formerly) if each]
    if taken := [each for each in names if each in _jobs]:
        raise NameTaken(f"two jobs are called {taken[0]}")
    _jobs.update(dict.fromkeys(names, work))
    _names[function] = name


def _of_version(kind: type[Announcement], version: int, content: dict[str, Any]) -> Announcement:
    if version == _versions[kind]:
        return kind(**content)
    made: Announcement = kind.of_version(version, content)  # type: ignore[attr-defined] # see `announcement`
    return made


def _function(kind: str) -> Job:
    try:
        return _jobs[kind]
    except KeyError:
        raise PermanentFailure(f"nothing here is called {kind}") from None


async def _postpone(work: Claimed, reason: str) -> None:
    if work.attempts >= MOST_ATTEMPTS:
        await _set_aside(work, reason)
        return
    await _note(_POSTPONE, work, clock.now() + pause_after(work.attempts), reason)


async def _set_aside(work: Claimed, reason: str) -> None:
    await _note(_SET_ASIDE, work, clock.now(), reason)


async def _note(statement: str, work: Claimed, *more: Any) -> None:
    """Record how it ended. What is not recorded is done again, so an absent PostgreSQL is waited for, up to LEASE."""
    loop = asyncio.get_running_loop()
    late = loop.time() + LEASE.total_seconds()
    while True:
        try:
            await db.run(statement, *_fence(work), *more)
        except db.DatabaseGone:
            if loop.time() > late:
                raise
            await asyncio.sleep(NOTED_AGAIN)
        else:
            return


def _fence(work: Claimed) -> tuple[int, str, int]:
    return work.id, work.claimed_by, work.attempts


def _describe(error: Exception) -> str:
    # The class alone: messages may carry what people wrote.
    return f"{type(error).__module__}.{type(error).__name__}"
