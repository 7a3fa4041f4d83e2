"""What packages to the right tell the members' pages, and do when somebody leaves or signs out everywhere.

Filled by the composition.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup
from starlette.requests import Request

from members.tables import Community, Person
from server.languages.messages import Text


@dataclass(frozen=True)
class CommunityPanel:
    """A part of a community's page that another package draws; None draws nothing."""

    name: str
    draw: Callable[[Request, Community], Awaitable[Markup | None]]


@dataclass(frozen=True)
class Outlives:
    """Something of somebody's that can be read without signing in, and so outlives signing out everywhere.

    `draw` says so beside the button, with a box of this `name` that ends it too; None while they have none. `end` is
    what the ticked box does, in the same transaction; it returns what to say of it.
    """

    name: str
    draw: Callable[[Request, Person], Awaitable[Markup | None]]
    end: Callable[[Person], Awaitable[Text]]


@dataclass(frozen=True)
class Parting:
    """That somebody becomes less to a community: organises it no longer, leaves or is removed, or is kept out."""

    person: Person
    community: int
    becomes: Literal["demoted", "gone", "kept out"]


# What ends with it, in the same transaction. The person's row and the community's are locked; see
# `members.communities.keeping_out` for the order of what follows.
Goodbye = Callable[[Parting], Awaitable[None]]

# (somebody who organises a community from now on, the community, who made them its organiser): what that changes for
# them, in the same transaction. Locked as for `Goodbye`.
Welcome = Callable[[Person, Community, Person], Awaitable[None]]

# What has to happen, in the same transaction, before somebody's account is erased: seats given back, say.
Farewell = Callable[[Person], Awaitable[None]]

# (somebody, a guest who turns out to be the same) in the transaction in which the guest goes: what the guest had is
# theirs now, except where both have it.
TakeOver = Callable[[Person, Person], Awaitable[None]]
# (an address before, and now) in the transaction in which somebody changes it: what it was asked goes along.
Readdress = Callable[[str, str], Awaitable[None]]

# What speaks against closing a community for good, as a sentence; None when nothing does.
Objection = Callable[[Community], Awaitable[Text | None]]

# (an expression for one person's id, one for another's) -> SQL: they were to meet somewhere that packages to the right
# know of.
Meeting = Callable[[str, str], str]

# (an expression for a person's id) -> SQL: they host something that packages to the right know of.
Hosting = Callable[[str], str]

# (a request by somebody, they, the kinds of letters they refuse) -> what else they choose about letters, as a form.
LetterChoice = Callable[[Request, Person, Collection[str]], Awaitable[Markup]]

letter_choices: list[LetterChoice] = []
meetings: list[Meeting] = []
hostings: list[Hosting] = []
community_panels: list[CommunityPanel] = []
outlives: list[Outlives] = []
goodbyes: list[Goodbye] = []
welcomes: list[Welcome] = []
farewells: list[Farewell] = []
takeovers: list[TakeOver] = []
address_changes: list[Readdress] = []
objections_to_closing: list[Objection] = []
