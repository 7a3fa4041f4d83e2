"""Hearing of a community's new gatherings, as a member of it or without: of each, once a week, or not.

Nobody hears anything before they have said so, and nobody else sees who hears, or how many do. It ends when they say
so, when they leave or are removed, and when they are kept out.
"""

from typing import Literal

from members import queries
from members.access import KeptOut
from members.letters.letters_wanted import LASTS
from members.tables import Community, Follow, Person
from server import clock, tokens
from server.db import transaction
from server.errors import NotFound
from server.languages.messages import Text, _
from server.pages import absolute
from server.statements import lock

Hears = Literal["each", "weekly", "never"]

STOP = "stop hearing"
ALL = 0  # In place of a community's number in a link: the weekly letter, whatever it tells of.


def heard(hears: str | None, community: str) -> Text:
    """What somebody has chosen, in a sentence."""
    return {
        "each": _("You get a letter for each new gathering of %(community)s.", community=community),
        "weekly": _("New gatherings of %(community)s come in your weekly letter.", community=community),
        "never": _("No letters about new gatherings of %(community)s come to you.", community=community),
        None: _("You do not follow %(community)s any more.", community=community),
    }[hears]


async def choose(person: Person, community: Community, hears: Hears) -> None:
    """Hear of it in this way from now on. Twice is harmless. Raises KeptOut."""
    async with transaction():
        # In the order in which one joins; whoever is keeping them out holds this lock.
        await lock(Person, person.id, strength="KEY SHARE")
        await lock(Community, community.id, strength="SHARE")
        if (await queries.part_in(person, community.id)).kept_out:
            raise KeptOut
        follow = Follow(community=community.id, person=person.id, hears=hears)
        await Follow.insert(follow).on_conflict(
            target=(Follow.community, Follow.person), action="DO UPDATE", values=[Follow.hears, Follow.since]
        )


async def unfollow(person: Person, community: Community) -> None:
    """Follow it no longer. Twice is harmless."""
    await Follow.delete().where((Follow.person == person.id) & (Follow.community == community.id))


async def stop(person: int, community: int) -> None:
    """No letters of a community's new gatherings any more, to somebody by id; `ALL`: no weekly ones of any."""
    of_these = Follow.hears == "weekly" if community == ALL else Follow.community == community
    await Follow.update({Follow.hears: "never"}).where((Follow.person == person) & of_these)


def stop_address(person: int, community: int) -> str:
    """Where one press stops these letters, without signing in. Looking at it changes nothing (RFC 8058).

    `community`: its number, or `ALL`.
    """
    token = tokens.sign(STOP, person, community, expires=clock.now() + LASTS)
    return absolute("members:stop-hearing", token=token)


async def stopped_by(token: str) -> tuple[Person, Community | None]:
    """Whom a link is about, and which community; None: the weekly letter. Raises NotFound, LinkExpired."""
    person_id, community_id = (int(part) for part in tokens.read(STOP, token))
    person = await queries.person_by_id(person_id)
    community = await queries.community_by_id(community_id) if community_id != ALL else None
    if person is None or (community is None and community_id != ALL):
        raise NotFound
    return person, community
