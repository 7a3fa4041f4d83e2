"""What a letter says: its subject, its HTML and its plain text, all made of one template.

`frontend/letters/<package>/<name>.jinja` is built of parts that exist twice, in `frontend/letters/html/` and in
`frontend/letters/text/`; `html/frame.jinja` explains how. Here are the two environments that tell them apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment

from server import pages
from server.compiled_templates import compile_all

WIDTH = 76  # characters in a line of plain text

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


def wrapped(words: str) -> str:
    """A paragraph in lines of at most WIDTH characters; what is longer by itself, such as an address, stays whole."""
    lines, line = [], ""
    for word in _WHITE.split(words.strip(_BLANKS)):
        if line and len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def leading(words: str) -> str:
    """A sentence that leads to the address below it, with a colon for its full stop."""
    return f"{words.removesuffix('.')}:"


@cache
def _html() -> Environment:
    return pages.environment("letters/html", "letters", escape=True)


@cache
def _text() -> Environment:
    environment = pages.environment("letters/text", "letters", escape=False)
    environment.filters.update(wrapped=wrapped, leading=leading, bdi=str)
    return environment


def _spaced(text: str) -> str:
    """One blank line between paragraphs, however the templates came to it."""
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"
