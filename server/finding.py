"""Finding by words. What is searched and what is asked are folded and cut by the same functions of the database:
`fold`, `findable`, `sought`, `sought_in_names`. Case, accents, signs and the database's locale make no difference.

`searchable` makes what is searched of longer texts: words, their `stems` ("walking" has the stem of "walk"), and each
longer word of the headings with any one letter left out. `sought_closely` leaves a letter out of what was typed, too:
two words that differ by one mistake then meet.
"""

from collections.abc import Mapping
from unicodedata import combining, normalize

from piccolo.columns import Column
from piccolo.querystring import QueryString

from server.forms import one_line

# Letters of their own to Unicode, which people look for among those that they look like.
_WITHOUT_ACCENTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)

MOST_LETTERS = 100  # of what somebody looks for; of its words, the first eight count


def asked_words(query: Mapping[str, str], name: str = "q") -> str:
    """What somebody looks for, from an address or a form, as PostgreSQL can hold it. Signs alone look for nothing."""
    words = one_line(query.get(name, ""))[:MOST_LETTERS].strip()
    return words if any(letter.isalnum() for letter in words) else ""


def folded(column: Column) -> QueryString:
    """A column of names, to sort by as people look for them: case, accents and signs make no difference."""
    return QueryString("fold({})", column)


def folded_here(words: str) -> str:
    """What the database's `fold` makes of a name, near enough to sort a few that have been read and cut already."""
    plain = normalize("NFKD", words.casefold()).translate(_WITHOUT_ACCENTS)
    return "".join(letter for letter in plain if not combining(letter))


def names_have(folded: str, words: str) -> str:
    """The condition that a folded name (SQL) has all these words (a parameter, as `$3`); any name has none.

    A CASE, so that the planner, who cannot know how many are found, does not take them to be few.
    """
    return f"CASE WHEN {folded} LIKE ALL ((SELECT sought_in_names({words}))::text[]) THEN true ELSE false END"
