"""Choosing people among a community's members, by typing a part of their names. Reads only.

Every picker works in the form that it is part of: with `step=find` the form comes back with those who were found, and
with what was typed and chosen kept. `components/picker.html` draws it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from members import queries
from members.queries import Pick
from members.tables import Person
from server.finding import asked_words
from server.forms import Form

SHOWN = 12


class Picked(NamedTuple):
    """Who is chosen already, who else was found by these words, and whether there are more of them."""

    chosen: Sequence[Pick] = ()
    found: Sequence[Pick] = ()
    more: bool = False
    words: str = ""


def only_finds(form: Form[Any]) -> bool:
    """Whether a form was sent to find people, and not to be acted on: by its button, or by Enter beside a name."""
    return form.value("step") == "find" and bool(asked_words(form.values, "find"))


def unfinished(form: Form[Any]) -> Form[Any]:
    """A form that only finds, as it stands: nothing in it is wrong yet."""
    return Form(form.values, None)


async def members(
    community: int,
    form: Form[Any],
    field: str,
    *,
    reader: Person,
    without: str,
    about: int,
    shown: int = SHOWN,
) -> Picked:
    """Those whom a form's `field` chooses, and up to `shown` others whose names have the words of its field `find`.

    `without` selects the ids of people who are left out, by what $5 is (`about`). Nobody is there whom a block hides
    from the reader. One query, 50 ms among 50,000.
    """
    words = asked_words(form.values, "find")
    given = form.value(field, [])
    chosen = [given] if isinstance(given, str) else list(given)
    picks = await queries.picks(
        community, words, chosen, seen_by=reader, without=without, about=about, most=shown + 1
    )
    found = [pick for pick in picks if not pick.chosen]
    return Picked([pick for pick in picks if pick.chosen], found[:shown], len(found) > shown, words)
