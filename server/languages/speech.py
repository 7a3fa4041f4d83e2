"""How templates speak: `{{ _("Sign in") }}`, `{% trans name=name|bdi %}{{ name }} is coming{% endtrans %}`.

Jinja's i18n extension, with our messages behind it. In HTML a translation is HTML, and its values are escaped.
"""

from collections.abc import Callable
from typing import Any, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from server.languages import catalogues, scripts
from server.languages.language import Language
from server.languages.messages import Listed

EXTENSION = "jinja2.ext.i18n"


def install(environment: Environment, language: Language, *, html: bool) -> None:
    """Have these templates speak a language."""
    environment.add_extension(EXTENSION)
    environment.policies["ext.i18n.trimmed"] = True
    environment.code_generator_class = SpeakingCode
    # "New style": calls get their values, so that one place escapes and isolates them.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_messages(language, language.drawn if html else language.filled))
    environment.globals.update(language=language, languages=lambda: catalogues.menu(language.alphabet))
    environment.filters["listed"] = listed
    scripts.install(environment, language)


class SpeakingCode(CodeGenerator):
    """Has a template say what is the same each time when it is compiled: half of what a letter says costs nothing."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Compile a template, after its messages without values were said."""
        super().visit_Template(_Said(cast(Language, self.environment.globals["language"])).visit(node), frame)


class _Said(NodeTransformer):
    """Puts what a language says in the place of messages that have no values."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A call: of a message, or of something else."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        given = [each.value for each in node.args if isinstance(each, nodes.Const)]
        whole = len(given) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if whole and name in {"_", "gettext"} and len(given) == 1:
            return self._text(node, self._language.found(given[0]))
        if whole and name == "pgettext" and len(given) == 2:
            return self._text(node, self._language.found(given[1], context=given[0]))
        return self.generic_visit(node)

    def _text(self, node: nodes.Call, said: str) -> nodes.Node:
        # Text of the template itself: in HTML it is HTML, as translations are.
        return nodes.TemplateData(said % {}, lineno=node.lineno)


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
