"""Due work: written with its cause, done at least once, given up in sight of the operator."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine

from server import clock, db, jobs
from tests.ground import work_off

done: list[object] = []


@jobs.job("tests.remember", formerly="tests.server.test_jobs.remember")
async def remember(what: str) -> None:
    done.append(what)


@jobs.job("tests.stumble")
async def stumble() -> None:
    raise RuntimeError("a secret that must not be logged")


@jobs.job("tests.hopeless")
async def hopeless() -> None:
    raise jobs.PermanentFailure("there is no such address")


@jobs.announcement("tests.lantern_lit")
@dataclass(frozen=True)
class LanternLit:
    lantern: int


@jobs.announcement("tests.lantern_moved", version=2)
@dataclass(frozen=True)
class LanternMoved:
    lantern: int
    metres: float

    @classmethod
    def of_version(cls, version: int, content: dict[str, int]) -> "LanternMoved":
        assert version == 1
        return cls(content["lantern"], content["feet"] * 0.3048)


@jobs.on(LanternMoved, "tests.follow_lantern")
async def follow(moved: LanternMoved) -> None:
    done.append(moved)


@jobs.on(LanternLit, "tests.see_by_lantern", formerly="tests.server.test_jobs.see_by_it")
async def see_by_it(lit: LanternLit) -> None:
    done.append(lit)


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    done.clear()


async def waiting() -> int:
    return int(await db.value("SELECT count(*) FROM due_work WHERE dead_at IS NULL"))


async def test_work_is_done_and_then_gone() -> None:
    await jobs.later(remember, "one")
    assert await work_off() == 1
    assert done == ["one"]
    assert await waiting() == 0


async def test_work_of_a_transaction_that_failed_is_never_done() -> None:
    with pytest.raises(ValueError, match="no"):
        async with db.transaction():
            await jobs.later(remember, "one")
            raise ValueError("no")
    assert await work_off() == 0


async def test_work_for_later_waits_for_its_time() -> None:
    await jobs.later(remember, "tomorrow", at=clock.now() + timedelta(days=1))
    assert await work_off() == 0
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert await work_off() == 1


async def test_work_with_a_key_waits_once_with_the_newest_words() -> None:
    soon = clock.now() + timedelta(minutes=5)
    await jobs.later(remember, "first", at=soon, key="k")
    await jobs.later(remember, "second", at=soon + timedelta(minutes=1), key="k")
    assert await waiting() == 1
    with time_machine.travel(soon + timedelta(minutes=2)):
        await work_off()
    assert done == ["second"]


async def test_work_called_again_while_it_is_done_is_done_again() -> None:
    await jobs.later(remember, "first", key="k")
    (claimed,) = await jobs.claim("one", most=1)
    await jobs.later(remember, "second", key="k")
    await jobs.do(claimed)
    await work_off()
    assert done == ["first", "second"]


async def test_a_worker_that_is_late_does_not_begin_its_own_work_anew() -> None:
    await jobs.later(remember, "one")
    late = clock.now() + jobs.LEASE + timedelta(seconds=1)
    (claimed,) = await jobs.claim("slow", most=1)
    assert await jobs.claim("slow", most=1, now=late, besides=[claimed.id]) == []
    await jobs.do(claimed)
    assert done == ["one"] and await waiting() == 0


async def test_what_waits_already_is_not_pushed_back_by_work_that_is_wanted_once() -> None:
    soon = clock.now() + timedelta(minutes=5)
    await jobs.later_once(remember, {"k": ["first"]}, at=soon)
    await jobs.later_once(remember, {"k": ["second"], "l": ["other"]}, at=soon + timedelta(seconds=1))
    with time_machine.travel(soon + timedelta(seconds=2)):
        await work_off()
    assert done == ["first", "other"]


async def test_what_waits_is_brought_forward_and_nothing_else_is() -> None:
    now = clock.now()
    soon, tomorrow = now + timedelta(minutes=5), now + timedelta(days=1)
    await jobs.later(remember, "tomorrow", at=tomorrow, key="k")
    await jobs.later(remember, "in hand", key="l")
    await jobs.later(remember, "first", at=soon - timedelta(minutes=1), key="m")
    await jobs.later(remember, "not at all", at=tomorrow, key="n")
    (claimed,) = await jobs.claim("one", most=1)
    await jobs.bring_forward({"k": soon, "l": soon - timedelta(days=1), "m": soon, "done": soon})
    assert await waiting() == 4
    await jobs.do(claimed)
    with time_machine.travel(soon - timedelta(seconds=1)):
        await work_off()
        assert done == ["in hand", "first"]
    with time_machine.travel(soon + timedelta(seconds=1)):
        await work_off()
    assert done == ["in hand", "first", "tomorrow"]


ended = asyncio.Event()


@jobs.job("tests.end_in_a_transaction")
async def end_in_a_transaction(what: str) -> None:
    async with db.transaction():
        if await jobs.finish_here():
            ended.set()
            await asyncio.sleep(0.1)
            done.append(what)


async def test_work_that_ends_in_its_transaction_is_done_once() -> None:
    await jobs.later(end_in_a_transaction, "once")
    (claimed,) = await jobs.claim("one", most=1)
    await jobs.do(claimed)
    await jobs.do(claimed)
    assert done == ["once"] and await waiting() == 0


@pytest.mark.slow
async def test_work_that_is_wanted_while_its_key_is_coming_free_is_not_lost(committed: str) -> None:
    ended.clear()
    await jobs.later_once(end_in_a_transaction, {"k": ["first"]}, at=clock.now())
    (claimed,) = await jobs.claim("one", most=1)
    ending = asyncio.create_task(jobs.do(claimed))
    await ended.wait()
    assert done == []
    await jobs.later_once(remember, {"k": ["second"]}, at=clock.now())
    await ending
    await work_off()
    assert done == ["first", "second"]


async def test_what_stumbles_is_tried_again_with_growing_pauses() -> None:
    await jobs.later(stumble)
    pauses = []
    for _ in range(4):
        (claimed,) = await jobs.claim("one", most=1, now=clock.now() + timedelta(days=1))
        before = clock.now()
        await jobs.do(claimed)
        row = await db.row("SELECT run_at, last_error FROM due_work")
        assert row
        pauses.append((row["run_at"] - before).total_seconds())
        assert row["last_error"] == "builtins.RuntimeError"
    assert pauses == sorted(pauses)
    assert 3 < pauses[0] < 6


async def test_after_many_tries_it_is_set_aside_for_the_operator() -> None:
    await jobs.later(stumble)
    await db.run("UPDATE due_work SET attempts = $1", jobs.MOST_ATTEMPTS - 1)
    (claimed,) = await jobs.claim("one", most=1)
    await jobs.do(claimed)
    assert await waiting() == 0
    assert await db.value("SELECT count(*) FROM due_work WHERE dead_at IS NOT NULL") == 1


async def test_what_gives_up_is_not_tried_again() -> None:
    await jobs.later(hopeless)
    (claimed,) = await jobs.claim("one", most=1)
    await jobs.do(claimed)
    assert (
        await db.value("SELECT last_error FROM due_work WHERE dead_at IS NOT NULL")
        == "there is no such address"
    )


async def test_only_the_latest_claimer_may_say_how_it_ended() -> None:
    await jobs.later(remember, "one")
    (first,) = await jobs.claim("slow", most=1)
    (second,) = await jobs.claim("quick", most=1, now=clock.now() + jobs.LEASE + timedelta(seconds=1))
    await jobs.do(first)
    assert await waiting() == 1
    await jobs.do(second)
    assert await waiting() == 0


async def test_an_announcement_reaches_its_listener() -> None:
    await jobs.announce(LanternLit(7))
    await work_off()
    assert done == [LanternLit(7)]


async def test_what_was_announced_before_versions_were_written_down_is_heard() -> None:
    await put("tests.server.test_jobs.see_by_it", [{"lantern": 7}])
    await work_off()
    assert done == [LanternLit(7)]


async def test_what_waits_in_an_older_version_is_heard_in_todays() -> None:
    await jobs.announce(LanternMoved(7, 2.0))
    await put("tests.follow_lantern", [{"lantern": 8, "feet": 10}, 1])
    await work_off()
    assert done == [LanternMoved(7, 2.0), LanternMoved(8, 3.048)]


async def test_work_that_waits_under_a_name_of_before_is_done() -> None:
    await put("tests.server.test_jobs.remember", ["one"])
    await work_off()
    assert done == ["one"]


@pytest.mark.parametrize(
    "name", ["tests.remember", "tests.server.test_jobs.remember", "tests.see_by_lantern"]
)
def test_two_jobs_of_one_name_stop_the_start(name: str) -> None:
    async def another() -> None: ...

    with pytest.raises(jobs.NameTaken, match=name):
        jobs.job(name)(another)
    with pytest.raises(jobs.NameTaken, match=name):
        jobs.job("tests.another", formerly=name)(another)
    with pytest.raises(jobs.NameTaken, match="lantern_lit"):
        jobs.announcement("tests.lantern_lit")(LanternMoved)


async def test_only_due_work_can_be_left_for_later() -> None:
    async def ordinary() -> None: ...

    with pytest.raises(LookupError, match="ordinary is not a @job"):
        await jobs.later(ordinary)


async def put(name: str, args: list[object]) -> None:
    """Due work as another version of Kith wrote it down."""
    await db.run(
        """
        INSERT INTO due_work (kind, args, run_at, request_id, attempts, last_error, created_at)
        VALUES ($1, $2, $3, '', 0, '', $3)
        """,
        name,
        args,
        clock.now(),
    )


async def test_twenty_claimers_share_the_work_without_doubling(committed: str) -> None:
    await jobs.later_for_each(remember, [[n] for n in range(400)])

    async def work(name: str) -> None:
        while claimed := await jobs.claim(name, most=7):
            for one in claimed:
                await jobs.do(one)

    await asyncio.gather(*(work(f"w{n}") for n in range(20)))
    assert sorted(done) == list(range(400))  # type: ignore[type-var]
