"""The embedded PostgreSQL and Valkey, put in place of the ones that the settings do not name.

Enter one of these before anything imports piccolo_conf. While it lasts, `settings`, and the environment of our
children, name a PostgreSQL and a Valkey that run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.embedded.folder import Urls
from server.embedded.services import Step, Wanted, held, services
from server.processes import CannotStart
from server.settings import settings

Mend = Callable[[], str]


@contextmanager
def stand_ins() -> Iterator[None]:
    """Ours, or those of the Kith that holds the data folder. Raises CannotStart, as `services` does."""
    wanted = _wanted()
    if not _any(wanted):
        yield
        return
    with services(settings.data_dir, wanted=wanted) as urls:
        _put(urls, wanted)
        yield


@contextmanager
def own_stand_ins(step: Step) -> Iterator[Mend]:
    """Ours alone; what it yields starts again those that have ended, and names them. Raises InUse, as `held` does."""
    wanted = _wanted()
    if not _any(wanted):
        yield lambda: ""
        return
    with held(settings.data_dir, wanted=wanted, step=step) as ours:
        _put(ours.urls, wanted)
        yield ours.mend


def _wanted() -> Wanted:
    return Wanted(database=not settings.database_url, redis=not settings.redis_url)


def _any(wanted: Wanted) -> bool:
    return wanted.database or wanted.redis


def _put(urls: Urls, wanted: Wanted) -> None:
    for name, needed in (("database_url", wanted.database), ("redis_url", wanted.redis)):
        if needed:
            url = getattr(urls, name)
            if not url:
                raise CannotStart(
                    f"The Kith that runs in {settings.data_dir} has a {name.upper()} of its own: set the same one here."
                )
            setattr(settings, name, url)
            os.environ[name.upper()] = url
