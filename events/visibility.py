"""For whom an event is, once for Python and once for SQL; a test holds one to the other."""


def is_for(visibility: str, *, member: bool, invited: bool) -> bool:
    """Whether an event of this visibility is for somebody who is this to it. Drafts are for who organises them."""
    return {"members": member, "invited": invited}.get(visibility, True)


def is_news(visibility: str) -> bool:
    """Whether an event of this visibility is told to those who hear of its community, as far as it is for them."""
    return visibility in {"public", "members"}


def sees(*, member: str, invited: str) -> str:
    """SQL: the same of a row of `events`, given the SQL of either."""
    return f"CASE events.visibility WHEN 'members' THEN {member} WHEN 'invited' THEN {invited} ELSE true END"
