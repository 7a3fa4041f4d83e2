"""The seats of an event, a pool for each side: how many an organiser gives it, and whether they are being reserved.

How many are taken is not said here: answers take them, by `seat_pools_take` in the database.
"""

from collections.abc import Sequence

from piccolo.querystring import QueryString

from events.tables import SeatPool


async def make(event: int, *seats: int | None) -> None:
    """The pools of a new event: the room's, then the call's if it is hybrid. One query."""
    pools = [SeatPool(event=event, online=bool(side), seats=number) for side, number in enumerate(seats)]
    await SeatPool.insert(*pools)


async def resize(event: int, seats: int | None, *, online: bool = False) -> None:
    """Give a side of an event this many seats; None: as many as come. Nobody loses theirs. One query."""
    pool = SeatPool(event=event, online=online, seats=seats)
    await SeatPool.insert(pool).on_conflict(
        target=(SeatPool.event, SeatPool.online), action="DO UPDATE", values=[SeatPool.seats]
    )


async def remove_call(event: int) -> None:
    """People do not meet by a call any more, and nobody counts on it. One query."""
    await SeatPool.delete().where((SeatPool.event == event) & SeatPool.online.eq(True))


async def reserve(event: int, reserving: Sequence[bool]) -> None:
    """Say of each side, the room's first, whether its free seats are gathered for a large party. One query."""
    room, call = reserving[0], reserving[-1]
    said = QueryString("CASE WHEN online THEN {}::boolean ELSE {}::boolean END", call, room)
    await SeatPool.update({SeatPool.reserving: said}).where(SeatPool.event == event)


async def note_newcomers(event: int, chairs: int) -> None:
    """Say how many of the room's taken chairs are newcomers'. One query."""
    await SeatPool.update({SeatPool.newcomers: chairs}).where(
        (SeatPool.event == event) & SeatPool.online.eq(False)
    )
