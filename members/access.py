"""Who may see or touch a community and its people: the only road from an address to a row."""

from members import queries
from members.roles import Action, may
from members.tables import Community, Person
from server.errors import Forbidden, NotFound, Refusal, SignInNeeded
from server.languages.messages import _

LARGEST_KEY = 2**63 - 1


class KeptOut(Forbidden):
    """Whoever asks is kept out here. The same words wherever they try, and nobody's name in them."""

    title = _("Not open to you")
    sentence = _("It has been decided that you can’t take part here. That is final, and we wish you well.")


class NoMember(Refusal):
    """Whoever was chosen is not there to be chosen: they have left, or a block hides them. The same words for both."""

    sentence = _("They are not among the members any more. Please choose somebody else.")


def signed_in(person: Person | None) -> Person:
    """The person, for pages that are for somebody. Raises SignInNeeded, which leads there and back."""
    if person is None:
        raise SignInNeeded
    return person


def key(number: int) -> int:
    """A number from an address, as far as the database can hold it. Raises NotFound."""
    if number > LARGEST_KEY:
        raise NotFound
    return number


async def visible_community(person: Person | None, slug: str) -> Community:
    """A community as anybody may see it. Raises NotFound."""
    community = await queries.community_by_slug(slug)
    if community is None:
        raise NotFound
    return community


async def community_where_may(person: Person | None, slug: str, action: Action) -> Community:
    """A community in which somebody may do this. Raises NotFound, SignInNeeded, Forbidden."""
    community = await visible_community(person, slug)
    if not may(await queries.role_in(signed_in(person), community.id), action):
        raise Forbidden
    return community


async def organised_community(person: Person | None, slug: str) -> Community:
    """A community that somebody organises. Raises NotFound, SignInNeeded, Forbidden."""
    return await community_where_may(person, slug, Action.ORGANISE)


async def visible_member(person: Person | None, community: Community, public_id: str) -> Person:
    """A member of a community whom somebody may see there. Raises SignInNeeded, NotFound."""
    me = signed_in(person)
    member = await queries.person_by_public_id(public_id)
    if member is None or await queries.role_in(member, community.id) is None:
        raise NotFound
    if await queries.are_blocked(me.id, member.id):
        raise NotFound
    return member


async def chosen_member(person: Person | None, community: Community, public_id: str, *, field: str) -> Person:
    """As `visible_member`, for whoever was chosen in a form. Raises SignInNeeded, NoMember beside its `field`."""
    try:
        return await visible_member(person, community, public_id)
    except NotFound:
        raise NoMember(field=field) from None


async def other_person(person: Person | None, public_id: str) -> tuple[Person, Person]:
    """Somebody who is signed in, and the other they speak of. Raises SignInNeeded, NotFound.

    Whether the other has blocked them makes no difference here, so that a block cannot be felt.
    """
    me = signed_in(person)
    return me, await other_of(me, public_id)


async def other_of(me: Person, public_id: str) -> Person:
    """The same for somebody known by the link in a letter. Raises NotFound."""
    other = await queries.person_by_public_id(public_id)
    if other is None or other.id == me.id:
        raise NotFound
    return other
