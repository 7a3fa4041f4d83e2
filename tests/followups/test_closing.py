"""Until when something can be said."""

from datetime import timedelta

import pytest

from followups.closing import still_open
from members.tables import Community
from server import clock
from server.db import transaction
from server.errors import LinkExpired
from tests.followups.mornings import CLOSES, asked, at, make_guests, opened


async def test_it_is_open_until_it_closes_and_not_a_moment_longer(walkers: Community) -> None:
    (gus,) = await make_guests("Gus Hill")
    follow_up = (await asked(await opened(walkers, [gus]), gus)).follow_up
    for moment, is_open in ((CLOSES - timedelta(seconds=1), True), (CLOSES, False)):
        with at(moment):
            if is_open:
                async with transaction():
                    await still_open(follow_up, clock.now())
                continue
            with pytest.raises(LinkExpired):
                async with transaction():
                    await still_open(follow_up, clock.now())


async def test_what_never_was_is_closed() -> None:
    with pytest.raises(LinkExpired):
        async with transaction():
            await still_open(0, clock.now())
