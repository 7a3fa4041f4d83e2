"""Who may see a series, and who may change it. The only road from an address to a series."""

from collections.abc import Sequence
from copy import copy

from events import access
from events.series import queries
from events.series.queries import Found
from events.tables import Event, Series
from events.view import SeriesView
from members.tables import Person
from server.errors import Forbidden, NotFound, SignInNeeded
from server.languages.messages import _


async def visible_series(person: Person | None, public_id: str) -> SeriesView:
    """A series that somebody may see: as they may see a gathering like its pattern. Raises NotFound.

    Before it is started, it is for its organisers alone, as a draft is.
    """
    found = await queries.found(public_id)
    if found is None:
        raise NotFound
    series, pattern, skipped = found
    view = await access.view(person, as_gathering(series, pattern))
    if not view.sees_it:
        raise NotFound
    return SeriesView(series, pattern, view, skipped)


async def visible_among(person: Person, found: Sequence[Found]) -> dict[int, SeriesView]:
    """Those of several series that somebody may see, by their numbers. One query."""
    shown = {one.series.id: as_gathering(one.series, one.pattern) for one in found}
    views = await access.views(person, shown.values())
    seen = [SeriesView(one.series, one.pattern, views[one.pattern.id], one.skipped) for one in found]
    return {one.series.id: one for one in seen if one.view.sees_it}


async def organised_series(person: Person | None, public_id: str) -> SeriesView:
    """A series that somebody may change. Raises NotFound, Forbidden, or SignInNeeded if nobody is signed in."""
    found = await visible_series(person, public_id)
    if person is None:
        raise SignInNeeded
    if not found.view.organises:
        raise Forbidden(_("Only the community’s organisers can change this series."))
    return found


def as_gathering(series: Series, pattern: Event) -> Event:
    """The pattern as a gathering like it would be, for what is asked of one: who may see it, say."""
    one = copy(pattern)
    one.status = "published" if series.started_at else "draft"
    return one
