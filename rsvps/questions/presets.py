"""Questions that many hosts ask, ready to be put."""

from rsvps.questions.sheet import AskedQuestion

PRESETS = {
    "access": AskedQuestion(
        "several",
        "What would make it easier for you to take part?",
        options=(
            "Step-free access",
            "A hearing loop, or a seat near the speaker",
            "Sign language",
            "A quiet place to retreat to",
            "Large print",
            "Something else: please ask me",
        ),
        preset="access",
    ),
    "diet": AskedQuestion(
        "several",
        "What should the kitchen know?",
        options=(
            "Vegetarian",
            "Vegan",
            "Halal",
            "Kosher",
            "Gluten-free",
            "Lactose-free",
            "No nuts",
            "Something else: please ask me",
        ),
        preset="diet",
    ),
}
