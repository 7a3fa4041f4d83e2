"""Addresses that open a calendar on the web with an event filled in."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from events.calendars.calendar import Entry, place
from server.plain_text import one_line, paragraphs, uri


class Links(NamedTuple):
    """Addresses that add one event to a calendar on the web, and its file for every other calendar."""

    google: str
    outlook: str
    office365: str
    yahoo: str
    ics: str


@lru_cache(maxsize=2_000)
def add_to_calendar_links(entry: Entry) -> Links:
    """Addresses that open a web calendar's form with this event filled in. At most 4,000 characters each.

    Times go in UTC, exact also for times the clock shows twice; Google is also told the zone.
    """
    title, where = _clipped(one_line(entry.summary), 200), _clipped(place(entry), 200)
    about = "\n\n".join(filter(None, (_clipped(paragraphs(entry.description), 500), uri(entry.url))))
    starts, ends = entry.starts_at.astimezone(UTC), entry.over_at
    microsoft = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{starts:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "location": where,
        "body": about,
    }
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{_utc(starts)}/{_utc(ends)}",
        "ctz": entry.zone,
        "location": where,
        "details": about,
    }
    yahoo = {"v": "60", "title": title, "st": _utc(starts), "et": _utc(ends), "in_loc": where, "desc": about}
    return Links(
        google=_address("https://calendar.google.com/calendar/render", google),
        outlook=_address("https://outlook.live.com/calendar/deeplink/compose", microsoft),
        office365=_address("https://outlook.office.com/calendar/deeplink/compose", microsoft),
        yahoo=_address("https://calendar.yahoo.com/", yahoo),
        ics=f"{uri(entry.url)}.ics",
    )


def _address(page: str, query: dict[str, str]) -> str:
    # Blanks as %20: Outlook shows a plus as a plus.
    return f"{page}?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items() if value)


def _clipped(value: str, octets: int) -> str:
    encoded = value.encode()
    return value if len(encoded) <= octets else encoded[: octets - 3].decode(errors="ignore") + "…"


def _utc(at: datetime) -> str:
    # Not by strftime: it writes the year 999 with three digits.
    return at.astimezone(UTC).isoformat()[:19].replace("-", "").replace(":", "") + "Z"
