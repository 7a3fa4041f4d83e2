"""What the people of the demonstration do together: gatherings in every phase of their life."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from followups.survey.notes import Back
from rsvps.questions.presets import preset
from rsvps.questions.sheet import AskedQuestion
from server.demo.communities import CHOIR, MENDERS, READERS, WALKERS, Circle


@dataclass(frozen=True)
class DemoReply:
    """What somebody says the morning after. `met` and `again` (wishes to stay in touch) name people; `wants` is what
    they ask for, with their words; `first_time`: hosts may know that it was; `back`: when their note comes back."""

    who: str
    met: str = ""
    again: str = ""
    welcome: str | None = None
    message: str = ""
    signed: bool = False
    note: str = ""
    wants: dict[str, str] = field(default_factory=dict)
    first_time: bool = False
    back: Back = "no"


@dataclass(frozen=True)
class Need:
    """Help that is asked for, and who offers it. `begins` is in minutes from the start, `lasts` in minutes."""

    title: str
    places: int
    begins: int
    lasts: int
    about: str = ""
    who: str = ""


@dataclass(frozen=True)
class Gathering:
    """One gathering. Days are counted from today, on the community's own calendar.

    `day` and `at` say when it begins; a `day` of None is within the coming 23 hours. `weeks` later, if
    it says so; in the end it was `moved_by` so much. `published` is the day on which it was; None is a draft.
    Names are in the order of their answers; `bo+1` brings somebody, `bo~` is in the call.
    `replies` says in the order of `asked` what somebody said to what the hosts ask. `hosts` are its co-hosts,
    `listed` are seen by others who come, `accepted` whom a host has accepted where that is asked for, `opens` the day
    from which on one can answer. `walked_in` came without an answer, as a helper at the door wrote them down.
    """

    circle: Circle
    by: str
    title: str
    about: str
    day: int | None
    at: str
    lasts: float | None = 3
    weeks: int = 0
    published: int | None = None
    going: str = ""
    by_letter: str = ""
    maybe: str = ""
    declined: str = ""
    withdrew: str = ""
    invited: str = ""
    hosts: str = ""
    listed: str = ""
    accepted: str = ""
    opens: int | None = None
    moved_from: str = ""
    moved_by: timedelta = timedelta()
    cancelled: str = ""
    walked_in: str = ""
    afterwards: tuple[DemoReply, ...] = ()
    needs: tuple[Need, ...] = ()
    asked: tuple[AskedQuestion, ...] = ()
    replies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is called in here."""
        return self.title


def _years_ago(
    circle: Circle, by: str, day: int, title: str, about: str, going: str, place: str
) -> Gathering:
    """One of the many that there were."""
    published = day - 1
    return Gathering(
        circle, by, title, about, day, "15:00", published=published, going=going, more={"place": place}
    )


