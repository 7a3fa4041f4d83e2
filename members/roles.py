"""Roles and what each may do in its community. A table to read, and two questions to ask of it.

A new role is a new `Role` in ROLES (and in the constraint of `memberships`); a new thing to do is a new `Action`
in the sets of those who may. The test of the matrix fails until it says what is meant.
"""

from dataclasses import dataclass
from enum import Enum

from server.languages.messages import Message, _, pgettext


class Action(Enum):
    """What can be done in a community, in words."""

    SEE_MEMBERS_EVENTS = "see the events that are for members"
    LEAVE = "leave"
    SEE_PEOPLE = "see who belongs to it"
    EDIT = "change what its page says"
    ORGANISE = "publish and change its events, and see who is coming"
    REMOVE_PEOPLE = "remove people"
    GIVE_ROLES = "give and take roles"
    CLOSE = "close it for good"


@dataclass(frozen=True)
class Role:
    """One role: its name in the database, its name and its meaning for people, sentences about it, and what it may do.

    `now`, `by_now` and `wanted` lack the `name` of whom they speak.

    `over` names the roles whose holders it may remove, or lift from and into (if it may do that at all).
    """

    name: str
    label: Message
    meaning: Message
    you_are: Message
    make: Message
    now: Message
    by_now: Message
    wanted: Message
    may: frozenset[Action]
    over: frozenset[str] = frozenset()


_MEMBER = frozenset({Action.SEE_MEMBERS_EVENTS, Action.LEAVE})
_ORGANISER = _MEMBER | {Action.SEE_PEOPLE, Action.EDIT, Action.ORGANISE, Action.REMOVE_PEOPLE}
_OWNER = _ORGANISER | {Action.GIVE_ROLES, Action.CLOSE}

# From the widest to the narrowest.
ROLES = (
    Role(
        "owner",
        pgettext("role", "Owner"),
        _("Does everything organisers do, and decides who organises."),
        _("You are an owner"),
        # Translators: gives somebody a role
        pgettext("button", "Make an owner"),
        _("%(name)s is now an owner."),
        _("%(name)s is an owner by now: somebody else has changed that."),
        _("You wanted %(name)s to be an owner."),
        _OWNER,
        over=frozenset({"owner", "organiser", "member"}),
    ),
    Role(
        "organiser",
        pgettext("role", "Organiser"),
        _("Publishes gatherings, sees who is coming, and looks after the page and its people."),
        _("You are an organiser"),
        # Translators: gives somebody a role
        pgettext("button", "Make an organiser"),
        _("%(name)s is now an organiser."),
        _("%(name)s is an organiser by now: somebody else has changed that."),
        _("You wanted %(name)s to be an organiser."),
        _ORGANISER,
        over=frozenset({"member"}),
    ),
    Role(
        "member",
        pgettext("role", "Member"),
        _("Sees what is for members, and comes along."),
        _("You are a member"),
        # Translators: gives somebody a role
        pgettext("button", "Make a member"),
        _("%(name)s is now a member."),
        _("%(name)s is a member by now: somebody else has changed that."),
        _("You wanted %(name)s to be a member."),
        _MEMBER,
    ),
)
BY_NAME = {role.name: role for role in ROLES}


def may(role: str | None, action: Action) -> bool:
    """Whether somebody with this role (None: not a member) may do this."""
    return role is not None and action in BY_NAME[role].may


def may_remove(role: str | None, other: str) -> bool:
    """Whether somebody with this role may remove somebody with the other."""
    return may(role, Action.REMOVE_PEOPLE) and role is not None and other in BY_NAME[role].over


def may_keep_out(role: str | None, other: str | None) -> bool:
    """Whether somebody with this role may keep out somebody with the other (None: they do not belong)."""
    return may(role, Action.REMOVE_PEOPLE) and (other is None or may_remove(role, other))


def may_give(role: str | None, *, before: str, after: str) -> bool:
    """Whether somebody with this role may turn a `before` into an `after`."""
    return may(role, Action.GIVE_ROLES) and role is not None and {before, after} <= BY_NAME[role].over


def those_who_may(action: Action) -> list[str]:
    """The names of the roles that may do this, for queries."""
    return [role.name for role in ROLES if action in role.may]
