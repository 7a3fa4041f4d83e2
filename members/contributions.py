"""What packages to the right tell the members' pages, and do when somebody leaves. Filled by the composition."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request

from members.tables import Community, Person


@dataclass(frozen=True)
class CommunityPanel:
    """A part of a community's page that another package draws; None draws nothing."""

    name: str
    draw: Callable[[Request, Community], Awaitable[Markup | None]]


# What has to happen, in the same transaction, before somebody's account is erased: seats given back, say.
Farewell = Callable[[Person], Awaitable[None]]

# What speaks against closing a community for good, as a sentence; None when nothing does.
Objection = Callable[[Community], Awaitable[str | None]]

community_panels: list[CommunityPanel] = []
farewells: list[Farewell] = []
objections_to_closing: list[Objection] = []
