"""The letters of what is new. Each is loaded afresh when it is sent, and not sent when there is nothing to say."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from events.card import card
from events.news import telling, words
from events.news.choosing import Section
from events.news.queries import Heard
from events.news.telling import Told
from events.series import queries as series_queries
from members.letters.following import ALL, stop_address
from server.mail import Address, Letter, letter
from server.pages import absolute

WEEKLY = "weekly"
NEWS = timedelta(days=3)  # So long a weekly letter is worth sending.
WITH_PICTURES = 2  # gatherings; of more, a line each


@letter("events/new_gatherings", until=lambda of: of["event"].starts_at)
async def new_gatherings(person: int, community: int, events: Sequence[int]) -> Letter | None:
    """What a community has published, to somebody who hears of each gathering."""
    told = await telling.new(person, community, events)
    if told is None:
        return None
    ((heard, section),) = told.sections
    rhythms = await _rhythms([section])
    shown = section.entries if len(section.entries) <= WITH_PICTURES and not section.rest else ()
    return Letter(
        to=_address(told, told.reader.language_for(heard)),
        context={
            "community": heard.name,
            "number": len(section.entries) + section.rest,
            "first": section.entries[0].event.title,
            "cards": [
                (
                    await card(entry.event, shows_address=told.views[entry.event.id].shows_address),
                    words.line(entry, zone=told.reader.person.zone, rhythms=rhythms),
                )
                for entry in shown
            ],
            "told": _said(told, heard, section, rhythms),
            "event": max((entry.event for entry in section.entries), key=lambda event: event.starts_at),
        },
        unsubscribe=stop_address(person, community),
        kind=f"{heard.slug}.gatherings",
    )


@letter("events/weekly", until=lambda of: of["told_at"] + NEWS)
async def weekly(person: int, since: str, until: str) -> Letter | None:
    """What is new with somebody's communities since their last letter, and what comes up. None when nothing is."""
    told_at = datetime.fromisoformat(until)
    told = await telling.week(person, datetime.fromisoformat(since), told_at)
    if told is None:
        return None
    rhythms = await _rhythms([section for _heard, section in told.sections])
    return Letter(
        to=_address(told, told.reader.language),
        context={
            "told_at": told_at,
            "communities": [heard.name for heard, _section in told.sections],
            "first": told.sections[0][1].entries[0].event.title,
            "sections": [_said(told, heard, section, rhythms) for heard, section in told.sections],
        },
        unsubscribe=stop_address(person, ALL),
        kind=f"{WEEKLY}.gatherings",
    )


def _address(told: Told, language: str) -> Address:
    return Address(told.reader.person.greeted, told.reader.person.email, language)


async def _rhythms(sections: Sequence[Section]) -> words.Rhythms:
    counted = {entry.event.series for section in sections for entry in section.entries if entry.more}
    return await series_queries.words_by_series(counted)


def _said(told: Told, heard: Heard, section: Section, rhythms: words.Rhythms) -> words.Told:
    person = told.reader.person
    page = absolute("members:community", community=heard.slug)
    stop = stop_address(person.id, heard.community)
    return words.told(heard.name, page, stop, section, zone=person.zone, rhythms=rhythms)
