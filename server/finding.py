"""Finding by words, sorting by names.

What is searched and what is asked are folded and cut by the same functions of the database: `fold`, `findable`,
`sought`, `sought_in_names`. Case, accents, signs and the database's locale make no difference.

`searchable` makes what is searched of longer texts: words, their `stems` ("walking" has the stem of "walk"), and each
longer word of the headings with any one letter left out. `sought_closely` leaves a letter out of what was typed, too:
two words that differ by one mistake then meet.
"""

from collections.abc import Mapping

from piccolo.columns import Column
from piccolo.querystring import QueryString

from server.forms import one_line
from server.languages.language import spoken

MOST_LETTERS = 100  # of what somebody looks for; of its words, the first eight count


def asked_words(query: Mapping[str, str], name: str = "q") -> str:
    """What somebody looks for, from an address or a form, as PostgreSQL can hold it. Signs alone look for nothing."""
    words = one_line(query.get(name, ""))[:MOST_LETTERS].strip()
    return words if any(letter.isalnum() for letter in words) else ""


def in_order(folded: str, *, name: str) -> str:
    """SQL: what a name is sorted by, for whoever reads. `folded` is what `fold` made of it: kept, or with an index.

    In an alphabet of its own the key is made of the name as it is written, 20 µs each, and has no index.
    """
    return spoken().alphabet.order(folded, name=name)


def sort_key(column: Column, alphabet: list[str]) -> QueryString:
    """The same of a column, for a prepared statement that takes the reader's alphabet: what is its `tailoring`."""
    return QueryString('sort_key({}, {}) COLLATE "C"', column, alphabet)


def names_have(folded: str, words: str) -> str:
    """The condition that a folded name (SQL) has all these words (a parameter, as `$3`); any name has none.

    A CASE, so that the planner, who cannot know how many are found, does not take them to be few.
    """
    return f"CASE WHEN {folded} LIKE ALL ((SELECT sought_in_names({words}))::text[]) THEN true ELSE false END"