# A community's years: a few of the many, so that its page goes back to its first one.
HISTORY = [
    _years_ago(WALKERS, "ana", -1120, "The very first slow walk", "Five people, one thermos, and no hurry.",
               "ana tariq bo hans ruth", "S-Bahn Nikolassee"),
    _years_ago(WALKERS, "tariq", -890, "Cherry blossom along the Wall", "From bridge to bridge, under the trees.",
               "tariq ana marta joao", "S-Bahn Bornholmer Straße"),
    _years_ago(WALKERS, "ana", -640, "A hundred steps to the Dörferblick", "The only climb of the year, slowly.",
               "ana bo samira oskar", "Bus stop Dörferblick"),
    _years_ago(WALKERS, "tariq", -420, "Midsummer until midnight", "We walked until it was dark. It hardly was.",
               "tariq ana lotte ivana", "S-Bahn Wannsee"),
    _years_ago(WALKERS, "ana", -250, "Snow in the Briese valley", "Along the boardwalk, if the snow lets us.",
               "ana hans phuong leila", "S-Bahn Birkenwerder"),
    _years_ago(CHOIR, CHOIR.owner, -1000, "The first rehearsal", "Eleven voices and a borrowed piano.",
               CHOIR.owner, "The old ferry house"),
    _years_ago(CHOIR, CHOIR.owner, -560, "Songs on the Herengracht", "Under a bridge, for the sound of it.",
               CHOIR.owner, "Herengracht, at the Leidsegracht"),
    _years_ago(MENDERS, "ingrid", -730, "The first repair café", "Nine lamps, four toasters, and a teddy bear.",
               "ingrid dev pawel", "Community hall Lindenhof"),
    _years_ago(MENDERS, "ingrid", -310, "Everything with a zip", "Fatou brought her sewing machine.",
               "ingrid fatou dev", "Community hall Lindenhof"),
]  # fmt: skip
# Where Samira, Oskar, Ivana and Hape met, and met again: a year between four people.
YEAR = [
    Gathering(
        WALKERS,
        "ana",
        "Frost around the Krumme Lanke",
        "Once around, slowly, with a stop wherever somebody has something hot to drink.",
        day=-352,
        at="13:00",
        published=-360,
        going="ana tariq samira oskar ivana hans",
        more={"place": "U-Bahn Krumme Lanke", "first_timers": True},
        afterwards=(
            DemoReply("ana", met="samira ivana"),
            DemoReply("tariq", met="hans"),
            DemoReply("samira", met="oskar hans", again="oskar hans", welcome="yes", first_time=True),
            DemoReply(
                "oskar",
                met="samira",
                again="samira",
                note="The woman with the green hat sings, too.",
                back="month",
            ),
            DemoReply("ivana", met="hans", again="hans"),
            DemoReply("hans", met="ivana tariq", again="ivana"),
        ),
    ),
    Gathering(
        WALKERS,
        "tariq",
        "Strawberries beyond Werder",
        "Along the Havel to a field where one picks one's own. Bring a bowl.",
        day=-168,
        at="10:00",
        lasts=6,
        published=-178,
        going="tariq ana samira oskar ivana hans",
        listed="samira oskar",
        more={"place": "Werder (Havel), the station", "guests_allowed": 1},
        afterwards=(
            DemoReply("ana", met="oskar"),
            DemoReply("tariq", met="samira"),
            DemoReply("samira", met="oskar ivana", again="ivana", welcome="yes"),
            DemoReply("oskar", met="samira ivana", again="ivana"),
            DemoReply("ivana", met="samira oskar", again="samira oskar", welcome="yes"),
            DemoReply("hans", met="oskar", again="oskar"),
        ),
    ),
    Gathering(
        WALKERS,
        "ana",
        "Mushrooms and fog in Düppel",
        "We look, and eat what we brought. Somebody who knows mushrooms says which ones are beautiful only.",
        day=-62,
        at="11:00",
        lasts=4,
        published=-73,
        going="ana aylin samira oskar ivana hans",
        listed="ivana samira",
        more={"place": "S-Bahn Mexikoplatz"},
        afterwards=(
            DemoReply("ana", met="aylin"),
            DemoReply("aylin", met="ana hans"),
            DemoReply("samira", met="oskar ivana"),
            DemoReply("oskar", met="hans", again="hans"),
            DemoReply("ivana", met="samira"),
            DemoReply("hans", met="oskar", again="oskar"),
        ),
    ),
]
GATHERINGS = [
    *HISTORY,
    *YEAR,
    # What has been
    Gathering(
        WALKERS,
        "ana",
        "Last leaves in the Grunewald",
        "Ten kilometres of beech and oak, and the first mulled juice of the year.",
        day=-29,
        at="11:00",
        lasts=5,
        published=-38,
        going="ana bo yuki lotte marta emeka ruth samira",
        declined="hans",
        more={"place": "S-Bahn Grunewald", "address": "Schmetterlingsplatz, below the clock"},
        afterwards=(
            DemoReply("ana", met="bo yuki lotte", again="yuki", welcome="yes"),
            DemoReply("bo", met="ana emeka", again="emeka"),
            DemoReply("yuki", met="ana", again="ana", welcome="yes"),
            DemoReply("emeka", met="bo ruth", again="bo", welcome="yes"),
            DemoReply("lotte", met="ruth", again="ruth"),
            DemoReply("ruth", met="lotte emeka", again="lotte"),
        ),
    ),
    Gathering(
        READERS,
        "naledi",
        "The Summer Book, one last time",
        "Tove Jansson, the second half. Bring a page that you would read aloud.",
        day=-20,
        at="19:00",
        lasts=1.5,
        published=-32,
        going="naledi mateo aroha siobhan hana eleanor priya",
        maybe="zainab",
        more={"mode": "online", "join_url": "https://meet.example/between-the-lines"},
        afterwards=(
            DemoReply("naledi", met="mateo hana", again="hana"),
            DemoReply("hana", met="naledi siobhan", again="naledi siobhan", welcome="yes"),
            DemoReply("siobhan", met="hana", again="hana"),
            DemoReply(
                "eleanor", met="siobhan", welcome="partly", message="A little fast for me, and lovely."
            ),
            DemoReply("mateo", met="naledi", again="naledi"),
        ),
    ),
    Gathering(
        MENDERS,
        "ingrid",
        "The last repair café",
        "Everything with a plug, and everything with a seam.",
        day=-15,
        at="14:00",
        lasts=4,
        published=-27,
        going="ingrid dev pawel fatou ulrich bo marta",
        declined="leila",
        walked_in="Halina+1 Jens",
        more={"place": "Community hall Lindenhof", "address": "Eythstraße 32", "address_public": True},
        afterwards=(
            DemoReply("dev", met="pawel bo", again="pawel"),
            DemoReply("pawel", met="dev fatou", again="dev"),
            DemoReply("fatou", met="pawel ingrid", welcome="yes"),
            DemoReply("bo", met="dev", welcome="yes"),
            DemoReply("ingrid", met="ulrich", note="Ask Ulrich about the lathe."),
        ),
    ),
    Gathering(
        WALKERS,
        "ana",
        "Along the Panke, from its source",
        "We follow the smallest river in town until it disappears, and have soup where it does. Step-free all the way.",
        day=-8,
        at="11:00",
        lasts=4,
        published=-22,
        going="ana bo cleo tariq aylin joao phuong oskar ivana fatou",
        maybe="samira",
        declined="lotte",
        withdrew="oskar",
        by_letter="grete",
        more={"place": "S-Bahn Bernau", "address": "The east exit, beside the bicycles", "guests_allowed": 1},
        afterwards=(
            DemoReply("ana", met="bo cleo phuong", again="phuong", welcome="yes"),
            DemoReply(
                "bo",
                met="cleo tariq",
                again="cleo",
                welcome="yes",
                note="Cleo keeps bees on a roof.",
                back="month",
            ),
            DemoReply(
                "cleo",
                met="bo ana aylin",
                again="bo aylin",
                welcome="yes",
                message="It was my first walk with you, and I was never alone for a minute. Thank you for the scarf.",
                signed=True,
                first_time=True,
            ),
            DemoReply("aylin", met="cleo", again="cleo"),
            DemoReply("tariq", met="bo joao"),
            DemoReply("fatou", wants={"hello": ""}),
            DemoReply(
                "joao",
                met="tariq",
                welcome="partly",
                message="The last part along the road was loud. Could we take the park next time?",
            ),
            DemoReply("phuong", met="ana", again="ana", welcome="yes"),
        ),
    ),
    Gathering(
        WALKERS,
        "ana",
        "Lanterns around the Schlachtensee",
        "Five kilometres in the dusk. Bring a lantern, or carry one of ours.",
        day=-1,
        at="14:30",
        lasts=2.5,
        published=-16,
        going="ana bo yuki cleo emeka marta samira hans ruth ivana",
        maybe="leila",
        by_letter="miriam",
        more={"place": "S-Bahn Schlachtensee", "seats": 20, "first_timers": True},
        afterwards=(
            DemoReply("ana", met="emeka marta", again="marta", welcome="yes"),
            DemoReply("yuki", met="ana cleo", again="cleo", welcome="yes"),
            DemoReply("cleo", met="yuki emeka", again="yuki"),
            DemoReply(
                "emeka",
                met="cleo",
                welcome="yes",
                message="My daughter wants to know when we do this again.",
                signed=True,
                wants={"help": "I can bring twenty lanterns, and chairs for the break."},
            ),
            DemoReply("marta", met="ana", again="ana"),
            DemoReply("miriam", met="yuki", first_time=True),
            DemoReply("ruth", met="hans", wants={"introduction": "I am new in town, and I sing."}),
        ),
    ),
    # What is before us
    Gathering(
        MENDERS,
        "dev",
        "Repair café, with a sewing table",
        """Bring **one** thing. Tell us beforehand what is wrong with it, if you know.

- Electrics: Paweł and Dev
- Bicycles: Giorgos
- Everything with a seam: Fatou, at her grandmother's sewing table

There is cake by Ingrid, and coffee until the machine breaks. Then we mend that.""",
        day=5,
        at="14:00",
        lasts=4,
        published=-10,
        going="dev ingrid pawel fatou giorgos marta+1 bo cleo",
        listed="dev ingrid fatou marta",
        maybe="hans",
        by_letter="theo",
        more={
            "place": "Community hall Lindenhof",
            "address": "Eythstraße 32, 12105 Berlin",
            "address_public": True,
            "seats": 24,
            "guests_allowed": 2,
            "summary": "Bring one broken thing, and an hour.",
        },
        needs=(
            Need(
                "Welcome table", 2, -30, 120, "Say hello, write down what is broken, find a free chair.", "bo"
            ),
            Need("Electrics", 3, 0, 240, "You know which end of the iron is hot.", "pawel dev"),
            Need("Cake", 4, -60, 60, "Anything that can be eaten standing.", "ingrid marta"),
            Need("Putting everything back", 3, 240, 45),
        ),
    ),
    Gathering(
        WALKERS,
        "ana",
        "Full-moon walk on the Teufelsberg",
        """Up in the last light, down by the moon. The path is uneven and **not step-free**; a torch is a good idea.

There are only ten places, because the hut on top holds ten.""",
        day=6,
        at="16:00",
        lasts=3,
        published=-14,
        going="ana tariq bo+1 yuki aylin emeka joao lotte samira phuong cleo oskar ivana",
        withdrew="samira",
        more={
            "place": "S-Bahn Heerstraße",
            "address": "The bridge over the tracks, north side",
            "seats": 10,
            "guests_allowed": 1,
            "summary": "Up in the last light, down by the moon. Ten places.",
        },
    ),
    Gathering(
        CHOIR,
        "kwame",
        "Sing together, no experience needed",
        """An afternoon for everybody who was told at school to move their lips only. We teach three songs by ear, and
by five o'clock you sing in four parts.

Children are welcome. They are usually better at it.""",
        day=8,
        at="15:00",
        lasts=2,
        published=-7,
        going="kwame sanne mei+2 noor",
        maybe="tomas anouk",
        by_letter="grete",
        asked=(
            AskedQuestion(
                "choice", "Which voice do you think you are?", options=("High", "Low", "No idea yet")
            ),
            preset("access"),
        ),
        replies={
            "sanne": ("High", ""),
            "mei": ("No idea yet", "Large print"),
            "noor": ("Low", "Step-free access\nLarge print"),
        },
        more={
            "place": "Neighbourhood house De Boomspijker",
            "address": "Recht Boomssloot 52, Amsterdam",
            "address_public": True,
            "seats": 40,
            "guests_allowed": 3,
            "summary": "Three songs by ear. By five o'clock you sing in four parts.",
        },
    ),
    Gathering(
        WALKERS,
        "tariq",
        "Night walk in Tegel forest",
        "Without torches, with a ranger who knows the owls.",
        day=9,
        at="20:00",
        lasts=2.5,
        published=-13,
        going="tariq ana hans marta leila fatou",
        cancelled=(
            "The storm brought trees down along our way, and the forest is closed until they are cleared. "
            "Our ranger would love to walk with us in January."
        ),
        more={"place": "S-Bahn Tegel", "seats": 15},
    ),
    Gathering(
        WALKERS,
        "ana",
        "A long walk to the Müggelsee",
        "Along the Spree to the lake, and back by tram. Twelve kilometres, flat, with two benches for every hill.",
        day=12,
        at="10:30",
        lasts=5,
        published=-11,
        going="ana bo ruth joao ivana+1 oskar samira",
        maybe="yuki",
        moved_from="09:00",
        more={
            "place": "S-Bahn Friedrichshagen",
            "address": "Outside the bakery",
            "first_timers": True,
            "seats": 25,
            "guests_allowed": 2,
        },
    ),
    Gathering(
        MENDERS,
        "ingrid",
        "Evening for menders",
        "For those who mend: what worked, what burnt, which screwdriver is missing. Pass the link on.",
        day=13,
        at="18:30",
        lasts=2,
        published=-5,
        going="ingrid dev pawel ulrich marta",
        maybe="giorgos",
        accepted="dev pawel",
        hosts="ana",
        more={
            "visibility": "unlisted",
            "approval": True,
            "place": "Ingrid's workshop",
            "address": "Rathausstraße 8, in the yard",
            "seats": 12,
        },
    ),
    Gathering(
        READERS,
        "mateo",
        "Reading aloud: letters from home",
        """Each brings one letter, real or invented, and reads it in the language it was written in. In Eleanor's
bookshop, and on screen.""",
        day=16,
        at="18:00",
        lasts=2,
        published=-4,
        going="mateo naledi eleanor siobhan isabela",
        maybe="wanjiru aroha",
        hosts="eleanor",
        more={
            "mode": "hybrid",
            "place": "Marsh & Daughters, London",
            "address": "Lamb's Conduit Street 41",
            "join_url": "https://meet.example/letters-from-home",
            "seats": 60,
            "first_timers": True,
            "summary": "Bring one letter and read it in its own language.",
        },
    ),
    Gathering(
        WALKERS,
        "ana",
        "Soup at Ana's, after the cold",
        "For all who walked this autumn. There are fourteen spoons.",
        day=19,
        at="18:30",
        lasts=None,
        published=-6,
        going="ana bo+1 yuki marta samira",
        maybe="emeka",
        accepted="yuki marta",
        needs=(
            Need("Cutting vegetables", 2, begins=-90, lasts=90, about="Knives are there.", who="yuki"),
            Need("Washing up", 2, begins=150, lasts=45),
        ),
        more={
            "visibility": "members",
            "approval": True,
            "place": "Ana's kitchen",
            "address": "Genter Straße 9, third floor, Ribeiro",
            "seats": 14,
            "guests_allowed": 1,
        },
    ),
    Gathering(
        MENDERS,
        "ingrid",
        "Planning the winter",
        "Dates, keys, and who can borrow a van. Two hours, with soup.",
        day=10,
        at="19:00",
        lasts=2,
        published=-3,
        going="ingrid fatou",
        invited="dev fatou pawel giorgos bo",
        more={
            "visibility": "invited",
            "place": "Ingrid's workshop",
            "address": "Rathausstraße 8, in the yard",
        },
    ),
    Gathering(
        CHOIR,
        "femke",
        "Winter concert in the Noorderkerk",
        """An hour of songs about light, in nine languages, with a canon for everybody at the end. Admission is free;
there is a hat.

The church is heated, the benches are not: bring a cushion. **Step-free, with a hearing loop.**""",
        day=24,
        at="20:00",
        lasts=1.5,
        published=-15,
        going="femke kwame sanne ravi noor joost mei anouk tomas bo eleanor",
        maybe="naledi",
        by_letter="miriam theo",
        more={
            "place": "Noorderkerk, Amsterdam",
            "address": "Noordermarkt 48",
            "address_public": True,
            "seats": 180,
            "guests_allowed": 4,
            "summary": "An hour of songs about light, with a canon for everybody at the end.",
        },
        needs=(
            Need("Door", 3, -45, 60, "Smile, count, hand out the words of the canon.", "bo"),
            Need("Tea afterwards", 4, 90, 60, "", "sanne mei"),
            Need("Chairs", 6, -90, 45, "Up before, and down after if you can."),
        ),
    ),
    Gathering(
        CHOIR,
        "kwame",
        "A night of songs on the ferry",
        """Across the IJ and back, six times, with everything that we know by heart. The ferryman hums the bass.

There are twenty places on the upper deck. Whoever is first is first, so answers open for all at once.""",
        day=31,
        at="19:00",
        lasts=2,
        published=-2,
        opens=3,
        more={
            "place": "Ferry at Buiksloterweg",
            "address": "The landing stage behind Central Station",
            "seats": 20,
            "summary": "Across the IJ and back, six times, singing.",
        },
    ),
    Gathering(
        WALKERS,
        "tariq",
        "First walk of the year",
        "Somewhere flat. Somebody suggested Spandau. To be decided.",
        day=43,
        at="12:00",
        lasts=3,
        more={"place": "To be announced"},
    ),
]
