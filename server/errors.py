"""Refusals: exceptions with a sentence that a person can read. One handler turns them into pages."""

from collections.abc import Mapping
from typing import Any

from server.languages.messages import Text, _


class Refusal(Exception):
    """Kith says no, kindly. Subclasses set `sentence`; `field` names the form field it is about.

    On a form it is shown beside the field with status 422; elsewhere it is a page of its own, which has the
    `title` of its status unless there is one, and leads to what is on, or where `action` says: words, and an address.
    """

    title: Text = ""
    action: tuple[Text, str] | None = None

    sentence: Text = _("That cannot be done.")
    status = 422
    field: str | None = None

    def __init__(self, sentence: Text | None = None, *, field: str | None = None, **details: Any) -> None:
        self.sentence = sentence or self.sentence
        self.field = field or self.field
        self.details = details
        super().__init__(self.sentence)

    @property
    def errors(self) -> Mapping[str, Text]:
        """What is wrong, by the field it is about ("" = the whole)."""
        return {self.field or "": self.sentence}


class NotAllowed(Refusal):
    """Several things at once, each beside its field: see `server/faults.py`."""

    def __init__(self, errors: Mapping[str, Text]) -> None:
        first = next(iter(errors))
        super().__init__(errors[first], field=first)
        self._errors = dict(errors)

    @property
    def errors(self) -> Mapping[str, Text]:
        """All of them."""
        return self._errors


class NotFound(Refusal):
    """It is not there, or you may not know that it is."""

    sentence: Text = _("There is nothing at this address, or it is not for everybody to see.")
    status = 404


class Forbidden(Refusal):
    """That it is there is no secret; it is for others."""

    sentence: Text = _("Only those who organise this can see or change it.")
    status = 403


class Conflict(Refusal):
    """It was true when the page was made, and is not any more."""

    sentence: Text = _("Somebody was quicker. Please look again.")
    status = 409


class LinkExpired(Refusal):
    """A signed link has expired, or was replaced. `parts` is what it spoke of."""

    sentence: Text = _("It has expired, or was replaced by a newer one.")
    status = 410

    def __init__(self, sentence: Text | None = None, *, parts: tuple[int | str, ...] = ()) -> None:
        super().__init__(sentence)
        self.parts = parts


class TooMany(Refusal):
    """Asked too often. `retry_after` is in seconds."""

    sentence: Text = _("You have done that very often. Please wait a while and try again.")
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class SignInNeeded(Refusal):
    """The page is for people who are signed in; they are led to the sign-in page and back."""

    sentence: Text = _("Please sign in first.")
    status = 401
