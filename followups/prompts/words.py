"""What a prompt says, in whole sentences. Pure: names are given as far as the reader may know them."""

from dataclasses import dataclass
from datetime import datetime

from followups.prompts.choosing import Kind
from server.languages.messages import Message, Text, Words, _, pgettext
from server.presentation import long_date, month, weekday

SEASON, YEAR = 90, 365  # Days.


@dataclass(frozen=True)
class Facts:
    """What is said of whom. `met` is where the two met, empty if that is not to be said; `met_on` when they did.

    All days are on the gathering's clock. `going`: so does the reader.
    """

    kind: Kind
    name: Text
    title: str
    community: str
    starts: datetime
    seen: datetime
    now: datetime
    met: str = ""
    met_on: datetime | None = None
    going: bool = False


@dataclass(frozen=True)
class Said:
    """A sentence or two, and why this reader is told."""

    subject: Words
    text: Words
    why: Words


def said(of: Facts) -> Said:
    """What somebody is told."""
    values = {
        "name": of.name,
        "title": of.title,
        "community": of.community,
        "met": of.met,
        "day": _day(of.starts, of.now),
        "month": month(of.met_on) if of.met_on else "",
    }
    return Said(
        subject=_subject(of).given(**values),
        text=_sentences(of).given(**values),
        why=_why(of).given(**values),
    )


# By how long it has been.
_SUBJECTS_OF_A_SEASON = {
    "year": _("It has been a year since you saw %(name)s"),
    "season": _("It has been a season since you saw %(name)s"),
    "month": _("It has been a month since you saw %(name)s"),
}
_SEASONS = {
    # Translators: %(day)s is "today", "tomorrow", "on Thursday" or a date; %(title)s is a gathering
    "year": _("It has been a year since you saw %(name)s. %(community)s meets %(day)s: %(title)s."),
    # Translators: %(day)s is "today", "tomorrow", "on Thursday" or a date; %(title)s is a gathering
    "season": _("It has been a season since you saw %(name)s. %(community)s meets %(day)s: %(title)s."),
    # Translators: %(day)s is "today", "tomorrow", "on Thursday" or a date; %(title)s is a gathering
    "month": _("It has been a month since you saw %(name)s. %(community)s meets %(day)s: %(title)s."),
}


def _subject(of: Facts) -> Message:
    if of.kind == "season":
        return _SUBJECTS_OF_A_SEASON[_how_long(of)]
    if of.kind == "first_time":
        return _("%(name)s comes to %(community)s for the first time")
    return _("%(name)s is coming to %(title)s")


def _sentences(of: Facts) -> Message:
    if of.kind == "season":
        return _SEASONS[_how_long(of)]
    if of.kind == "first_time":
        return _first_time(of)
    return _coming(of)


def _first_time(of: Facts) -> Message:
    if of.met_on:
        # Translators: %(month)s is "March" or "March 2025"; %(day)s is "today", "tomorrow", "on Thursday" or a date
        return _(
            "%(name)s, whom you met in %(month)s, comes to %(community)s for the first time %(day)s: %(title)s."
        )
    # Translators: %(day)s is "today", "tomorrow", "on Thursday" or a date; %(title)s is a gathering
    return _("%(name)s comes to %(community)s for the first time %(day)s: %(title)s.")


def _coming(of: Facts) -> Message:
    if of.met and of.going:
        # Translators: %(met)s and %(title)s are gatherings, %(day)s is "today", "tomorrow", "on Thursday" or a date
        return _("You and %(name)s met at %(met)s. You are both coming to %(title)s %(day)s.")
    if of.met:
        # Translators: %(met)s and %(title)s are gatherings, %(day)s is "today", "tomorrow", "on Thursday" or a date
        return _("You and %(name)s met at %(met)s. %(name)s is coming to %(title)s %(day)s.")
    if of.going:
        # Translators: %(title)s is a gathering, %(day)s is "today", "tomorrow", "on Thursday" or a date
        return _("You and %(name)s are connected. You are both coming to %(title)s %(day)s.")
    # Translators: %(title)s is a gathering, %(day)s is "today", "tomorrow", "on Thursday" or a date
    return _("You and %(name)s are connected. %(name)s is coming to %(title)s %(day)s.")


def _why(of: Facts) -> Message:
    if of.kind == "season":
        return _(
            "You get this because you and %(name)s are connected, and have both been to gatherings of %(community)s."
        )
    if of.going:
        return _(
            "You get this because you and %(name)s are connected, and connections see what they are both coming to."
        )
    return _(
        "You get this because you and %(name)s are connected, and %(name)s lets connections see that they are coming."
    )


def _day(starts: datetime, now: datetime) -> Words:
    days = (starts.date() - now.astimezone(starts.tzinfo).date()).days
    if days <= 1:
        return pgettext("when it is", "tomorrow") if days == 1 else pgettext("when it is", "today")
    # Translators: %(day)s is a day of the week or a date
    return pgettext("when it is", "on %(day)s", day=weekday(starts) if days < 7 else long_date(starts))


def _how_long(of: Facts) -> str:
    days = (of.now - of.seen).days
    return "year" if days >= YEAR else "season" if days >= SEASON else "month"
