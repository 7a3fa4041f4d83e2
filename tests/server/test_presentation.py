"""Words and shapes: what a name, a moment or a key looks like."""

import re
from datetime import UTC, date, datetime, time, timedelta
from gettext import NullTranslations
from io import BytesIO
from xml.etree import ElementTree

import pytest
import segno
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape
from PIL import Image

from server import clock, qr, tokens
from server import presentation as shown
from server.languages.language import Language, speaking
from server.languages.messages import _

EVENING = shown.in_zone(datetime(2026, 3, 12, 17, 30, tzinfo=UTC), "Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ana María Ruiz", "AR"),
        ("bo", "B"),
        ("émile zola", "ÉZ"),
        ("גיל לוי", "גל"),
        ("ana@kith.example", "AK"),
        ("(Cleo) Park", "P"),
        ("", "·"),
        ("🌿", "·"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert shown.initials(name) == initials


@given(st.text(max_size=40))
def test_any_name_has_short_initials(name: str) -> None:
    assert 1 <= len(shown.initials(name)) <= 2


def test_a_tint_stays_with_its_person() -> None:
    assert shown.tint("ana") == shown.tint("ana")
    assert {shown.tint(number) for number in range(100)} == {f"tint-{number}" for number in range(6)}


def test_of_what_comes_again_no_day_is_named() -> None:
    assert shown.hours(EVENING) == "18:30"
    assert shown.hours(EVENING, EVENING + timedelta(hours=2)) == "18:30 to 20:30"
    assert shown.hours(EVENING, EVENING + timedelta(hours=8)) == "18:30 to 02:30 the next day"
    assert shown.hours(EVENING, EVENING + timedelta(days=2)) == "18:30 to 18:30, 2 days later"


def test_a_moment_in_words() -> None:
    ends = EVENING + timedelta(hours=2, minutes=30)
    assert (
        shown.when(EVENING, ends, "Europe/Berlin") == "Thursday, 12 March 2026, 18:30 to 21:00, Berlin time"
    )
    assert shown.time_range(EVENING) == "18:30"
    assert shown.time_range(EVENING, EVENING + timedelta(hours=8)) == "18:30 to Fri 13 Mar, 02:30"
    assert shown.zone_name("America/Argentina/Buenos_Aires") == "Buenos Aires time"
    assert shown.zone_name("UTC") == "UTC"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "Yesterday"),
        (0, "Today"),
        (1, "Tomorrow"),
        (3, "In 3 days"),
        (14, "In 2 weeks"),
        (90, "Wed 10 Jun"),
    ],
)
def test_how_far_off_a_day_is(days: int, words: str) -> None:
    assert shown.day_from(EVENING + timedelta(days=days), EVENING.astimezone(UTC)) == words


def test_tomorrow_is_tomorrow_where_the_gathering_is() -> None:
    """At 23:30 in London it is tomorrow's date in Berlin already: a Berlin evening of that date is today."""
    late = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)
    assert shown.day_from(EVENING, late) == "Today"


def test_a_short_date_names_the_year_where_it_is_not_this_one() -> None:
    this_year = clock.now().year
    assert str(shown.short_date(date(this_year, 3, 12))).endswith("12 Mar")
    assert shown.short_date(date(2019, 3, 12)) == "Tue, 12 Mar 2019"


def test_the_sign_of_so_many_more_stays_before_them() -> None:
    assert shown.more(3) == "+3" and shown.more(0) == "+0"
    with speaking(Language("he", Locale.parse("he"), NullTranslations())):
        assert shown.more(3) == "\u200e+3", "a mark that runs from the left holds it there"


def test_what_somebody_wrote_runs_in_its_own_direction_and_ours_as_the_page_does() -> None:
    assert shown.runs("שבת שלום") == ' dir="auto"'
    assert shown.runs(_("%(name)s is coming.", name="Bo")) == ""
    assert shown.runs(Markup("<bdi>Bo</bdi> is coming.")) == ""


def test_what_stands_together_begins_as_its_language_has_it() -> None:
    parts = [("IJs voor jou", "ijs voor jou"), ("Your <guests>", "your <guests>"), ("ijs", "ijs")]
    assert shown.in_a_line(parts) == Markup("IJs voor jou, your &lt;guests&gt; and ijs")
    assert shown.in_a_line(parts[2:]) == Markup("ijs")


def test_an_excerpt_ends_between_words() -> None:
    assert shown.excerpt("Bring a vegetable,\nand a story", 20) == "Bring a vegetable…"
    assert shown.excerpt("Bring a bowl") == "Bring a bowl"
    assert len(shown.excerpt("x" * 500, 100)) == 101


def test_a_title_as_an_id() -> None:
    assert shown.anchor("Cancel this gathering?") == "cancel-this-gathering"
    assert shown.anchor("إلغاء هذا اللقاء؟") == "إلغاء-هذا-اللقاء"


def test_a_sentence_that_ends_with_a_name_has_one_full_stop() -> None:
    assert shown.stopped("You met Bo") == "You met Bo."
    assert shown.stopped("You met Yuki T.") == "You met Yuki T."
    assert shown.stopped(_("You met %(name)s.", name="Yuki T.")) == "You met Yuki T."
    assert shown.stopped(_("You met %(name)s.", name="Bo")) == "You met Bo."
    yuki = shown.stopped(_("You met %(name)s.", name=shown.bdi("Yuki <T.")))
    assert escape(yuki) == "You met <bdi>Yuki &lt;T.</bdi>"


def test_what_an_input_wants() -> None:
    assert shown.typed(EVENING, "datetime-local") == "2026-03-12T18:30"
    assert shown.typed(EVENING.date(), "date") == "2026-03-12"
    assert shown.typed(time(18, 30), "time") == "18:30"
    assert [shown.typed(value) for value in (True, False, None, 0)] == ["true", "", "", "0"]


def test_a_code_for_a_camera_holds_no_style() -> None:
    code = qr.svg("https://kith.example/feeds/k7m2p9x4w8.ics")
    ElementTree.fromstring(code)
    assert not re.search(r"style=|<script", code)


@settings(deadline=None)  # The first takes longer.
@given(st.text(tokens.ALPHABET, min_size=tokens.ID_LENGTH, max_size=tokens.ID_LENGTH))
def test_a_code_made_from_another_says_what_one_made_anew_says(public_id: str) -> None:
    address = f"https://kith.example/arrivals/{public_id}"
    anew = BytesIO()
    segno.make_qr(address, error="m", mask=qr.MASK).save(
        anew, kind="png", scale=qr.SCALE, border=qr.BORDER, **qr.COLOURS
    )
    with Image.open(anew) as expected, Image.open(BytesIO(qr.png(address, own=tokens.ID_LENGTH))) as found:
        assert found.convert("RGB").tobytes() == expected.convert("RGB").tobytes()


def test_somebody_who_is_called_by_our_words_has_initials_too() -> None:
    assert shown.initials(_("Somebody")) == "S"
