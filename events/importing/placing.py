"""Where and what a gathering of another calendar is: its place, its address, its call, and its text. Pure."""

import re
from collections.abc import Iterable
from typing import Any

import icalendar

from events.importing import parsing, texts
from events.importing.bounds import LONGEST_ADDRESS, LONGEST_PLACE, LONGEST_TEXT
from server.plain_text import one_line

_CONFERENCES = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_AROUND_A_PLACE = " ,;:|\n"
_ADDRESS_IN_BRACKETS = re.compile(r"([^()]+?)( )\(([^()]+,[^()]+)\)")
_STREET = re.compile(r"^\d+\w?\s+\D|\D\s\d+\s?[a-z]?$", re.IGNORECASE)
_POSTCODE = re.compile(r"\b\d{4,6}\b")


def where_and_what(entry: icalendar.Component) -> dict[str, Any]:
    """What an entry says of the place, the call, and what people should know, by the columns of a gathering."""
    about, call = texts.without_calls(_description(entry))
    place, beside = texts.without_addresses(
        texts.read(str(parsing.value(entry, "LOCATION") or "")[:LONGEST_TEXT])
    )
    place = place.strip(_AROUND_A_PLACE)
    maps = [each for each in beside if texts.is_map(each)]
    pages = [each for each in [*beside, *_addresses(entry, "URL")] if each not in maps]
    # An address instead of a place is where people meet.
    calls = [each for each in pages if texts.is_call(each) or (each in beside and not place)]
    joins = [*_addresses(entry, *_CONFERENCES), *calls, call]
    join = next((each for each in joins if 0 < len(each) <= LONGEST_ADDRESS), "")
    online = texts.means_online(place)
    name, address = _place("" if online else place)
    # A map shows where: like an address, to those who come.
    address = address or next((each for each in maps if len(each) <= LONGEST_ADDRESS), "")
    return {
        "about": _with_pages(texts.as_markdown(about.strip()), [each for each in pages if each not in calls]),
        "place": name,
        "address": address,
        "join_url": join,
        "mode": "hybrid" if join and (name or address) else "online" if join or online else "in_person",
    }


def _addresses(entry: icalendar.Component, *names: str) -> list[str]:
    """What is the address of a page in these properties."""
    return [said for name in names if texts.is_address(said := parsing.line(entry, name))]


def _with_pages(about: str, pages: Iterable[str]) -> str:
    """A text, and behind it the pages that it does not name yet."""
    more = dict.fromkeys(each for each in pages if each not in about)
    return shortened("\n\n".join([about, *more]).strip(), LONGEST_TEXT)


def _description(entry: icalendar.Component) -> str:
    said = texts.read(str(parsing.value(entry, "DESCRIPTION") or ""))
    return said or texts.read(str(parsing.value(entry, "X-ALT-DESC") or ""))


def _place(said: str) -> tuple[str, str]:
    """A place's name, and the address behind it: "Café Nord, Lane 5, Berlin" or "Café Nord (Lane 5, Berlin)".

    What is an address from its first word on has no name that everybody could be told.
    """
    line = one_line(said.replace("\n", ", "))
    in_brackets = _ADDRESS_IN_BRACKETS.fullmatch(line)
    name, _comma, address = in_brackets.group(1, 2, 3) if in_brackets else line.partition(", ")
    if _STREET.search(name) and _POSTCODE.search(address):
        name, address = "", line
    return shortened(name, LONGEST_PLACE), shortened(address, LONGEST_ADDRESS)


def shortened(text: str, most: int) -> str:
    """A text of so many characters at most."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
