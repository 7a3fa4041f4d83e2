"""What readers of our calendars get is what they have got since our first writer: held to files that it left."""

from functools import cache

import pytest
from icalendar import Calendar, vDuration

from tests.events.calendars import lint
from tests.events.calendars.calendars_written import FOLDER, calendars
from tests.events.calendars.readers import in_python

KEPT = sorted(file.stem for file in FOLDER.glob("*.ics"))
written = cache(calendars)


def before(name):
    return (FOLDER / f"{name}.ics").read_bytes()


def said(component):
    """All that a component says, whatever the order of its lines and the way they are folded and quoted."""
    lines = sorted((p.name, sorted(p.parameters.items()), meant(p)) for p in component.properties)
    return component.kind, lines, [said(part) for part in component.parts]


def meant(line):
    """A value, alike for what may be written in several ways: an hour and a half, the parts of a rule."""
    if line.name in ("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "TRIGGER"):
        return str(vDuration.from_ical(line.value))
    return ";".join(sorted(line.value.split(";"))) if line.name == "RRULE" else line.value


def test_every_kept_calendar_is_still_written():
    assert {*KEPT} == {*written()}


@pytest.mark.parametrize("name", KEPT)
def test_a_calendar_says_what_it_said_before(name):
    assert said(lint.read(written()[name])) == said(lint.read(before(name)))


@pytest.mark.parametrize("name", KEPT)
def test_a_reader_finds_what_it_found_before(name):
    now, then = Calendar.from_ical(written()[name]), Calendar.from_ical(before(name))
    # To icalendar a text: "PT1H30M" is not "PT90M". What it means is compared above.
    now.pop("X-PUBLISHED-TTL", None), then.pop("X-PUBLISHED-TTL", None)
    assert now == then


@pytest.mark.parametrize("name", ["feed-of-a-community", "feed-of-somebody"])
def test_another_reader_finds_the_moments_it_found_before(name):
    assert in_python.alike(written()[name]) == in_python.alike(before(name))
