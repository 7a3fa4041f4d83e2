"""For whom an event is, said for Python and for SQL alike."""

from itertools import product

import pytest

from events.visibility import is_for, sees
from server import db

KINDS = ("public", "unlisted", "members", "invited")


@pytest.mark.parametrize(("kind", "member", "invited"), list(product(KINDS, (True, False), (True, False))))
async def test_sql_says_what_python_says(kind: str, member: bool, invited: bool) -> None:
    said = await db.value(
        f"SELECT {sees(member='$2', invited='$3')} FROM (SELECT $1::text AS visibility) AS events",
        kind,
        member,
        invited,
    )
    assert said is is_for(kind, member=member, invited=invited)


async def test_there_is_no_other_kind() -> None:
    rule = await db.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'event_visibility'"
    )
    assert all(f"'{kind}'" in rule for kind in KINDS) and rule.count("'::") == len(KINDS)
