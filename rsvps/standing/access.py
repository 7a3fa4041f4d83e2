"""Whose standing answer it is. The only road from an address to one."""

from dataclasses import dataclass

from events.series import access as series_access
from events.series import queries as series_queries
from events.view import SeriesView
from members.access import signed_in
from members.queries import person_by_id
from members.tables import Person
from rsvps.standing import links, queries
from rsvps.tables import StandingAnswer
from server.errors import LinkExpired, NotFound
from server.languages.messages import _


@dataclass(frozen=True)
class Standing:
    """A series as somebody may see it, who they are, and their standing answer for it, if there is one."""

    seen: SeriesView
    person: Person
    answer: StandingAnswer | None


async def own(person: Person | None, series: str) -> Standing:
    """What is one's own in a series. Raises NotFound for what one may not see, SignInNeeded."""
    seen = await series_access.visible_series(person, series)
    me = signed_in(person)
    return Standing(seen, me, await queries.of_person(seen.series.id, me.id))


async def behind_link(token: str) -> Standing:
    """What a letter's link leads to. Raises NotFound, also for who may not see the series any more; LinkExpired."""
    number, version = links.read(token)
    answer = await queries.called(number)
    if answer is None:
        raise LinkExpired(_("You are not counted in there any more. Nothing is left to stop."))
    if answer.link != version:
        raise LinkExpired
    person, series = await person_by_id(answer.person), await series_queries.series_by_id(answer.series)
    if person is None or series is None:
        raise NotFound
    return Standing(await series_access.visible_series(person, series.public_id), person, answer)
