"""What a prompt says, in whole sentences. Pure: names are given as far as the reader may know them."""

from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from followups.prompts.choosing import Kind
from server.presentation import long_date, month, weekday

SEASON, YEAR = 90, 365  # Days.


@dataclass(frozen=True)
class Facts:
    """What is said of whom. `met` is where the two met, empty if that is not to be said; `met_on` when they did.

    All days are on the gathering's clock. `going`: so does the reader.
    """

    kind: Kind
    name: str
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
    """A sentence or two in pieces, each with whether somebody typed it, and why this reader is told."""

    subject: str
    pieces: list[tuple[str, bool]]
    why: list[tuple[str, bool]]

    @property
    def text(self) -> str:
        """The sentences as one line."""
        return "".join(text for text, _ in self.pieces)


def said(of: Facts) -> Said:
    """What somebody is told."""
    day = _day(of.starts, of.now)
    values = {
        "name": of.name,
        "title": of.title,
        "community": of.community,
        "met": of.met,
        "day": day,
        "month": _month(of.met_on, of.now) if of.met_on else "",
        "long": _how_long((of.now - of.seen).days),
    }
    return Said(
        subject=_SUBJECTS[of.kind].format(**values),
        pieces=_pieces(_sentences(of), values),
        why=_pieces(_why(of), values),
    )


_TYPED = {"name", "title", "community", "met"}
_SUBJECTS = {
    "coming": "{name} is coming to {title}",
    "season": "It has been {long} since you saw {name}",
    "first_time": "{name} comes to {community} for the first time",
}


def _sentences(of: Facts) -> str:
    if of.kind == "season":
        return "It has been {long} since you saw {name}. {community} meets {day}: {title}."
    if of.kind == "first_time":
        met = ", whom you met {month}," if of.met_on else ""
        return f"{{name}}{met} comes to {{community}} for the first time {{day}}: {{title}}."
    met = "You and {name} met at {met}." if of.met else "You and {name} are connected."
    return f"{met} " + (
        "You are both coming to {title} {day}." if of.going else "{name} is coming to {title} {day}."
    )


def _why(of: Facts) -> str:
    if of.kind == "season":
        return "You get this because you and {name} are connected, and have both been to gatherings of {community}."
    if of.going:
        return "You get this because you and {name} are connected, and connections see what they are both coming to."
    return "You get this because you and {name} are connected, and {name} lets connections see that they are coming."


def _pieces(sentence: str, values: dict[str, str]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for literal, name, _, _ in Formatter().parse(sentence):
        pieces += [(literal, False)] if literal else []
        pieces += [(values[name], name in _TYPED)] if name else []
    return pieces


def _day(starts: datetime, now: datetime) -> str:
    days = (starts.date() - now.astimezone(starts.tzinfo).date()).days
    if days <= 1:
        return "tomorrow" if days == 1 else "today"
    return f"on {weekday(starts)}" if days < 7 else f"on {long_date(starts)}"


def _month(met: datetime, now: datetime) -> str:
    return f"in {month(met)}"


def _how_long(days: int) -> str:
    return "a year" if days >= YEAR else "a season" if days >= SEASON else "a month"
