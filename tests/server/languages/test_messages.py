"""Messages are said in the language of whoever reads them."""

import re
from datetime import UTC, datetime, time
from gettext import NullTranslations

import pytest
from babel import Locale
from jinja2 import DictLoader
from markupsafe import Markup, escape

from server.languages import catalogues
from server.languages.language import Language, speaking, spoken
from server.languages.messages import Listed, Message, _, ngettext, pgettext
from server.languages.pseudo import CLOSING, Accented, RightToLeft
from server.pages import environment
from server.presentation import clock_time, long_date, stopped, when

GERMAN = Language("de", Locale.parse("de"), NullTranslations())
ARABIC = Language("ar", Locale.parse("ar"), NullTranslations())
EVENING = datetime(2026, 3, 12, 18, 30, tzinfo=UTC)


def test_a_sentence_says_its_values() -> None:
    assert _("%(name)s is coming.", name="Ana") == "Ana is coming."
    assert ngettext("%(num)s seat", "%(num)s seats", 1) == "1 seat"
    assert ngettext("%(num)s seat", "%(num)s seats", 2) == "2 seats"


def test_numbers_and_lists_are_written_as_the_reader_writes_them() -> None:
    said = _("%(many)s of %(who)s", many=12345, who=["Ana", "Bo", "Cleo"])
    assert str(said) == "12,345 of Ana, Bo and Cleo"
    with speaking(GERMAN):
        assert str(said) == "12.345 of Ana, Bo und Cleo"


def test_a_list_may_be_without_an_and() -> None:
    said = _("Who: %(who)s", who=Listed(("Ana & co.", "אנה"), "unit"))
    assert str(said) == "Who: Ana & co., \u2068אנה\u2069"
    assert escape(said) == "Who: Ana &amp; co., \u2068אנה\u2069"


def test_days_and_hours_are_written_as_the_reader_writes_them() -> None:
    assert when(EVENING, EVENING.replace(hour=21, minute=0), "Europe/Berlin") == (
        "Thursday, 12 March 2026, 18:30 to 21:00, Berlin time"
    )
    with speaking(GERMAN):
        assert long_date(EVENING) == "Donnerstag, 12. März 2026"
    with speaking(catalogues.of("en-US")):
        assert long_date(EVENING) == "Thursday, March 12, 2026"
        assert str(clock_time(time(18, 30))).replace("\u202f", " ") == "6:30 PM"


def test_a_message_is_said_when_it_is_read_and_not_before() -> None:
    said = _("on %(day)s", day=long_date(EVENING))
    with speaking(GERMAN):
        assert f"{said}" == "on Donnerstag, 12. März 2026"
    assert f"{said}" == "on Thursday, 12 March 2026"


def test_in_html_a_message_escapes_itself_and_its_values() -> None:
    said = _("Bo & %(name)s, %(link)s", name="<Ana>", link=Markup("<b>here</b>"))
    assert escape(said) == "Bo &amp; &lt;Ana&gt;, <b>here</b>"


def test_what_runs_the_other_way_turns_nothing_around_it() -> None:
    said = _("%(name)s (3)", name="אנה")
    assert str(said) == "\u2068אנה\u2069 (3)"
    assert str(_("%(name)s (3)", name="Ána")) == "Ána (3)"
    with speaking(ARABIC):
        assert str(_("%(name)s", name="Ana")) == "\u2068Ana\u2069"
        assert str(_("%(name)s", name="آنا")) == "آنا"


@pytest.mark.parametrize("language", [ARABIC, GERMAN])
def test_the_address_of_a_link_stays_as_it_is(language: Language) -> None:
    said = language.drawn('<a href="%(url)s">%(name)s</a>', {"url": "/?a=1&b", "name": "אנה"})
    assert said.startswith('<a href="/?a=1&amp;b">')


def test_words_that_say_the_same_are_equal() -> None:
    assert _("Yes") == pgettext("an answer", "Yes") == "Yes"
    assert _("Yes") != _("No")
    assert len({_("Yes"), Message("Yes")}) == 1


def test_a_value_that_is_missing_is_no_silence() -> None:
    with pytest.raises(KeyError):
        str(_("%(name)s is coming."))


@pytest.mark.parametrize("language", [Accented(), RightToLeft()])
@pytest.mark.parametrize("end", [".", "?", "…", ""])
def test_pseudo_languages_leave_a_sentence_its_end(language: Language, end: str) -> None:
    said = language.found(f"You met %(name)s, and Bo{end}")
    assert said.endswith(f"{CLOSING}{end}") and not re.search(rf"[.?…].*{CLOSING}", said)


@pytest.mark.parametrize("language", [Accented(), RightToLeft()])
def test_a_sentence_of_a_pseudo_language_that_ends_with_a_name_has_one_full_stop(language: Language) -> None:
    met = stopped(_("You met %(name)s.", name="Bo"))
    assert met.said(language).endswith(f"{CLOSING}.") and met.said(language).count(".") == 1


@pytest.mark.parametrize("language", [Accented(), RightToLeft()])
def test_pseudo_languages_leave_placeholders_and_tags_alone(language: Language) -> None:
    with speaking(language):
        assert spoken() is language
        said = str(_("100 %% of <b>%(name)s</b> &amp; more", name="Ana"))
    assert said.startswith("⟦") and said.endswith("⟧")
    assert "<b>" in said and "</b>" in said and "&amp;" in said and "100" in said and "%(" not in said


def test_the_accented_language_is_a_third_longer() -> None:
    plain = "What others see of you when you say that you are coming"
    assert len(Accented().found(plain)) >= len(plain) * 4 / 3


def test_what_is_the_same_each_time_is_said_when_a_template_is_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = environment(GERMAN, "templates", escape=True)
    made.loader = DictLoader(
        {"x": '{{ _("Yes") }} {{ pgettext("button", "Copy") }} {{ _("100 %%") }} {{ _("%(n)s", n="<") }}'}
    )
    made.bytecode_cache = None
    page = made.get_template("x")
    monkeypatch.setattr(Language, "found", lambda *_, **__: "%(n)s!")
    assert page.render() == "Yes Copy 100 % &lt;!"
