"""Questions that many hosts ask, ready to be put."""

from rsvps.questions.sheet import AskedQuestion
from server.languages.messages import Words, _, pgettext

# By their names: what is asked, and what can be chosen.
_READY: dict[str, tuple[Words, tuple[Words, ...]]] = {
    "access": (
        _("What would make it easier for you to take part?"),
        (
            # Translators: what somebody needs to take part in a gathering
            pgettext("access needs", "Step-free access"),
            pgettext("access needs", "A hearing loop, or a seat near the speaker"),
            pgettext("access needs", "Sign language"),
            pgettext("access needs", "A quiet place to retreat to"),
            pgettext("access needs", "Large print"),
            _("Something else: please ask me"),
        ),
    ),
    "diet": (
        _("What should the kitchen know?"),
        (
            # Translators: how somebody eats
            pgettext("food", "Vegetarian"),
            pgettext("food", "Vegan"),
            pgettext("food", "Halal"),
            pgettext("food", "Kosher"),
            pgettext("food", "Gluten-free"),
            pgettext("food", "Lactose-free"),
            pgettext("food", "No nuts"),
            _("Something else: please ask me"),
        ),
    ),
}
PRESETS = tuple(_READY)


def preset(name: str) -> AskedQuestion:
    """A preset by its name, in the words of whoever puts it: from then on it is a question of theirs."""
    prompt, options = _READY[name]
    return AskedQuestion("several", str(prompt), options=tuple(map(str, options)), preset=name)
