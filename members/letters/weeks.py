"""The first day of the week, where somebody reads and lives, by CLDR: Monday in Berlin, Sunday in New York.

Pure: no database, no clock.
"""

from typing import TYPE_CHECKING

from server.languages.language import Language
from server.lazily import lazily

if TYPE_CHECKING:
    from babel import core
else:
    core = lazily("babel.core")


def first_weekday(language: Language, zone: str) -> int:
    """On which day somebody's week begins, as `date.weekday` counts: Monday is 0.

    The country that their language names decides (British English, American English); else that of their time zone;
    else the one where most people speak it.
    """
    locale = language.locale
    if locale.territory is None:
        zones = core.get_global("zone_territories")
        locale = _of_territory(zones.get(zone, "")) or _of_territory(language.territorial[-2:]) or locale
    return int(locale.first_week_day)


def _of_territory(territory: str) -> "core.Locale | None":
    # Not their language there: CLDR knows no German of America, yet the weeks of America.
    try:
        return core.Locale.parse(f"und_{territory}") if territory else None
    except core.UnknownLocaleError:  # Antarctica.
        return None
