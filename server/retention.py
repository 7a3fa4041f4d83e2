"""Retention: how long each kind of data is kept. One table, which the nightly jobs obey and the privacy page prints.

Each package says it of its own (`kept` in its `jobs.py`); `server/composition.py` puts them together. A kind with
`forget` ends by the clock; one without ends when somebody ends it, as `since` says.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from piccolo.table import Table

from server import clock, deliverability, once, pictures
from server.jobs import Job
from server.languages.messages import Text, _, ngettext
from server.tables import DeadAddress, Picture, TakenForm, UnsentLetter


@dataclass(frozen=True)
class Kept:
    """A kind of data and its end.

    `forget` deletes all of it that is from before a moment: `after` before now. People read `what` it is, and how long
    it is kept: `after`, since `since`, unless `since` says all of it. `tables` are those it is in. `hourly`: a night
    would be too long.
    """

    what: Text
    since: Text
    after: timedelta = timedelta()
    forget: Callable[[datetime], Awaitable[None]] | None = None
    tables: tuple[type[Table], ...] = ()
    hourly: bool = False

    @property
    def how_long(self) -> Text:
        """For people: "30 days after it closes"."""
        if not self.after:
            return self.since
        # Translators: how long something is kept
        days = (
            ngettext("%(num)s day", "%(num)s days", self.after.days)
            if self.after.days != 365
            else _("A year")
        )
        # Translators: how long something is kept, and since when: "30 days after it closes"
        return _("%(time)s %(since)s", time=days, since=self.since)

    def job(self) -> Job:
        """What the timetable calls, which needs no telling how long."""
        assert self.forget
        forget, after = self.forget, self.after

        @wraps(forget)
        async def forget_what_has_had_its_time() -> None:
            await forget(clock.now() - after)

        return forget_what_has_had_its_time


kept = [
    Kept(
        _("Pictures that were sent and are shown nowhere"),
        _("after they came"),
        pictures.UNUSED_FOR,
        pictures.discard_unused,
        (Picture,),
    ),
    Kept(
        _("That a form was sent, so that sending it twice changes nothing"),
        _("after it was sent"),
        once.KEPT,
        once.forget_old,
        (TakenForm,),
    ),
    Kept(
        _("That a letter could not be sent in time (which kind, not to whom)"),
        _("after its time"),
        deliverability.KEPT,
        deliverability.forget_unsent,
        (UnsentLetter,),
    ),
    Kept(
        _("Addresses whose mail server refuses our letters"),
        _("Until a letter is taken there again"),
        tables=(DeadAddress,),
    ),
]
