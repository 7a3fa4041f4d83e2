"""The signed link of one prompt: it shows what can be said about it, and says it, without signing in."""

from datetime import timedelta

from followups.prompts.queries import Prompt
from server import tokens
from server.pages import absolute, url

PURPOSE = "prompt"
KEPT = timedelta(days=180)  # How long it is known what somebody was told, for fairness; so long a link works.


def token(prompt: Prompt) -> str:
    """The secret part of the link."""
    # Not its number: by that, one could count what others are told.
    return tokens.sign(PURPOSE, prompt.public_id, expires=prompt.chosen_at + KEPT)


def address(prompt: Prompt, choice: str = "") -> str:
    """The whole link, for letters. `choice`: what its page asks about first."""
    return absolute("followups:prompt", token=token(prompt), query={"choice": choice} if choice else None)


def path(prompt: Prompt, choice: str = "") -> str:
    """The same on this site."""
    return url("followups:prompt", token=token(prompt), query={"choice": choice} if choice else None)


def read(token: str) -> str:
    """The prompt's public id. Raises NotFound, LinkExpired."""
    return str(tokens.read(PURPOSE, token)[0])
