"""For whom an event is, once for Python and once for SQL; a test holds one to the other."""


def is_for(visibility: str, *, member: bool, invited: bool) -> bool:
    """Whether an event of this visibility is for somebody who is this to it. Drafts are for who organises them."""
    return {"members": member, "invited": invited}.get(visibility, True)


def sees(*, member: str, invited: str) -> str:
    """SQL: the same of a row of `events`, given the SQL of either."""
    return f"CASE events.visibility WHEN 'members' THEN {member} WHEN 'invited' THEN {invited} ELSE true END"
