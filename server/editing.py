"""Changing what others may change too: a form says what it was shown, and overwrites nothing that nobody has seen.

    form = forms.blank(**shown, seen=version(shown))              # the page; {{ forms.seen(form) }} in its template
    unless_edited(seen, now=what_it_says, wanted=what_was_typed)  # the heart, with the row locked
    form.refuse(refusal)                                          # 409, with what it says now beside what was typed

What nobody changed, or what says already what is wanted, is no conflict: the same form sent twice is harmless.
Without `seen` a change is unconditional, as HTTP has it for requests without If-Match.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from server.errors import Conflict
from server.languages.messages import _

FIELD = "seen"


class EditedMeanwhile(Conflict):
    """It says something else than the form was made from. `theirs` is what it says now, by the form's fields."""

    sentence = _(
        "Somebody changed this while you were writing. Here is what it says now, and below it what you typed. "
        "Saving again keeps yours."
    )

    def __init__(self, theirs: Mapping[str, Any], *, seen: str = "") -> None:
        super().__init__()
        self.theirs = dict(theirs)
        self.seen = seen or version(theirs)


def version(shown: object) -> str:
    """What a form was shown, as 16 characters: a mapping of fields, or a list of what has several."""
    return hashlib.sha256(json.dumps(_plain(shown)).encode()).hexdigest()[:16]


def unless_edited(seen: str, *, now: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raises EditedMeanwhile when it says neither what the form was shown, nor what is wanted."""
    if seen and version(now) not in {seen, version(wanted)}:
        raise EditedMeanwhile(now)


def same(one: object, other: object) -> bool:
    """Whether two values are the same to somebody who reads them in a form."""
    return bool(_plain(one) == _plain(other))


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool) or value in ("true", "false", "True", "False"):
        return str(value).lower() if str(value).lower() == "true" else ""
    return "\n".join(str("" if value is None else value).splitlines())
