"""What comes again in the demonstration, and those of its evenings that are not like the others."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from events.series.cadence import Cadence
from rsvps.questions.presets import preset
from rsvps.questions.sheet import AskedQuestion
from server.demo.communities import CHOIR, MENDERS, READERS, WALKERS
from server.demo.gatherings import Gathering, Need


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked whether they would host evenings, by their weeks: those that they host, and those that they
    cannot. About the others they have not said anything yet."""

    who: str
    weeks: tuple[int, ...]
    hosts: tuple[int, ...] = ()
    cannot: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comes:
    """Something that comes again.

    Its `pattern` is what all of it has in common: from its day on it comes, and on the day `published` it was started.
    A cadence that names no weekday takes that of this day. `counted_in` are those who come every time, by the day on
    which they said so; `paused` says from which day on they do. It leaves out the weeks that it `skips`, counted from
    the pattern's `day`, and those from the first to the second of its `pause`. `evenings` are changed by hand, and
    some members are asked to host some of them.
    """

    pattern: Gathering
    cadence: Cadence
    weeks_ahead: int = 3
    counted_in: dict[str, int] = field(default_factory=dict)
    paused: dict[str, int] = field(default_factory=dict)
    skips: tuple[int, ...] = ()
    pause: tuple[int, int] | None = None
    evenings: tuple[Gathering, ...] = ()
    asked: tuple[Asked, ...] = ()


REHEARSAL = Gathering(
    CHOIR,
    "femke",
    "Rehearsal",
    "We sing ourselves warm, learn something new and end with something old. Sheets are there.",
    day=None,
    at="19:30",
    lasts=2,
    weeks=-3,
    published=-23,
    more={
        "mode": "hybrid",
        "seats": 14,
        "newcomer_seats": 2,
        "online_seats": 8,
        "place": "The old ferry house",
        "address": "Westerdoksdijk 100, ring twice",
        "join_url": "https://meet.example/canal-choir",
        "summary": "In the ferry house, or by video from your kitchen.",
    },
)
CIRCLE = Gathering(
    READERS,
    "naledi",
    "The reading circle",
    """Two evenings for each book. We begin by going round once: *which sentence stayed with you?*

Cameras as you please. If you have read only a page, that page is welcome.""",
    day=2,
    at="19:00",
    lasts=1.5,
    weeks=-2,
    published=-13,
    more={
        "mode": "online",
        "join_url": "https://meet.example/between-the-lines",
        "summary": "Two evenings for each book. You need not have finished it.",
        "motif": "book",
    },
)
SUNDAYS = Gathering(
    WALKERS,
    "ana",
    "First Sunday walk",
    """Two hours, always from the same bridge, in whichever direction the wind allows. **Step-free.**

A good one to begin with: whoever is new is met under the lamp with the orange scarf.""",
    day=-9,
    at="11:00",
    lasts=2,
    published=-10,
    more={"place": "Warschauer Brücke, the north side", "first_timers": True, "guests_allowed": 2},
)
CAFE = Gathering(
    MENDERS,
    "ingrid",
    "Repair Café",
    "Bring one broken thing, and an hour. Nothing is promised, everything is tried.",
    day=-12,
    at="14:00",
    lasts=4,
    published=-13,
    asked=(AskedQuestion("text", "What shall we mend with you?"), preset("access")),
    needs=(
        Need("Welcome table", 2, -30, 120, "Say hello, write down what is broken, find a free chair."),
        Need("Cake", 4, -60, 60, "Anything that can be eaten standing."),
    ),
    more={
        "place": "Community hall Lindenhof",
        "address": "Eythstraße 32, 12105 Berlin",
        "address_public": True,
        "guests_allowed": 2,
    },
)
CAMP = Gathering(
    WALKERS,
    "tariq",
    "Three days at the Schwielowsee",
    """Every summer: tents on the meadow behind the boathouse, a walk each morning, soup each night.

Bring a tent, or share one.""",
    day=-20,
    at="16:00",
    lasts=48,
    published=-21,
    asked=(preset("diet"),),
    more={"place": "Boathouse Caputh", "seats": 30, "guests_allowed": 3, "motif": "walk"},
)

COMES = [
    Comes(
        REHEARSAL,
        Cadence(every="week"),
        weeks_ahead=6,
        asked=(Asked("sanne", (0, 3), hosts=(0,), cannot=(3,)), Asked("noor", (1, 3), hosts=(1,))),
        counted_in={"femke": -22, "noor": -22, "mei": -9, "ravi~": -8, "joost~": -6, "bo": -5},
        paused={"joost": 10},
        skips=(4,),
        pause=(6, 9),
        evenings=(
            replace(
                REHEARSAL,
                title="Rehearsal, with the new canon",
                about="We learn the third part of the canon and sing through the whole concert once. Sheets are there.",
                weeks=0,
                published=-9,
                going="kwame sanne anouk",
                maybe="tomas",
                declined="eleanor",
            ),
            replace(REHEARSAL, weeks=1, published=-4, moved_by=timedelta(days=1), going="kwame anouk"),
            replace(
                REHEARSAL,
                weeks=2,
                published=-4,
                going="sanne",
                cancelled="The ferry house has a wedding that evening. They have asked us to sing, so come anyway.",
            ),
        ),
    ),
    Comes(
        CIRCLE,
        Cadence(every="week", interval=2),
        counted_in={"naledi": -13, "hana": -13, "priya": -11, "aroha": -11},
        skips=(2,),
        evenings=(
            replace(
                CIRCLE,
                title="The Left Hand of Darkness, first half",
                about="Chapters 1 to 10. " + CIRCLE.about.partition(". ")[2],
                weeks=0,
                published=-10,
                going="mateo siobhan wanjiru isabela ruth",
                maybe="jordan yuki",
                declined="zainab",
                more=CIRCLE.more | {"summary": "Chapters 1 to 10. You need not have finished them."},
            ),
        ),
    ),
    Comes(
        SUNDAYS,
        Cadence(every="month", weekdays=(6,), nth=(1,)),
        weeks_ahead=9,
        counted_in={"lotte": -9, "aylin+1": -8, "phuong": -7},
        paused={"phuong": 40},
    ),
    Comes(
        CAFE,
        Cadence(every="month", weekdays=(5,), nth=(-1,), not_in=frozenset({8, 12})),
        weeks_ahead=10,
        counted_in={"ingrid": -12, "pawel": -11},
    ),
    Comes(CAMP, Cadence(every="year", month=7, weekdays=(4,), nth=(1,)), weeks_ahead=60),
]
