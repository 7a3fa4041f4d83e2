"""On which day a week begins, by where somebody reads and lives."""

from gettext import NullTranslations

import pytest
from babel import Locale

from members.letters.weeks import first_weekday
from server.languages.catalogues import ENGLISH
from server.languages.language import Language

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


def language(code: str) -> Language:
    return Language(code, Locale.parse(ENGLISH.get(code, code.replace("-", "_"))), NullTranslations())


@pytest.mark.parametrize(
    ("code", "zone", "day"),
    [
        ("en", "Europe/Berlin", MONDAY),  # What Kith speaks by itself is British.
        ("en", "America/New_York", MONDAY),
        ("en-US", "Europe/Berlin", SUNDAY),
        ("de", "UTC", MONDAY),
        ("de", "Europe/Vienna", MONDAY),
        ("de", "America/Chicago", SUNDAY),
        ("pt", "UTC", SUNDAY),
        ("pt", "Europe/Lisbon", SUNDAY),
        ("pt-BR", "Europe/Berlin", SUNDAY),
        ("ar", "Africa/Cairo", SATURDAY),
        ("ar", "Europe/Berlin", MONDAY),
        ("de", "Indian/Maldives", FRIDAY),
        ("de", "Antarctica/Troll", MONDAY),
        ("de", "Nowhere/At_All", MONDAY),
    ],
)
def test_the_first_day_of_somebodys_week(code: str, zone: str, day: int) -> None:

    assert first_weekday(language(code), zone) == day
