"""Which answer may follow which. The trigger `rsvp_transition` keeps to the same table."""

TRANSITIONS: dict[str, tuple[str, ...]] = {
    "invited": ("going", "maybe", "declined", "requested", "waitlisted", "offered", "withdrawn"),
    "going": ("maybe", "declined", "withdrawn"),
    "maybe": ("going", "declined", "requested", "waitlisted", "offered", "withdrawn"),
    "declined": ("going", "maybe", "requested", "waitlisted", "offered", "withdrawn", "invited"),
    "requested": ("going", "maybe", "declined", "waitlisted", "offered", "withdrawn"),
    "waitlisted": ("going", "offered", "maybe", "declined", "withdrawn"),
    "offered": ("going", "maybe", "declined", "requested", "waitlisted", "withdrawn", "invited"),
    "withdrawn": ("going", "maybe", "declined", "requested", "waitlisted", "offered", "invited"),
}


def allowed(before: str | None, after: str) -> bool:
    """Whether an answer may go from one status to another. A first answer may be anything."""
    return before is None or before == after or after in TRANSITIONS[before]
