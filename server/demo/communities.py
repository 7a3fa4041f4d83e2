"""The communities of the demonstration, and who belongs to them."""

import re
from dataclasses import dataclass

from members.forms import NewCommunityFields
from members.letters.following import Hears


@dataclass(frozen=True)
class Circle:
    """A community: what it says of itself, who began it, who organises with them, who else belongs to it, whom
    its owner keeps out (addresses, and why), and who wishes to hear of its gatherings, and how."""

    page: NewCommunityFields
    owner: str
    organisers: tuple[str, ...]
    members: tuple[str, ...]
    kept_out: tuple[tuple[str, str], ...] = ()
    hears: tuple[tuple[str, Hears], ...] = ()


def flowing(text: str) -> str:
    """Paragraphs as somebody types them: no line ends within one, as they would be kept."""
    return re.sub(r"(?<=\S)\n(?=[^\n-])", " ", text)


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


WALKERS = Circle(
    NewCommunityFields(
        name="Slow Walkers Berlin",
        slug="slow-walkers",
        summary="Unhurried walks, in every weather, with a thermos.",
        about=flowing(
            """We walk about eight kilometres, and nobody is ever last: whoever is behind sets the pace.

Most walks are **step-free or say that they are not**. Dogs are welcome, phones are for photographs, and there is always
somebody at the station who waits for newcomers with an orange scarf.

If you have not walked with us before, come along and say so. You will not be the only one."""
        ),
        place="Berlin",
        zone="Europe/Berlin",
    ),
    owner="ana",
    organisers=("tariq",),
    members=_names(
        "bo cleo dev yuki marta joao aylin emeka lotte hans samira oskar phuong ruth ivana fatou leila"
    ),
    kept_out=(("loud.salesman@example.org", "Sold insurance on three walks, and would not stop."),),
    hears=(("bo", "weekly"), ("cleo", "each"), ("samira", "weekly"), ("ingrid", "weekly")),
)

CHOIR = Circle(
    NewCommunityFields(
        name="The Canal Choir",
        slug="canal-choir",
        summary="A choir without auditions, beside the water.",
        about=flowing(
            """Forty voices of every kind and age. We sing from sheets with words in large print, and by ear.

No audition, no robes, no solos unless you beg. There is tea afterwards, and people who walk home together."""
        ),
        place="Amsterdam",
        zone="Europe/Amsterdam",
    ),
    owner="femke",
    organisers=("kwame",),
    members=_names("sanne ravi noor joost mei anouk tomas eleanor siobhan bo"),
    hears=(("cleo", "weekly"), ("bo", "weekly"), ("noor", "each")),
)

MENDERS = Circle(
    NewCommunityFields(
        name="Repair Café Lindenhof",
        slug="repair-cafe",
        summary="Bring what is broken. Mend it together. Stay for cake.",
        about=flowing(
            """Toasters, trousers, bicycles, radios, the handle of your grandmother's suitcase.

Nothing is promised, everything is tried, and **nobody repairs it for you**: somebody repairs it with you. Spare parts
at cost, advice for nothing."""
        ),
        place="Lindenhof, Berlin",
        zone="Europe/Berlin",
    ),
    owner="ingrid",
    organisers=("dev",),
    members=_names("bo cleo pawel fatou ulrich leila giorgos marta hans emeka ruth"),
    hears=(("cleo", "weekly"), ("bo", "never"), ("lotte", "each")),
)

READERS = Circle(
    NewCommunityFields(
        name="Between the Lines",
        slug="between-the-lines",
        summary="One book a month, read slowly, talked about across ten time zones.",
        about=flowing(
            """We meet online, twice a month, with a book we all can borrow somewhere. You need not have finished it.
You need not have liked it.

Cameras as you please. We begin by going round once, so that everybody has spoken before anybody speaks twice."""
        ),
        place="Online",
        zone="Europe/London",
    ),
    owner="naledi",
    organisers=("mateo",),
    members=_names("aroha siobhan hana wanjiru priya jordan isabela eleanor zainab yuki ruth cleo"),
)

CIRCLES = [WALKERS, CHOIR, MENDERS, READERS]
