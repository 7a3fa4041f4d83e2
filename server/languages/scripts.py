"""What scripts say (`frontend/scripts/`), in the language of the page that loads them.

A page that loads a script gives it its words: `{{ script_words("door") }}`, as JSON, which `speech("door")` of kith.js
reads. Of a sentence about one or several there is one for each of the language's plural categories, by CLDR's names,
from which Intl.PluralRules chooses. Values stay placeholders.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from server.languages.language import Language
from server.languages.messages import Message, _, ngettext, pgettext

if TYPE_CHECKING:
    from babel.plural import PluralRule

Said = Mapping[str, Message]

_TRIED = range(200)  # In these numbers every category occurs that whole numbers below a million have.

_KITH: Said = {
    # Translators: said once an address or a text has been copied; on the button that did it
    "copied": _("Copied"),
    # Translators: the reader's own time, after a time elsewhere: "19:00, Berlin time (Thu 18:00 for you)"
    "for_you": _("(%(time)s for you)"),
    "chosen_picture": _("The picture you have chosen"),
    "left": ngettext("%(num)s character left", "%(num)s characters left", 1),
}

_DOOR: Said = {
    # Translators: instead of somebody's name
    "nameless": _("No name given"),
    # Translators: how many somebody brings along
    "guests": ngettext("%(num)s guest", "%(num)s guests", 1),
    # Translators: how many somebody brings along, and their names: "2 guests: Eve, Tom"
    "guests_named": ngettext("%(num)s guest: %(names)s", "%(num)s guests: %(names)s", 1),
    # Translators: a button read aloud, and whom it is about: "Here: Ana Ruiz"
    "labelled": _("%(label)s: %(name)s"),
    # Translators: somebody has been checked in at the door
    "in": pgettext("at the door", "In"),
    "in_with": ngettext("In, with %(num)s guest", "In, with %(num)s guests", 1),
    # Translators: somebody has been checked in at this time: "19:05, with 2 guests"
    "at_with": ngettext("%(time)s, with %(num)s guest", "%(time)s, with %(num)s guests", 1),
    "how_many": _("How many guests came with %(name)s"),
    "more": ngettext(
        "And %(num)s more. Type some letters of the name.",
        "And %(num)s more. Type some letters of the name.",
        1,
    ),
    "nobody_found": _("Nobody by that name has answered. You can write them down below."),
    "nobody": _("Nobody has said yet that they are coming."),
    # Translators: of somebody who came without an answer
    "left_address": _("Has left an address"),
    # Translators: a mark is somebody ticked on the list at the door
    "kept": ngettext(
        "%(num)s mark is kept on this phone and sent as soon as there is a connection.",
        "%(num)s marks are kept on this phone and sent as soon as there is a connection.",
        1,
    ),
    "offline": _("There is no connection just now. Marks are kept on this phone."),
    "past": _("This list is of an earlier date. With a connection it shows who is expected now."),
    "ended": _("This door link has ended. Whoever organises can make you a new one."),
    "ended_with": ngettext(
        "This door link has ended. %(num)s mark could not be sent. Whoever organises can make you a new one.",
        "This door link has ended. %(num)s marks could not be sent. Whoever organises can make you a new one.",
        1,
    ),
    # Translators: a mark that the server did not take, and why: "Ana Ruiz: This answer was withdrawn."
    "refused": _("%(name)s: %(reason)s"),
    "early": _("Check %(name)s in already?"),
    "unknown_code": _("This code is not on the list of this gathering"),
    "already_in": _("%(name)s: already in"),
    "already_in_at": _("%(name)s: already in at %(time)s"),
    "looking": _("Looking for a code"),
    "here": _("%(name)s is here"),
    "here_with": ngettext("%(name)s is here, with %(num)s guest", "%(name)s is here, with %(num)s guests", 1),
    # Translators: somebody came who has not said so; in brackets what they answered: "Bo is here (Maybe)"
    "here_answered": _("%(name)s is here (%(answer)s)"),
    "here_answered_with": ngettext(
        "%(name)s is here, with %(num)s guest (%(answer)s)",
        "%(name)s is here, with %(num)s guests (%(answer)s)",
        1,
    ),
    "no_camera": _(
        "The camera is not free, or this page may not use it. You can allow it in the browser’s settings, or look for "
        "the name."
    ),
}

_EVENT_FORM: Said = {
    "back": _("What you typed until %(time)s is back."),
    "saved": _("Saved at %(time)s. Nobody else sees it yet."),
    "sign_in": _("Sign in"),
    "signed_out": _(
        "You are signed out. What you typed stays here, and is saved once you have signed in again, in another tab."
    ),
    "refused": _("Not saved yet. It will be tried again."),
    "unreachable": _("Not saved yet: there is no connection. It will be tried again."),
}

_MORNING_AFTER: Said = {
    "question": _("Question %(place)s of %(all)s"),
    "done": pgettext("button", "Done"),
    "next": pgettext("button", "Next"),
    "saved": _("Saved"),
    "not_saved": _("This could not be saved just now. Please try again."),
    # Translators: how many names a search has found, which stand below it
    "found": ngettext("One name, below", "%(num)s names, below", 1),
    "nobody": _("No such name"),
}

_SCRIPTS: Mapping[str, Said] = {
    "kith": _KITH,
    "door": _DOOR,
    "event-form": _EVENT_FORM,
    "morning-after": _MORNING_AFTER,
}


def install(environment: Environment, language: Language) -> None:
    """Have these templates give scripts their words."""
    environment.globals["script_words"] = lambda script: script_words(script, language)


@cache
def script_words(script: str, language: Language) -> Markup:
    """What a script says in a language, as an element of its page. Kept for good."""
    words = {name: _forms(message, language) for name, message in _SCRIPTS[script].items()}
    locale = str(language.locale).replace("_", "-")  # English's own is that of Great Britain: 19:00.
    content = htmlsafe_json_dumps({"locale": locale, "words": words})
    return Markup('<script type="application/json" id="words-{}">{}</script>').format(script, content)


def _forms(message: Message, language: Language) -> str | dict[str, str]:
    if not message.plural:
        return language.found(message.key, context=message.context)
    rule: PluralRule = language.locale.plural_form
    numbers = {rule(number): number for number in reversed(_TRIED)}
    return {
        category: language.found(message.key, message.plural, number, message.context)
        for category, number in sorted(numbers.items())
    }
