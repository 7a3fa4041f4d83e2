"""What hosts read of the morning after, in whole sentences: on their pages and in their letter alike. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from followups.hosts.queries import AskOf, Felt, WordToHosts
from members.names import NOBODY
from server.languages.messages import Message, Text, Words, _

# What somebody would like: alone, and with what they wrote about it.
WOULD_LIKE = {
    "help": (
        _("%(who)s would like to help next time."),
        _("%(who)s would like to help next time: “%(words)s”"),
    ),
    "introduction": (
        _("%(who)s would like to be introduced to somebody."),
        _("%(who)s would like to be introduced to somebody: “%(words)s”"),
    ),
    "hello": (
        _("%(who)s would be glad of a hello."),
        _("%(who)s would be glad of a hello: “%(words)s”"),
    ),
}
WELCOME = {
    "yes": _("%(who)s felt welcome."),
    "partly": _("%(who)s felt partly welcome."),
    "no": _("%(who)s did not feel welcome."),
}
SEVERAL_WELCOME = {
    "yes": _("Several people felt welcome."),
    "partly": _("Several people felt partly welcome."),
    "no": _("Several people did not feel welcome."),
}
# Above what somebody wrote, by how it felt to them, if they said.
WRITES = {
    "yes": _("%(who)s felt welcome, and writes:"),
    "partly": _("%(who)s felt partly welcome, and writes:"),
    "no": _("%(who)s did not feel welcome, and writes:"),
    "": _("%(who)s writes:"),
}


@dataclass(frozen=True)
class Sentence:
    """All that is to be said of one thing that somebody said: a sentence that is whole by itself.

    `words`: what they wrote, which stands below it if there is something. `line`: both in one line.
    """

    said: Words
    words: str = ""
    quoting: Words | None = None

    @property
    def line(self) -> Words:
        """The whole of it in one line: "Emeka would like to help next time: “I can bring chairs.”"."""
        return self.quoting if self.words and self.quoting else self.said


def of_ask(ask: AskOf) -> Sentence:
    """What somebody would like."""
    alone, quoting = WOULD_LIKE[ask.kind]
    who: Text = ask.name or NOBODY
    return Sentence(alone.given(who=who), ask.words, quoting.given(who=who, words=ask.words))


def of_first_time(name: str) -> Sentence:
    """That somebody was there for the first time, and that hosts may know."""
    return Sentence(_("%(who)s was there for the first time.", who=name))


def of_word(word: WordToHosts) -> Sentence:
    """What somebody chose to say, with their name only if they signed it."""
    said: Message = WRITES[word.felt_welcome or ""] if word.message else WELCOME[word.felt_welcome or ""]
    return Sentence(said.given(who=word.name or NOBODY), word.message)


def of_welcomes(felt: Iterable[Felt]) -> list[Sentence]:
    """How it felt to those who said no more, and no name: in three sentences at most, without a number."""
    several = {each.felt_welcome: each.several for each in felt}
    return [
        Sentence(SEVERAL_WELCOME[how] if several[how] else one.given(who=NOBODY))
        for how, one in WELCOME.items()
        if how in several
    ]
