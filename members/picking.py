"""Choosing people among a community's members, by typing a part of their names. Reads only.

Every picker works in the form that it stands in: with `step=find` the form comes back with whoever was found, and
with what was typed and chosen kept. `components/picker.html` draws it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from members.queries import hidden
from members.tables import Person
from server import db, pictures
from server.finding import asked_words, names_have
from server.forms import Form

SHOWN = 12


class Pick(NamedTuple):
    """Somebody who can be chosen."""

    public_id: str
    name: str
    picture: str

    @property
    def label(self) -> str:
        """Their name, or what stands for it."""
        return self.name or "A member without a name"


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
    community: int, form: Form[Any], field: str, *, reader: Person, without: str, about: int
) -> Picked:
    """Those whom a form's `field` chooses, and up to SHOWN others whose names have the words of its field `find`.

    `without` selects the ids of people who are left out, by what $5 is (`about`). Nobody is there whom a block hides
    from the reader. One query, 50 ms among 50,000.
    """
    words = asked_words(form.values, "find")
    given = form.value(field, [])
    chosen = [given] if isinstance(given, str) else list(given)
    rows = await db.rows(
        f"""
        SELECT people.public_id, people.name, pictures.public_id AS picture, people.public_id = ANY($4) AS chosen
        FROM memberships JOIN people ON people.id = memberships.person
        LEFT JOIN pictures ON pictures.id = people.picture AND pictures.ready_at IS NOT NULL
        WHERE memberships.community = $1 AND people.id <> $2 AND people.id <> ALL({hidden("$2")})
            AND people.id NOT IN ({without})
            AND (people.public_id = ANY($4) OR {names_have("people.folded", "$3")})
        ORDER BY people.public_id = ANY($4) DESC, people.folded, people.id LIMIT {SHOWN + 1} + cardinality($4)
        """,  # noqa: S608 - names of our own
        community,
        reader.id,
        words,
        chosen,
        about,
    )
    found = [_pick(row) for row in rows if not row["chosen"]]
    return Picked([_pick(row) for row in rows if row["chosen"]], found[:SHOWN], len(found) > SHOWN, words)


def _pick(row: Any) -> Pick:
    picture = pictures.address(row["picture"]) if row["picture"] else ""
    return Pick(row["public_id"], row["name"], picture)
