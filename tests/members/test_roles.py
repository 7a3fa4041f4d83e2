"""Who may do what: the whole matrix, written out a second time."""

import pytest

from members import roles
from members.roles import Action, may, may_give, may_remove
from members.tables import ROLES

# One line for each action: owner, organiser, member, stranger.
MATRIX = {
    Action.SEE_MEMBERS_EVENTS: (True, True, True, False),
    Action.LEAVE: (True, True, True, False),
    Action.SEE_PEOPLE: (True, True, False, False),
    Action.EDIT: (True, True, False, False),
    Action.ORGANISE: (True, True, False, False),
    Action.REMOVE_PEOPLE: (True, True, False, False),
    Action.GIVE_ROLES: (True, False, False, False),
    Action.CLOSE: (True, False, False, False),
}
EVERYBODY = ("owner", "organiser", "member", None)

# Who may remove whom.
REMOVALS = {("owner", other) for other in ROLES} | {("organiser", "member")}


def test_every_action_stands_in_the_matrix() -> None:
    assert set(MATRIX) == set(Action)


def test_every_role_of_the_table_is_explained() -> None:
    assert [role.name for role in roles.ROLES] == list(ROLES)
    assert all(
        str(role.label) and str(role.meaning) and role.name in str(role.you_are) for role in roles.ROLES
    )


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", EVERYBODY)
def test_who_may_do_what(action: Action, role: str | None) -> None:
    assert may(role, action) is MATRIX[action][EVERYBODY.index(role)]


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("other", ROLES)
def test_who_may_remove_whom(role: str | None, other: str) -> None:
    assert may_remove(role, other) is ((role, other) in REMOVALS)


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("before", ROLES)
@pytest.mark.parametrize("after", ROLES)
def test_only_owners_give_roles(role: str | None, before: str, after: str) -> None:
    assert may_give(role, before=before, after=after) is (role == "owner")
