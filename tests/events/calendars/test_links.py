"""Addresses that add a gathering to a calendar on the web, as its server understands them."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from events.calendars import links as calendar_links
from tests.events.calendars.test_calendar import NASTY, bare, entry


def query(address):
    """What a server understands by this address."""
    parts = urlsplit(address)
    assert "+" not in parts.query
    return {key: values[0] for key, values in parse_qs(parts.query, strict_parsing=True).items()}


def test_links_carry_the_moment_and_the_zone():
    links = calendar_links.add_to_calendar_links(entry())
    google, outlook, yahoo = map(query, (links.google, links.outlook, links.yahoo))
    assert (google["dates"], google["ctz"]) == ("20261201T180000Z/20261201T200000Z", "Europe/Berlin")
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-12-01T18:00:00Z", "2026-12-01T20:00:00Z")
    assert (yahoo["st"], yahoo["et"]) == ("20261201T180000Z", "20261201T200000Z")
    assert query(links.office365) == outlook
    assert links.ics == "https://kith.example/events/k7m2p9qrst4v.ics"


def test_links_carry_the_words():
    title, place = "Tea & cake; 100% + more = ☕ #1?", "Café Süd\nHauptstr. 5"
    links = calendar_links.add_to_calendar_links(entry(summary=title, location=place))
    google, outlook, yahoo = map(query, (links.google, links.outlook, links.yahoo))
    assert google["text"] == outlook["subject"] == yahoo["title"] == title
    assert google["location"] == outlook["location"] == yahoo["in_loc"] == "Café Süd, Hauptstr. 5"
    assert google["details"] == outlook["body"] == yahoo["desc"]
    assert google["details"].endswith("a cup, too.\n\nhttps://kith.example/events/k7m2p9qrst4v")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_links_stay_short_enough_to_be_followed(text):
    for link in calendar_links.add_to_calendar_links(replace(bare(text), url=entry().url)):
        assert len(link) <= 4000
        assert re.fullmatch(r"https://[!-~]+", link)
