"""A part of a page is rendered once for the same values, and never shown for others."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from events.tables import AnswerPolicy, Event, SeatPool
from server import forms, pages, tokens
from server.fragment_cache import Cache, Part, frozen, hole
from server.languages.messages import _, ngettext, pgettext
from server.rows import loaded

BERLIN, LISBON = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Lisbon")
EVENING = datetime(2026, 12, 5, 19, 0, tzinfo=BERLIN)


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Said:
    words: str
    by: list[str]


def told_of(title: str, taken: int = 0, approval: bool = False) -> Event:
    event = loaded(Event, defaultdict(str, title=title))  # type: ignore[arg-type]
    event.policy = loaded(AnswerPolicy, defaultdict(str, approval=approval))  # type: ignore[arg-type]
    event.pools = (loaded(SeatPool, defaultdict(str, taken=taken)),)  # type: ignore[arg-type]
    return event


@pytest.fixture
def written() -> Iterator[dict[str, str]]:
    """Templates of this test's own, in the place of the real ones."""
    templates: dict[str, str] = {}
    environment = pages._pages()
    real, environment.loader = environment.loader, DictLoader(templates)
    yield templates
    environment.loader = real
    assert isinstance(environment, Environment)
    environment.cache.clear()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        ("", None),
        ("<b>", Markup("<b>")),
        (EVENING, EVENING.astimezone(LISBON)),
        (EVENING, EVENING.astimezone(UTC)),
        (EVENING, EVENING.replace(tzinfo=ZoneInfo("Europe/Paris"))),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)),
        (date(2026, 12, 5), date(2026, 12, 6)),
        (("a", "b"), ["a", "b"]),
        (("a", ("b",)), (("a",), "b")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Colour.RED, Colour.BLUE),
        (Said("Hello", ["Bo"]), Said("Hello", ["Bo", "Dev"])),
        (told_of("Walk"), told_of("Swim")),
        (told_of("Walk"), told_of("Walk", taken=1)),
        (told_of("Walk"), told_of("Walk", approval=True)),
        (forms.blank(guests=1), forms.blank(guests=2)),
        (_("Open"), _("Close")),
        (_("Open"), pgettext("button", "Open")),
        (_("%(name)s", name="<b>"), _("%(name)s", name=Markup("<b>"))),
        (_("%(num)s", num=1), _("%(num)s", num=2)),
        (ngettext("a seat", "seats", 1), ngettext("a seat", "seats", 2)),
        (_("%(who)s", who=_("You")), _("%(who)s", who=_("They"))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_page_prints_otherwise_is_another_part(one: object, other: object) -> None:
    assert frozen(one) != frozen(other)
    assert frozen(one) == frozen(one)


def test_what_is_typed_again_alike_is_the_same_part() -> None:
    assert frozen(_("%(who)s", who=_("You"))) == frozen(_("%(who)s", who=_("You")))
    assert frozen(Said("Hello", ["Bo"])) == frozen(Said("Hello", ["Bo"]))
    assert hash(frozen({"said": [Said("Hello", ["Bo"])]})) == hash(frozen({"said": [Said("Hello", ["Bo"])]}))
    form = forms.blank(guests=1)
    again = forms.blank(guests=1)
    again.errors["guests"] = "At most 3."
    assert frozen(form) != frozen(again)


def test_what_nobody_can_compare_is_kept_under_nothing() -> None:
    for value in (object(), {1, 2}, lambda: 1, Path("x")):
        with pytest.raises(TypeError, match="cannot be kept"):
            frozen(("fine", value))


def test_a_part_is_rendered_once_for_the_same_values(written: dict[str, str]) -> None:
    written["one.html"] = "{{ numbers.append(1) or numbers | length }}"
    numbers = [7]
    assert pages.part("one.html", numbers=numbers).fill() == "2"
    assert pages.part("one.html", numbers=[7]).fill() == "2"
    assert numbers == [7, 1]
    assert pages.part("one.html", numbers=[8, 9]).fill() == "3"


def test_holes_are_filled_each_time_and_text_in_them_is_escaped(written: dict[str, str]) -> None:
    written["two.html"] = '<a title="{{ key }}">{{ said }}</a>{{ key }}'
    kept = pages.part("two.html", key=hole("key"), said=hole("said"))
    assert kept.fill(key='"1"', said=Markup("<i>Hi</i>")) == '<a title="&#34;1&#34;"><i>Hi</i></a>&#34;1&#34;'
    assert kept.fill(key="2", said="<i>") == '<a title="2">&lt;i&gt;</a>2'
    with pytest.raises(KeyError):
        kept.fill(key="3")


def test_what_people_write_is_no_hole(written: dict[str, str]) -> None:
    written["three.html"] = "{{ name }}{{ key }}"
    typed = "hole-0123456789abcdef0123456789abcdef-key-"
    assert pages.part("three.html", name=typed, key=hole("key")).fill(key="K") == f"{typed}K"


def test_neither_the_request_nor_the_reader_nor_a_key_of_a_form_is_kept(written: dict[str, str]) -> None:
    for name in ("me", "request", "nonce", "notice"):
        written[f"{name}.html"] = f"{{{{ {name} }}}}"
        with pytest.raises(UndefinedError):
            pages.part(f"{name}.html")
    written["key.html"] = "{{ form_key() }}"
    with pytest.raises(RuntimeError, match="form's key"):
        pages.part("key.html")
    written["plain.html"] = "fine"
    assert pages.part("plain.html").fill() == "fine"
    assert len(pages._pages().from_string("{{ form_key() }}").render()) == len(tokens.public_id())


def test_the_parts_unused_for_longest_go_first() -> None:
    cache = Cache(most=30)
    for name in "abc":
        cache.get(name, lambda: "ten letters"[:10])
    cache.get("a", lambda: "not rendered again")
    cache.get("d", lambda: "ten letters"[:10])
    assert cache.get("a", lambda: "rendered again").fill() == "ten letter"
    assert cache.get("b", lambda: "rendered again").fill() == "rendered again"


def test_a_part_larger_than_all_there_is_room_for_is_shown_all_the_same() -> None:
    cache = Cache(most=5)
    assert cache.get("a", lambda: "ten letters").fill() == "ten letters"
    assert cache.get("a", lambda: "again").fill() == "again"
    assert Part("").fill() == ""
