"""Whose standing answer it is. The only road from an address to one."""

from collections.abc import Sequence
from dataclasses import dataclass

from events import access as events_access
from events.series import access as series_access
from events.series import queries as series_queries
from events.tables import Series
from events.view import SeriesView
from members.access import KeptOut, signed_in
from members.queries import person_by_id
from members.tables import Person
from rsvps.standing import links, queries
from rsvps.tables import StandingAnswer
from server import clock
from server.errors import LinkExpired, NotFound
from server.languages.language import spoken
from server.languages.messages import _

MOST_AHEAD = 200  # gatherings of a series among which one is looked for that somebody sees


class LinkTooOld(LinkExpired):
    """A letter's link, months old. What it was for is in the settings of whoever signs in."""

    sentence = _("It has expired. In your settings you see where you are counted in every time.")
    action = (_("To your settings"), "/settings/letters")


@dataclass(frozen=True)
class Standing:
    """A series as somebody may see it, who they are, and their standing answer for it, if there is one.

    Whoever sees single gatherings of it only, because they are invited to these, and is counted in, sees the next of
    them for its pattern: enough to pause and to stop.
    """

    seen: SeriesView
    person: Person
    answer: StandingAnswer | None


async def own(person: Person | None, series: str) -> Standing:
    """What is one's own in a series. Raises NotFound for what one may not see, SignInNeeded, KeptOut."""
    try:
        seen = await series_access.visible_series(person, series)
    except NotFound:
        found = await series_queries.series_by_public_id(series)
        answer = await queries.of_person(found.id, person.id) if person and found else None
        if person is None or found is None or answer is None:
            raise
        return await _by_single_one(person, found, answer)
    me = signed_in(person)
    if seen.view.kept_out:
        raise KeptOut
    return Standing(seen, me, await queries.of_person(seen.series.id, me.id))


async def all_own(person: Person) -> list[Standing]:
    """All that somebody is counted in at and may see, by title. At most five queries, however many there are."""
    answers = await queries.all_of(person.id)
    if not answers:
        return []
    found = await series_queries.found_by_id([answer.series for answer in answers])
    seen = await series_access.visible_among(person, found)
    if hidden := [one.series for one in found if one.series.id not in seen]:
        seen |= await _by_single_ones(person, hidden)
    mine = [Standing(seen[answer.series], person, answer) for answer in answers if answer.series in seen]
    return sorted(mine, key=lambda standing: spoken().alphabet.key(standing.seen.pattern.title))


async def behind_link(token: str) -> Standing:
    """What a letter's link leads to. Raises NotFound, also for who may not see the series any more; LinkExpired."""
    try:
        number, version = links.read(token)
    except LinkExpired as expired:
        raise LinkTooOld from expired
    answer = await queries.called(number)
    if answer is None:
        raise LinkExpired(_("You are not counted in there any more. Nothing is left to stop."))
    if answer.link != version:
        raise LinkExpired
    person = await person_by_id(answer.person)
    if person is None:
        raise NotFound
    return await _of(person, answer)


async def _of(person: Person, answer: StandingAnswer) -> Standing:
    series = await series_queries.series_by_id(answer.series)
    if series is None:
        raise NotFound
    try:
        return Standing(await series_access.visible_series(person, series.public_id), person, answer)
    except NotFound:
        return await _by_single_one(person, series, answer)


async def _by_single_one(person: Person, series: Series, answer: StandingAnswer) -> Standing:
    seen = await _by_single_ones(person, [series])
    if series.id not in seen:
        raise NotFound
    return Standing(seen[series.id], person, answer)


async def _by_single_ones(person: Person, series: Sequence[Series]) -> dict[int, SeriesView]:
    """Each of these, by its number, as the next of its gatherings in which somebody takes part. Two queries."""
    ahead = await series_queries.gatherings_of(
        *(one.id for one in series), since=clock.now(), most=MOST_AHEAD * len(series)
    )
    views = await events_access.views(person, ahead)
    by_number, seen = {one.id: one for one in series}, dict[int, SeriesView]()
    for event in ahead:
        if event.series and views[event.id].takes_part:
            seen.setdefault(event.series, SeriesView(by_number[event.series], event, views[event.id]))
    return seen
