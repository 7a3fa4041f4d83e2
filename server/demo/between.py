"""What people of the demonstration write to each other once they are connected, and what they keep to themselves."""

from dataclasses import dataclass

from followups.connections.keeping import Wishes


@dataclass(frozen=True)
class Between:
    """On a day, `who` writes to `other`, or keeps something about them, perhaps at the top of their list."""

    who: str
    other: str
    day: int
    at: str
    words: str = ""
    keeps: Wishes | None = None
    at_the_top: bool = False


BETWEEN = [
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
