"""How templates speak: `{{ _("Sign in") }}`, `{% trans name=name|bdi %}{{ name }} is coming{% endtrans %}`.

Jinja's i18n extension, with our messages behind it. In HTML a translation is HTML, and its values are escaped.
"""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from server.languages import catalogues, scripts
from server.languages.language import Language
from server.languages.messages import Listed

EXTENSION = "jinja2.ext.i18n"


def install(environment: Environment, language: Language, *, html: bool) -> None:
    """Have these templates speak a language."""
    environment.add_extension(EXTENSION)
    environment.policies["ext.i18n.trimmed"] = True
    # "New style": calls get their values, so that one place escapes and isolates them.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_messages(language, language.drawn if html else language.filled))
    environment.globals.update(language=language, languages=catalogues.offered)
    environment.filters["listed"] = listed
    scripts.install(environment, language)


def listed(items: Any, style: str = "") -> list[Any] | Listed:
    """For a message's value: several, which it joins: "Ana, Bo and Cleo"; in the style "unit" "Ana, Bo, Cleo"."""
    return Listed(tuple(items), style) if style else list(items)


def _messages(language: Language, fill: Callable[[str, dict[str, Any]], str]) -> dict[str, Any]:
    def gettext(key: str, **values: Any) -> str:
        return fill(language.found(key), values)

    def ngettext(one: str, many: str, num: int, **values: Any) -> str:
        return fill(language.found(one, many, num), {"num": num, **values})

    def pgettext(context: str, key: str, **values: Any) -> str:
        return fill(language.found(key, context=context), values)

    def npgettext(context: str, one: str, many: str, num: int, **values: Any) -> str:
        return fill(language.found(one, many, num, context), {"num": num, **values})

    return {
        "gettext": gettext,
        "_": gettext,
        "ngettext": ngettext,
        "pgettext": pgettext,
        "npgettext": npgettext,
    }
