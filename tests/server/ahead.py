"""`python -m tests.server.ahead web`: Kith on a machine whose clock is five minutes ahead of everybody's."""

from datetime import UTC, datetime, timedelta

import time_machine

AHEAD = timedelta(minutes=5)

if __name__ == "__main__":
    with time_machine.travel(datetime.now(UTC) + AHEAD, tick=True):
        from server.__main__ import kith

        kith()
