"""What is new, in words: the lines of a letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.news.choosing import Entry, Mark, Section
from events.tables import Event
from events.where import where
from server.languages.messages import Text, _, ngettext, pgettext
from server.pages import absolute
from server.presentation import short_date, time_range, zone_name

MARKS: Mapping[Mark, Text] = {
    # Translators: beside a gathering in a letter: it is new, has another time or place, and so on
    "new": pgettext("a gathering", "New"),
    "again": pgettext("a gathering", "On again"),
    "time": pgettext("a gathering", "New time"),
    "place": pgettext("a gathering", "New place"),
    "cancelled": pgettext("a gathering", "Cancelled"),
    "full": pgettext("a gathering", "Full, with a waiting list"),
    "soon": pgettext("a gathering", "Coming up"),
}


MOST_DAYS = 9  # of a series, in one line


@dataclass(frozen=True)
class Line:
    """A gathering in a few words: what there is to say of it, and when it is, on its own clock."""

    title: str
    page: str
    marks: Sequence[Text]
    when: Text
    where: Text
    more: Text


@dataclass(frozen=True)
class Told:
    """What a letter says of one community, where the rest of it is, and how one stops hearing of it."""

    name: str
    page: str
    stop: str
    lines: Sequence[Line]
    rest: Text


Rhythms = Mapping[int, Text]  # how often a series comes again, of those whose further dates are only counted


def told(name: str, page: str, stop: str, section: Section, *, zone: str, rhythms: Rhythms) -> Told:
    """A section for somebody whose clock is in this zone."""
    rest = (
        ngettext(
            "And one more on the page of %(community)s",
            "And %(num)s more on the page of %(community)s",
            section.rest,
            community=name,
        )
        if section.rest
        else ""
    )
    return Told(
        name, page, stop, [line(entry, zone=zone, rhythms=rhythms) for entry in section.entries], rest
    )


def line(entry: Entry, *, zone: str, rhythms: Rhythms) -> Line:
    """One entry for somebody whose clock is in this zone; the gathering's own is named where it is another."""
    event = entry.event
    return Line(
        title=event.title,
        page=absolute("events:event", event=event.public_id),
        marks=[MARKS[mark] for mark in entry.marks],
        when=_when(event, zone),
        where=where(event.mode, event.place),
        more=_more_days(entry.more, rhythms[event.series]) if entry.more else _also(entry.alike),
    )


def _more_days(number: int, often: Text) -> Text:
    """How often a series comes again, and how many further gatherings of it there are."""
    # Translators: below a gathering that comes again: "Every Tuesday: 7 more dates so far"
    return ngettext(
        "%(often)s: one more date so far", "%(often)s: %(num)s more dates so far", number, often=often
    )


def _also(events: Sequence[Event]) -> Text:
    """On which other days a series has changed in the same way."""
    days = [short_date(event.local_start) for event in events]
    if not days:
        return ""
    if len(days) <= MOST_DAYS:
        # Translators: below a gathering that is cancelled, or has changed: "Also on Tue 8 Dec and Tue 15 Dec"
        return _("Also on %(days)s", days=days)
    # Translators: below a gathering that is cancelled, or has changed: "Also on 20 more days until Tue 26 Jan"
    return ngettext(
        "Also on one more day, %(last)s", "Also on %(num)s more days until %(last)s", len(days), last=days[-1]
    )


def _when(event: Event, zone: str) -> Text:
    day, hours = short_date(event.local_start), time_range(event.local_start, event.local_end)
    if event.zone == zone:
        # Translators: when something is: "Thu 12 Mar, 18:30 to 21:00"
        return _("%(day)s, %(hours)s", day=day, hours=hours)
    return _("%(day)s, %(hours)s, %(zone)s", day=day, hours=hours, zone=zone_name(event.zone))
