"""Scripts say their words in the language of the page."""

import json
import re
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from server.languages.language import Language
from server.languages.pseudo import Accented
from server.languages.scripts import script_words

ENGLISH = Language("en", Locale.parse("en_GB"), NullTranslations())
ARABIC = Language("ar", Locale.parse("ar"), NullTranslations())
SCRIPTS = Path(__file__).parents[3] / "frontend" / "scripts"


def given(script: str, language: Language) -> Any:
    """What a page gives a script, as the script reads it."""
    found = re.fullmatch(
        r'<script type="application/json" id="words-[a-z-]+">(.*)</script>', script_words(script, language)
    )
    assert found
    return json.loads(found[1])


def test_a_sentence_about_several_comes_in_every_form_that_a_number_asks_for() -> None:
    assert given("kith", ENGLISH)["words"]["left"] == {
        "one": "%(num)s character left",
        "other": "%(num)s characters left",
    }
    assert set(given("kith", ARABIC)["words"]["left"]) == {"zero", "one", "two", "few", "many", "other"}


def test_a_script_writes_days_and_numbers_as_its_page_does() -> None:
    assert given("kith", ENGLISH)["locale"] == "en-GB"


def test_words_are_those_of_the_language() -> None:
    assert given("morning-after", Accented())["words"]["saved"].startswith("⟦")


@pytest.mark.parametrize("script", ["kith", "door", "event-form", "morning-after"])
def test_a_script_says_what_it_is_given_and_nothing_else(script: str) -> None:
    written = (SCRIPTS / f"{script}.js").read_text()
    names = set(given(script, ENGLISH)["words"])
    said = set(re.findall(r"""["`']([a-z_]+)["`']""", written)) | {
        "_".join(["here", *rest])
        for rest in (["answered"], ["with"], ["answered", "with"])
        if "`here${" in written
    }
    assert names <= said
    called = set(re.findall(r'\b(?:says|said)\("([a-z_]+)"', written))
    assert called <= names
