"""What a prompt says."""

from datetime import datetime, timedelta
from typing import Any

from followups.prompts.words import Facts, Said, said
from server.presentation import bdi
from tests.followups.mornings import BERLIN

NOW = datetime(2026, 11, 16, 10, tzinfo=BERLIN)
THURSDAY = datetime(2026, 11, 19, 19, tzinfo=BERLIN)


def says(kind: str, **given: Any) -> Said:
    facts = {
        "name": "Ana",
        "title": "Soup and songs",
        "community": "Repair Café",
        "starts": THURSDAY,
        "seen": NOW - timedelta(days=100),
        "now": NOW,
        **given,
    }
    return said(Facts(kind=kind, **facts))  # type: ignore[arg-type]


def test_both_are_coming() -> None:
    both = says("coming", met="Walk to the mill", going=True)
    assert (
        both.text == "You and Ana met at Walk to the mill. You are both coming to Soup and songs on Thursday."
    )
    assert both.subject == "Ana is coming to Soup and songs"


def test_the_other_is_coming() -> None:
    assert says("coming", met="Walk to the mill").text == (
        "You and Ana met at Walk to the mill. Ana is coming to Soup and songs on Thursday."
    )
    assert str(says("coming").text).startswith("You and Ana are connected. ")


def test_a_season_has_passed() -> None:
    assert says("season").text == (
        "It has been a season since you saw Ana. Repair Café meets on Thursday: Soup and songs."
    )
    assert says("season", seen=NOW - timedelta(days=400)).subject == "It has been a year since you saw Ana"
    assert says("season", seen=NOW - timedelta(days=31)).subject == "It has been a month since you saw Ana"


def test_somebody_comes_for_the_first_time() -> None:
    met = says("first_time", met_on=datetime(2026, 5, 7, tzinfo=BERLIN))
    assert met.text == (
        "Ana, whom you met in May, comes to Repair Café for the first time on Thursday: Soup and songs."
    )
    assert "whom you met in May 2025," in str(
        says("first_time", met_on=datetime(2025, 5, 7, tzinfo=BERLIN)).text
    )
    assert str(says("first_time").text).startswith("Ana comes to Repair Café for the first time")


def test_days_are_said_as_people_say_them() -> None:
    assert str(says("coming", starts=NOW + timedelta(days=1)).text).endswith("tomorrow.")
    assert str(says("coming", starts=NOW + timedelta(days=9)).text).endswith(
        "on Wednesday, 25 November 2026."
    )


def test_what_people_typed_is_told_apart() -> None:
    typed = says("coming", met="{name} %(title)s <b>", going=True).text
    assert str(typed).startswith("You and Ana met at {name} %(title)s <b>. You are both")
    assert "met at <bdi>{name} %(title)s &lt;b&gt;</bdi>." in bdi(typed)
    turned = says("season", name="אנה").text
    assert "you saw \u2068אנה\u2069. Repair" in str(turned)
