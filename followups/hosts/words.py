"""What hosts read of the morning after, in whole sentences: on their pages and in their letter alike. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from followups.hosts.queries import AskOf, Felt, WordToHosts

SOMEBODY = "Somebody"
SEVERAL = "Several people"

WOULD_LIKE = {
    "help": "would like to help next time",
    "introduction": "would like to be introduced to somebody",
    "hello": "would be glad of a hello",
}
WELCOME = {
    "yes": "felt welcome",
    "partly": "felt partly welcome",
    "no": "did not feel welcome",
}


@dataclass(frozen=True)
class Sentence:
    """Who, what of them, and what they wrote, if they did: all that is to be said of one thing that somebody said."""

    who: str
    does: str
    words: str = ""

    @property
    def plain(self) -> str:
        """The whole of it in one line: "Emeka would like to help next time: “I can bring chairs.”"."""
        return f"{self.who} {self.does}: “{self.words}”" if self.words else f"{self.who} {self.does}."


def of_ask(ask: AskOf) -> Sentence:
    """What somebody would like."""
    return Sentence(ask.name or SOMEBODY, WOULD_LIKE[ask.kind], ask.words)


def of_first_time(name: str) -> Sentence:
    """That somebody was there for the first time, and that hosts may know."""
    return Sentence(name, "was there for the first time")


def of_word(word: WordToHosts) -> Sentence:
    """What somebody chose to say, with their name only if they signed it."""
    felt = WELCOME.get(word.felt_welcome or "", "")
    writes = f"{felt}, and writes" if felt else "writes"
    return Sentence(word.name or SOMEBODY, writes if word.message else felt, word.message)


def of_welcomes(felt: Iterable[Felt]) -> list[Sentence]:
    """How it felt to those who said no more, and no name: in three sentences at most, without a number."""
    several = {each.felt_welcome: each.several for each in felt}
    return [
        Sentence(SEVERAL if several[how] else SOMEBODY, words)
        for how, words in WELCOME.items()
        if how in several
    ]
