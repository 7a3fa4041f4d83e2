"""All that is wrong with what somebody asks, refused at once, each beside its field.

A verb collects what its rules refuse and raises it in the end, so that whoever comes by page, JSON, letter or import
is told the same, and all of it:

    faults = Faults()
    faults.text("title", details.title, most=120, least=1)
    if ends_at <= starts_at:
        faults.note("ends", "It ends before it begins. Please look at the times again.")
    faults.refuse()
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.errors import NotAllowed, Refusal
from server.forms import sentence
from server.languages.messages import Text


class Faults:
    """What is wrong so far, by field ("" = the whole). Of two faults of one field the first is told."""

    def __init__(self) -> None:
        self.errors: dict[str, Text] = {}

    def note(self, field: str, words: Text) -> None:
        """Remember one."""
        self.errors.setdefault(field, words)

    def note_all(self, errors: Mapping[str, Text]) -> None:
        """Remember several."""
        self.errors = {**errors, **self.errors}

    def noting(self) -> "_Noting":
        """`with faults.noting():` remembers what is refused within, and goes on after it."""
        return _Noting(self)

    def text(self, field: str, value: str, *, most: int, least: int = 0) -> None:
        """A text of `least` to `most` characters. A shorter one counts as missing."""
        if len(value) < least:
            self.note(field, sentence("missing"))
        elif len(value) > most:
            self.note(field, sentence("string_too_long", max_length=most))

    def number(self, field: str, value: int | None, *, least: int, most: int) -> None:
        """A number between two others, or none."""
        if value is None:
            return
        if value < least:
            self.note(field, sentence("greater_than_equal", ge=least))
        elif value > most:
            self.note(field, sentence("less_than_equal", le=most))

    def refuse(self) -> None:
        """Raise NotAllowed with all of it, if there is any."""
        if self.errors:
            raise NotAllowed(self.errors)


@dataclass(frozen=True)
class _Noting:
    faults: Faults

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Refusal):
            self.faults.note_all(error.errors)
        return isinstance(error, Refusal)
