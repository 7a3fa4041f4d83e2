"""What a letter says: its subject, its HTML and its plain text, all made of one template.

`frontend/letters/<package>/<name>.jinja` is built of parts that exist twice, in `frontend/letters/html/` and in
`frontend/letters/text/`; `html/frame.mjml` explains how. Here are the two environments that tell them apart.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, TemplateNotFound
from markupsafe import Markup, escape
from mjml import mjml2html

from server import pages
from server.compiled_templates import compile_all
from server.languages.language import Language, spoken
from server.languages.messages import Message, Text, pgettext

WIDTH = 76  # characters in a line of plain text

_STYLED = (
    (Markup("<p>"), Markup('<p style="margin:0 0 10px;">')),
    (Markup("<a "), Markup('<a class="berry" style="color:#921b5a;word-break:break-word;" ')),
)
_BETWEEN_COMMENTS = (
    "<![endif]--><!--[if mso | IE]>"  # One for Outlook ends where the next begins: they are one.
)
# What MJML itself says of a letter, and what the frame says instead.
_IN_ENGLISH, _SAID = 'aria-roledescription="email"', 'aria-roledescription="{{ what_it_is }}"'
# Translators: what a letter is, for those to whom it is read aloud
_WHAT_IT_IS = pgettext("read aloud", "email")
# Where MJML and its styles name a side: mail programs know no logical ones.
_SIDE = re.compile(
    r'(?<=\balign=")(left|right)(?=")|(?<=\btext-align:)(left|right)\b|(?<=[gnr]-)(left|right)(?=\s*:)'
)
_FOUR_SIDES = re.compile(r"\b((?:padding|margin):)([^\s;\"]+) ([^\s;\"]+) ([^\s;\"]+) ([^\s;\"]+)(?=[;\"])")
_FOUR_CORNERS = re.compile(r"\b(border-radius:)([^\s;\"]+) ([^\s;\"]+) ([^\s;\"]+) ([^\s;\"]+)(?=[;\"])")
_OTHER_SIDE = {"left": "right", "right": "left"}
_BLANKS = " \t\r\n"
_WHITE = re.compile(f"[{_BLANKS}]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(\n[ \t]*)+\n")


@dataclass(frozen=True)
class Words:
    """A letter as it is read: in a list of letters, by eyes, and by what shows no HTML."""

    subject: str
    html: str
    text: str


def write(name: str, context: Mapping[str, Any]) -> Words:
    """Render the letter `name` ("rsvps/confirmation"). Raises jinja2.UndefinedError for what its context lacks."""
    template = _text().get_template(f"{name}.jinja")
    return Words(
        subject="".join(template.blocks["subject"](template.new_context(dict(context)))),
        html=_html().get_template(f"{name}.jinja").render(context),
        text=_spaced(template.render(context)),
    )


def compile_letters() -> int:
    """Compile all letters that have changed, for the processes to come; how many there are. Up to 1 s."""
    return max(compile_all(environment, _is_letter) for environment in (_html(), _text()))


def _is_letter(name: str) -> bool:
    # Parts are compiled with what is made of them, by the name that they have there.
    return "/" in name and not name.startswith(("html/", "text/"))


def wrapped(words: Text) -> str:
    """A paragraph in lines of at most WIDTH characters; what is longer by itself, such as an address, stays whole."""
    lines, line = [], ""
    for word in _WHITE.split(str(words).strip(_BLANKS)):
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def leading(words: Text) -> str:
    """A sentence that leads to the address below it, with a colon for its full stop."""
    return f"{str(words).removesuffix('.').removesuffix('。')}:"


def turned(html: str) -> str:
    """A letter's HTML for a language that runs from right to left: what stood at the left stands at the right."""
    html = html.replace("direction:ltr", "direction:rtl")
    html = _SIDE.sub(lambda side: _OTHER_SIDE[side[0]], html)
    html = _FOUR_SIDES.sub(r"\1\2 \5 \4 \3", html)
    return _FOUR_CORNERS.sub(r"\1\3 \2 \5 \4", html)


def in_letter(html: Markup) -> Markup:
    """What somebody wrote, with the styles that it needs in a mail program that reads no style sheet."""
    for plain, styled in _STYLED:
        html = html.replace(plain, styled)
    return html


def isolated(name: Text) -> Markup:
    """`bdi` for mail programs, of which hardly one knows the element."""
    if isinstance(name, Message):
        return escape(name.dressed(isolated))
    return Markup('<span dir="auto">{}</span>').format(name)


class MjmlTemplates(BaseLoader):
    """Templates written in MJML: `frame.jinja` is made of `frame.mjml`. What stands before `<mjml` is left as it is.

    MJML is turned into HTML when a process reads the template, with Jinja's words in it: 0.2 ms, once.
    It always has them run from the left; for a language that runs from the right they are mirrored.
    """

    def __init__(self, folder: Path, direction: str) -> None:
        self._folder = folder
        self._direction = direction

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The template in HTML. Raises TemplateNotFound, and ValueError for MJML that is not well formed."""
        path = self._folder / Path(template).with_suffix(".mjml")
        if not path.is_file():
            raise TemplateNotFound(template)
        written, changed = path.read_text(), path.stat().st_mtime
        first, tag, body = written.partition("\n<mjml")
        # MJML asks Google for the fonts it knows (Roboto, Open Sans) unless it is told that there are none.
        html = mjml2html(f"{tag}{body}", fonts={}).replace(_BETWEEN_COMMENTS, "").replace(_IN_ENGLISH, _SAID)
        source = f"{first}\n{html}"
        return (
            turned(source) if self._direction == "rtl" else source,
            str(path),
            lambda: path.stat().st_mtime == changed,
        )

    def list_templates(self) -> list[str]:
        """All of them, by the names under which they are found."""
        return [path.with_suffix(".jinja").name for path in self._folder.glob("*.mjml")]


def _html() -> Environment:
    return _html_in(spoken())


def _text() -> Environment:
    return _text_in(spoken())


@cache
def _html_in(language: Language) -> Environment:
    environment = pages.environment(language, "letters/html", "letters", escape=True)
    environment.loader = ChoiceLoader(
        [
            MjmlTemplates(pages.FRONTEND / "letters" / "html", language.direction),
            *filter(None, [environment.loader]),
        ]
    )
    environment.globals["what_it_is"] = _WHAT_IT_IS
    environment.filters.update(in_letter=in_letter, bdi=isolated)
    return environment


@cache
def _text_in(language: Language) -> Environment:
    environment = pages.environment(language, "letters/text", "letters", escape=False)
    environment.filters.update(wrapped=wrapped, leading=leading, bdi=str)
    return environment


def _spaced(text: str) -> str:
    """One blank line between paragraphs, however the templates came to it."""
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"
