"""What people of the demonstration write to each other once they are connected, and what they keep to themselves."""

from dataclasses import dataclass

from followups.connections.keeping import Wishes


@dataclass(frozen=True)
class Between:
    """On a day, `who` writes to `other`, or keeps something about them, perhaps at the top of a list; or ends it."""

    who: str
    other: str
    day: int
    at: str
    words: str = ""
    keeps: Wishes | None = None
    at_the_top: bool = False
    ends: bool = False


# A year of Samira, Oskar, Ivana and Hape, who met on one of its first days: see `YEAR` of the gatherings.
YEAR = [
    Between(
        "samira",
        "oskar",
        -348,
        "19:10",
        words="You left your thermos on the bench. It is safe, and still warm.",
    ),
    Between(
        "oskar",
        "samira",
        -347,
        "07:55",
        words="I had given it up. Keep it until the next walk, with my thanks.",
    ),
    Between("oskar", "samira", -347, "08:00", keeps=Wishes("Has my thermos. Plays the oud.", "seasonal")),
    Between("ivana", "hans", -346, "21:00", keeps=Wishes("Knows every tree.", "monthly")),
    Between(
        "ivana", "samira", -163, "12:30", words="The strawberries became jam. One glass has your name on it."
    ),
    Between("samira", "ivana", -162, "18:20", words="And I have bread. Sunday at the lake?"),
    Between(
        "samira", "ivana", -162, "18:25", keeps=Wishes("Makes jam of everything.", "monthly"), at_the_top=True
    ),
    Between("hans", "ivana", -121, "16:45", ends=True),
    Between(
        "samira",
        "oskar",
        -16,
        "20:40",
        words="Are you coming to the Müggelsee? I found your *other* thermos.",
    ),
    Between("oskar", "samira", -14, "09:15", words="I am. I shall bring a third, so that you have a set."),
]
BETWEEN = [
    *YEAR,
    Between(
        "bo", "emeka", -24, "20:15", keeps=Wishes("His daughter Ada is six and likes lanterns.", "seasonal")
    ),
    Between("ana", "yuki", -23, "09:20", keeps=Wishes("Owes me a bread recipe.", "monthly"), at_the_top=True),
    Between(
        "cleo",
        "bo",
        -4,
        "18:40",
        words="You asked where the honey comes from. From the roof of the library, and the next jar is yours.",
    ),
    Between(
        "bo",
        "cleo",
        -3,
        "08:05",
        words="I will bring bread for it. Are you mending on Friday? My lamp still flickers, and I like *company*.",
    ),
    Between("cleo", "bo", -3, "08:30", keeps=Wishes("Mends lamps. Bring him the small jar.")),
]
