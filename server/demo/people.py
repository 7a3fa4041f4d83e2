"""Who lives in the demonstration. Their addresses lead nowhere: `.example` belongs to nobody."""

from dataclasses import dataclass

from followups.connections.cards import Choices

DOMAIN = "kith.example"


@dataclass(frozen=True)
class Somebody:
    """A person of the demonstration. `try_it` says what to see as them; most have nothing special."""

    name: str
    zone: str = "Europe/Berlin"
    try_it: str = ""
    card: Choices | None = None
    called: str = ""

    @property
    def key(self) -> str:
        """What the story calls them, and the first part of their address: their first name in plain letters."""
        return KEYS.get(self.name) or self.name.split()[0].lower()

    @property
    def email(self) -> str:
        """Where their letters go: nowhere, and to `/dev/letters`."""
        return f"{self.key}@{DOMAIN}"


# First names that an address cannot hold as they are.
KEYS = {
    "João Teixeira": "joao",
    "Phương Nguyễn": "phuong",
    "Tomáš Novák": "tomas",
    "Paweł Zieliński": "pawel",
    "Siobhán Byrne": "siobhan",
    "Hans-Peter Krüger": "hans",
    "Mei-Lin Wong": "mei",
}

AMSTERDAM = "Europe/Amsterdam"

PEOPLE = [
    Somebody(
        "Ana Ribeiro",
        try_it="Organises the Slow Walkers. Has a full walk, a draft, a cancelled one, and letters from yesterday.",
        card=Choices(
            shows_email=True,
            shows_phone=True,
            phone="+49 30 5550143",
            shows_words=True,
            words="Walking, bread, bad puns. Ring me when you are in Wedding.",
        ),
    ),
    Somebody(
        "Bo Lindqvist",
        try_it="Walks and mends. Was asked last night whom he met, walks again soon, and has two connections.",
        card=Choices(shows_email=True, shows_words=True, words="I answer slowly and gladly."),
    ),
    Somebody(
        "Cleo Papadaki",
        try_it="New in town. Waits in line for the full-moon walk, and is connected with Bo.",
        card=Choices(
            shows_website=True, website="https://cleo.example", shows_words=True, words="Ask me about bees."
        ),
    ),
    Somebody(
        "Dev Malhotra",
        try_it="Helps at the repair café and organises with Ingrid.",
        card=Choices(shows_email=True),
    ),
    Somebody("Tariq Haddad", try_it="Organises walks with Ana. Has a walk in draft."),
    Somebody("Yuki Tanaka", card=Choices(shows_email=True)),
    Somebody("Marta Kowalczyk"),
    Somebody("João Teixeira"),
    Somebody("Aylin Demir", card=Choices(shows_words=True, words="Saturdays are best.")),
    Somebody("Emeka Okafor"),
    Somebody("Lotte Brandt", card=Choices(shows_phone=True, phone="+49 30 5550198")),
    Somebody("Hans-Peter Krüger", called="Hape"),
    Somebody(
        "Samira Benali", try_it="Met Oskar a year ago, and Ivana since: they write, and meet again soon."
    ),
    Somebody("Oskar Nilsson"),
    Somebody("Phương Nguyễn"),
    Somebody("Ruth Goldberg"),
    Somebody("Ivana Petrović"),
    #
    Somebody(
        "Femke de Vries", AMSTERDAM, try_it="Leads the choir. Prepares the winter concert, and needs helpers."
    ),
    Somebody("Kwame Mensah", AMSTERDAM),
    Somebody("Sanne Bakker", AMSTERDAM),
    Somebody("Ravi Ramdin", AMSTERDAM),
    Somebody("Noor el Amrani", AMSTERDAM),
    Somebody("Joost van Dijk", AMSTERDAM),
    Somebody("Mei-Lin Wong", AMSTERDAM),
    Somebody("Anouk Lefèvre", "Europe/Brussels"),
    Somebody("Tomáš Novák", AMSTERDAM),
    #
    Somebody(
        "Ingrid Solberg",
        try_it="Began the repair café. Has a planning evening to which only some are invited.",
    ),
    Somebody("Paweł Zieliński"),
    Somebody("Fatou Diallo"),
    Somebody("Ulrich Weber"),
    Somebody("Leila Farahani"),
    Somebody("Giorgos Nikolaidis"),
    #
    Somebody(
        "Naledi Dlamini",
        "Africa/Johannesburg",
        try_it="Holds the reading circle together, online, across ten zones.",
    ),
    Somebody("Mateo Quispe", "America/Lima"),
    Somebody(
        "Aroha Ngata", "Pacific/Auckland", try_it="Reads along from Auckland, where evenings are mornings."
    ),
    Somebody("Siobhán Byrne", "Europe/Dublin", called="Shiv"),
    Somebody("Hana Kim", "Asia/Seoul"),
    Somebody("Wanjiru Kamau", "Africa/Nairobi"),
    Somebody("Priya Nair", "Asia/Kolkata"),
    Somebody("Jordan Whitehorse", "America/Denver"),
    Somebody("Isabela Duarte", "America/Sao_Paulo"),
    Somebody("Eleanor Marsh", "Europe/London"),
    Somebody("Zainab Yusuf", "Africa/Lagos"),
]

# Who answers by letter and has no account.
GUESTS = [
    Somebody("Grete Vogel"),
    Somebody("Theo Brandt"),
    Somebody("Miriam Adler"),
]
