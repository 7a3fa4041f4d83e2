"""Writes docs/answers.md from the code: `python -m docs.answers`. A test looks whether that was forgotten."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rsvps.letters import mail
from rsvps.seating.causes import STATES, Cause, causes
from rsvps.seating.room import Party, Step
from rsvps.seating.transitions import TRANSITIONS
from server.jobs import name_of

PAGE = Path(__file__).parent / "answers.md"

HEAD = """\
# The life of an answer

This page is written from the code by `python -m docs.answers`: from `rsvps/seating/transitions.py`, to which the
database holds every answer, `rsvps/seating/causes.py`, which says who causes what, and `rsvps/letters/mail.py`, which
says what is written about it.

"""

MEANS = {
    "invited": "an organiser invited them; or somebody typed their address; or a seat was passed on",
    "requested": "they ask to come, and a host decides",
    "waitlisted": "they are in the line for their side",
    "offered": "a seat is held: until they confirm, or until they take what came free late",
    "going": "they have their seats",
    "maybe": "they may come; no seat is kept",
    "declined": "they cannot come; or the hosts could not take them",
    "withdrawn": "the answer was taken back",
}
ASKS = ("requested", "waitlisted", "offered", "going")  # Drawn as one where they are alike.

SHORT = {
    "they themselves": "they",
    "whoever types their address": "anybody",
    "a host": "a host",
    "Kith": "Kith",
}
WHOS = [*SHORT]

LETTERS = {
    "confirmation": "You are going, or may come",
    "promoted": "You have a seat",
    "waiting": "You are on the waiting list",
    "requested": "The hosts have your request",
    "accepted": "You can come, or are in line",
    "turned_down": "About your request to come",
    "added": "You are on the list",
    "taken_off": "You are not on the list any more",
    "offered": "A seat is free",
    "passed_on": "The seat went to somebody else",
    "withdrawal": "You are not going, if it was in their calendar",
}
SPECIAL: dict[tuple[str | None, ...], str] = {
    (None, "invited", "a host"): "You are invited",
    ("offered", "invited", "Kith"): "The seat went on, if they had confirmed",
}


def written() -> str:
    """The whole page."""
    return "\n".join(
        [HEAD + _states(), "", "```mermaid", *_diagram(), "```", "", *_table(), "", *_rest(), ""]
    )


def letter_of(cause: Cause) -> str:
    """What is written to the person about a step, as `mail.about` decides; empty for nothing."""
    if found := SPECIAL.get(cause[:3]):
        return found
    if cause.who == "whoever types their address":
        return "Please confirm"
    letter = mail.about(_step(cause))
    return LETTERS[name_of(letter).rsplit(".", 1)[-1]] if letter else ""


def _step(cause: Cause) -> Step:
    me, host = 1, 2
    by = {"they themselves": me, "a host": host}.get(cause.who)
    # A no that hosts can still turn into a yes was theirs.
    said_by = host if cause.before == "declined" and cause.who == "a host" else me
    now = datetime(2026, 1, 1, tzinfo=UTC)
    before = Party(me, cause.before, confirmed_at=now if cause.before else None, answered_by=said_by)
    return Step(before, Party(me, cause.after, confirmed_at=now, answered_by=by), by)


def _states() -> str:
    rows = [f"| {state} | {MEANS[state]} |" for state in STATES]
    return "\n".join(["| An answer is | when |", "|---|---|", *rows])


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield '    state "has asked for a seat" as asks {'
    yield from (f"    {_arrow(*pair)}" for pair in _pairs() if set(pair) <= {*ASKS})
    yield "    }"
    alike = [after for after in STATES if after not in ASKS and all((one, after) in _pairs() for one in ASKS)]
    yield from (f"    asks --> {after} : {_by(ASKS, after)}" for after in alike)
    for before, after in _pairs():
        if not {before, after} <= {*ASKS} and not (before in ASKS and after in alike):
            yield _arrow(before, after)


def _arrow(before: str | None, after: str) -> str:
    return f"    {before or '[*]'} --> {after} : {_by((before,), after)}"


def _by(befores: Sequence[str | None], after: str) -> str:
    found = (cause.who for cause in causes() if cause.before in befores and cause.after == after)
    return ", ".join(dict.fromkeys(SHORT[who] for who in found))


def _pairs() -> list[tuple[str | None, str]]:
    return list(dict.fromkeys((cause.before, cause.after) for cause in causes()))


def _table() -> Iterator[str]:
    """A row for each thing that can be done, whatever it is done to."""
    yield "| Who | does what | so that it is | instead of | and gets the letter |"
    yield "|---|---|---|---|---|"
    befores: dict[tuple[str, str, str, str], list[str]] = {}
    for cause in causes():
        row = (cause.who, cause.does, cause.after, letter_of(cause))
        befores.setdefault(row, []).append(cause.before or "nothing yet")
    for who, does, after, letter in sorted(
        befores, key=lambda row: (WHOS.index(row[0]), STATES.index(row[2]))
    ):
        yield f"| {who} | {does} | {after} | {', '.join(befores[who, does, after, letter])} | {letter} |"


def _rest() -> Iterator[str]:
    at_once = [
        (one, other)
        for one, others in TRANSITIONS.items()
        for other in others
        if (one, other) not in _pairs()
    ]
    if at_once:
        pairs = ", ".join(f"{one} to {other}" for one, other in at_once)
        yield f"Two steps in one moment can look like one to the database; so it allows these, too: {pairs}."


if __name__ == "__main__":
    PAGE.write_text(written())
