"""What somebody says about being prompted: not this week, not about this one, less, never; and taken back.

All of it is for them alone: the other learns of none, and nothing that others see depends on it.
"""

from typing import Literal

from followups.prompts.queries import Prompt
from followups.tables import Keeping, PromptWish
from followups.tables import Prompt as Prompts
from members import strangers
from members.letters import letters_wanted
from members.letters.letters_wanted import PROMPTS
from members.tables import Person
from server import clock
from server.db import transaction
from server.statements import unless_set

Choice = Literal["later", "silence", "less", "never"]
HowOften = Literal["weekly", "monthly", "never"]


async def choose(prompt: Prompt, choice: Choice) -> None:
    """What its reader says about a prompt. Twice is harmless."""
    await strangers.hear(prompt.person)
    if choice == "later":
        put_off = unless_set(Prompts.put_off_at, clock.now())
        await Prompts.update({Prompts.put_off_at: put_off}).where(Prompts.id == prompt.id)
    elif choice == "silence":
        await leave_out(prompt.person, prompt.connection)
    elif choice == "less":
        await _wish(prompt.person, "monthly")
    else:
        await letters_wanted.refuse(prompt.person.id, PROMPTS)


async def take_back(prompt: Prompt, choice: Choice) -> None:
    """Take that back. Twice is harmless."""
    await strangers.hear(prompt.person)
    if choice == "later":
        await Prompts.update({Prompts.put_off_at: None}).where(Prompts.id == prompt.id)
    elif choice == "silence":
        await leave_out(prompt.person, prompt.connection, out=False)
    elif choice == "less":
        await _wish(prompt.person, "weekly")
    else:
        await letters_wanted.want(prompt.person.id, PROMPTS)


async def leave_out(person: Person, connection: int, *, out: bool = True) -> None:
    """No prompts to somebody about this connection of theirs, or again. What else they keep about it stays."""
    keeping = Keeping(connection=connection, person=person.id, unprompted=out)
    await Keeping.insert(keeping).on_conflict(
        target=(Keeping.connection, Keeping.person), action="DO UPDATE", values=[Keeping.unprompted]
    )


async def be_told(person: Person, how_often: HowOften) -> None:
    """At most once a week, once in four weeks, or never. Twice is harmless."""
    async with transaction():
        if how_often == "never":
            await letters_wanted.refuse(person.id, PROMPTS)
        else:
            await letters_wanted.want(person.id, PROMPTS)
            await _wish(person, how_often)


async def _wish(person: Person, how_often: str) -> None:
    wish = PromptWish(person=person.id, how_often=how_often)
    await PromptWish.insert(wish).on_conflict(
        target=PromptWish.person, action="DO UPDATE", values=[PromptWish.how_often, PromptWish.changed_at]
    )
