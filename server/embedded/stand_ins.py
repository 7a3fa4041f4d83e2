"""The embedded PostgreSQL and Valkey, put in place of the ones that the settings do not name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from server.embedded.folder import Urls
from server.embedded.services import Step, Wanted, quietly, services
from server.processes import CannotStart
from server.settings import settings


@contextmanager
def stand_ins(*, alone: bool = False, step: Step = quietly) -> Iterator[None]:
    """While it lasts, `settings` (and the environment of our children) name a PostgreSQL and a Valkey that run.

    Enter it before anything imports piccolo_conf. Raises CannotStart, as `services` does.
    """
    wanted = Wanted(database=not settings.database_url, redis=not settings.redis_url)
    if not (wanted.database or wanted.redis):
        yield
        return
    with services(settings.data_dir, wanted=wanted, alone=alone, step=step) as urls:
        _put(urls, wanted)
        yield


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
