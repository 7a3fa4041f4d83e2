"""The week's choice: what each person is told, chosen once, written down with its letter.

Some of those whose turn it is are held at a time, and their next turn is set in the same transaction. A worker that is
killed leaves nothing behind; another takes them up. Two at once hold different people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from followups.prompts import mail, queries, store
from followups.prompts.choosing import Candidate, choose
from followups.prompts.turns import Reader, may_be_told, next_turn, week_of
from followups.tables import Prompt
from server import clock
from server.db import transaction
from server.jobs import later_for_each

PEOPLE_AT_ONCE = 1000
# Whoever is asked about, there are few or many of them: no plan is good for both. And tables are not read whole, nor
# whatever is due to find the first of it.
AS_IT_IS = """
    SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;
    SET LOCAL jit = off; SET LOCAL work_mem = '16MB'
"""


async def choose_due(now: datetime | None = None) -> int:
    """Choose for everybody whose turn it is. Returns how many are told something."""
    now = now or clock.now()
    told, held = 0, PEOPLE_AT_ONCE
    while held == PEOPLE_AT_ONCE:
        held, chosen = await _choose_some(now)
        told += chosen
    return told


async def forget(before: datetime) -> None:
    """Delete what people were told before then."""
    await Prompt.delete().where(Prompt.chosen_at < before)


async def _choose_some(now: datetime) -> tuple[int, int]:
    async with transaction(first=AS_IT_IS):
        readers = await queries.lock_due(now, most=PEOPLE_AT_ONCE)
        if not readers:
            return 0, 0
        chosen = await _chosen([reader for reader in readers if may_be_told(reader, now)], now)
        if chosen:
            written = await store.write_down(chosen, now)
            await later_for_each(mail.prompt, [[prompt] for prompt in written])
        await store.set_turns(
            {reader.person: next_turn(reader.person, reader.zone, now) for reader in readers}
        )
    return len(readers), len(chosen)


async def _chosen(readers: list[Reader], now: datetime) -> list[tuple[Candidate, str]]:
    """What these people are told, with the week of each."""
    candidates = (
        _by_person(await queries.candidates([each.person for each in readers], now)) if readers else {}
    )
    told = await queries.told([*candidates]) if candidates else {}
    chosen = []
    for reader in readers:
        possible = candidates.get(reader.person, [])
        one = choose(possible, told_last=reader.told_last, told=told.get(reader.person, ()))
        if one:
            chosen.append((one, week_of(now, reader.zone)))
    return chosen


def _by_person(candidates: Iterable[Candidate]) -> Mapping[int, list[Candidate]]:
    ordered = sorted(candidates, key=lambda each: each.person)
    return {person: list(theirs) for person, theirs in groupby(ordered, lambda each: each.person)}
