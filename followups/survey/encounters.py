"""Whom somebody met, and with whom they would like to stay in touch. Only they may ever know."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from piccolo.columns import And

from followups.survey import queries, store
from followups.survey.queries import Asked
from followups.tables import MetMark
from server.errors import Refusal
from server.languages.messages import _
from server.statements import among

MOST_WISHES = 12


class TooManyWishes(Refusal):
    """More than twelve at once are a mailing list, not a wish."""

    sentence = _(
        "You can wish to stay in touch with up to %(most)s people from one gathering. Please untick some.",
        most=MOST_WISHES,
    )
    field = "wish"


@dataclass(frozen=True)
class Marks:
    """What a page's list said: whose names it showed, and whom its reader ticked. Keys of this follow-up."""

    shown: Collection[str] = field(default_factory=tuple)
    met: Collection[str] = field(default_factory=tuple)
    wished: Collection[str] = field(default_factory=tuple)


async def mark(asked: Asked, marks: Marks, now: datetime) -> None:
    """Keep the marks about those whose names were shown; all others stay as they are. Raises TooManyWishes.

    People who cannot be found (any more) are passed over without a word, so that a form cannot be used to ask.
    """
    if not (marks.shown and asked.sees_names):
        return
    known = await queries.names_by_key(asked, marks.shown)
    people = {key: name.person for key, name in known.items() if not name.connected}
    wished = [key for key in people if key in marks.wished]
    met = [key for key in people if key in marks.met or key in marks.wished]
    # A wish that its author cannot see any more must not count among the twelve.
    await store.forget_whom_nobody_finds(asked)
    if await queries.wishes_beside(asked, people.values()) + len(wished) > MOST_WISHES:
        raise TooManyWishes
    unmarked = [person for key, person in people.items() if key not in met]
    await MetMark.delete().where(_theirs(asked) & among(MetMark.about, unmarked))
    await store.mark(asked, {people[key]: key in wished for key in met}, now)


async def forget(asked: Asked) -> None:
    """Take back everything that somebody marked after this event."""
    await MetMark.delete().where(_theirs(asked))


async def withdraw_wishes(asked: Asked) -> None:
    """Take back the wishes, and keep who was met. For a list that is too short to be shown any more."""
    await MetMark.update({MetMark.wished_at: None}).where(_theirs(asked))


def _theirs(asked: Asked) -> And:
    return (MetMark.follow_up == asked.follow_up) & (MetMark.by == asked.person.id)
