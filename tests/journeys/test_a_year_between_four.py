"""A year between four people: they meet, stay in touch, are brought together again, and two of them part.

Nobody waits for it: days pass by moving all that has happened so many days into the past.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.journeys.house import House, Visits, link_in, zone_in_daylight
from tests.journeys.test_main_job import come_forward, come_forward_without_a_browser, wish

NAMES = {"nia": "Nia Berg", "ole": "Ole Dahl", "pip": "Pip Frost", "rosa": "Rosa Lund", "sol": "Sol Moen"}
PHONE = {"width": 390, "height": 844}

# What has a time, of a community ($2) and of its people ($2): $1 is how long ago it is now.
_OF_COMMUNITY = (
    "UPDATE events SET starts_at = starts_at - $1::interval, ends_at = ends_at - $1 WHERE community = $2",
    """
    UPDATE follow_ups SET opened_at = opened_at - $1::interval, closes_at = closes_at - $1, reveals_at = reveals_at - $1
    WHERE event IN (SELECT id FROM events WHERE community = $2)
    """,
)
_OF_PEOPLE = (
    "UPDATE met_marks SET created_at = created_at - $1::interval, wished_at = wished_at - $1 WHERE by = ANY($2)",
    "UPDATE connections SET connected_at = connected_at - $1::interval WHERE low = ANY($2)",
    "UPDATE keepings SET since = since - $1::interval WHERE person = ANY($2)",
    "UPDATE notes_between SET written_at = written_at - $1::interval WHERE by = ANY($2)",
    "UPDATE prompt_turns SET due_at = due_at - $1::interval WHERE person = ANY($2)",
    """
    UPDATE prompts SET chosen_at = chosen_at - $1::interval, put_off_at = put_off_at - $1, week = 'past' || id
    WHERE person = ANY($2)
    """,
)


@dataclass
class Year:
    """A community of five, and what happens between four of them."""

    house: House
    visits: Visits
    sign: str
    zone: str = field(default_factory=zone_in_daylight)
    people: dict[str, int] = field(default_factory=dict)
    community: int = 0

    async def begin(self) -> None:
        """Five who know nothing of each other; Sol organises."""
        now = datetime.now(UTC)
        rows = await self.house.rows(
            """
            INSERT INTO people (public_id, email, name, called, zone, language, created_at, signed_in_at)
            SELECT substr(md5(email), 1, 12), email, name, '', $3, 'en', $4, $4
            FROM unnest($1::text[], $2::text[]) AS new (email, name) RETURNING id, email
            """,
            [self.email(key) for key in NAMES],
            [*NAMES.values()],
            self.zone,
            now,
        )
        self.people = {row["email"].partition(".")[0]: row["id"] for row in rows}
        self.community = await self.house.value(
            """
            INSERT INTO communities (slug, name, summary, about, place, zone, created_at)
            VALUES ($1, 'Shore walkers', '', '', '', $2, $3) RETURNING id
            """,
            f"shore-{self.sign}",
            self.zone,
            now,
        )
        await self.house.rows(
            """
            INSERT INTO memberships (community, person, role, joined_at)
            SELECT $1, person, CASE WHEN person = $3 THEN 'owner' ELSE 'member' END, $4
            FROM unnest($2::bigint[]) AS person
            """,
            self.community,
            [*self.people.values()],
            self.people["sol"],
            now,
        )

    def email(self, key: str) -> str:
        """Somebody's address."""
        return f"{key}.{self.sign}@people.example"

    async def gathering(self, title: str, *, in_days: float, going: Sequence[str]) -> str:
        """Something for all of them, to which these say yes. Returns its public id."""
        now = datetime.now(UTC)
        starts = now + timedelta(days=in_days)
        public_id = hashlib.md5(f"{self.sign} {title}".encode()).hexdigest()[:12]
        await self.house.rows(
            """
            WITH event AS (
                INSERT INTO events (public_id, community, created_by, uid, status, title, starts_at, ends_at, zone,
                    place, published_at, changed_at, calendar_changed_at, created_at)
                VALUES ($1, $2, $3, $1, 'published', $4, $5, $6, $7, 'The pier', $8, $8, $8, $8) RETURNING id
            ), policy AS (INSERT INTO answer_policies (event) SELECT id FROM event)
            INSERT INTO seat_pools (event) SELECT id FROM event
            """,
            public_id,
            self.community,
            self.people["sol"],
            title,
            starts,
            starts + timedelta(hours=2),
            self.zone,
            now,
        )
        await self.house.rows(
            """
            INSERT INTO rsvps (public_id, event, person, status, wanted, confirmed_at, link, answered_at, created_at)
            SELECT substr(md5($1 || person), 1, 12), events.id, person, 'going', 'going', $3, 0, $3, $3
            FROM events, unnest($2::bigint[]) AS person WHERE events.public_id = $1
            """,
            public_id,
            [self.people[key] for key in going],
            now,
        )
        return public_id

    async def days_pass(self, days: float) -> None:
        """So many, and the worker does what is due then."""
        ago = timedelta(days=days)
        for statement in _OF_COMMUNITY:
            await self.house.rows(statement, ago, self.community)
        for statement in _OF_PEOPLE:
            await self.house.rows(statement, ago, [*self.people.values()])
        await self.house.let_a_minute_pass()

    async def window(self, key: str, *, scripts: bool) -> Page:
        """Somebody's browser, in which they are signed in."""
        page = await self.visits.begin(scripts=scripts, **PHONE)
        secret, now = f"secret of {key} {self.sign}".replace(" ", "-"), datetime.now(UTC)
        await self.house.rows(
            """
            INSERT INTO sessions (person, secret, browser, created_at, seen_at, expires_at)
            VALUES ($1, $2, '', $3, $3, $4)
            """,
            self.people[key],
            hashlib.sha256(secret.encode()).digest(),
            now,
            now + timedelta(days=9),
        )
        await page.context.add_cookies([{"name": "kith", "value": secret, "url": self.house.address}])
        return page

    async def asked(self, title: str) -> dict[str, str]:
        """Everybody's letter of a morning after: what it leads to."""
        return {
            key: link_in(await self.house.letter(self.email(key), f"How was {title}"), "/followups/")
            for key in NAMES
        }

    def letters(self, key: str) -> list[str]:
        """The subjects of all that somebody has been sent."""
        return [
            str(letter["Subject"])
            for letter in self.house.mail.letters()
            if self.email(key) in str(letter["To"])
        ]


async def open_connection(page: Page, name: str) -> None:
    """From the list to the page of one of them."""
    await page.goto("/connections")
    await page.get_by_role("main").get_by_role("link", name=name).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_year_between_four(house: House, visits: Visits, scripts: bool) -> None:
    year = Year(house, visits, "year-s" if scripts else "year-p")
    await year.begin()
    nia, ole, rosa = [await year.window(key, scripts=scripts) for key in ("nia", "ole", "rosa")]

    # Winter. All of them were at the shore yesterday, and are asked this morning.
    await year.gathering("Ice on the shore", in_days=-1, going=[*NAMES])
    await house.let_a_minute_pass()
    asked = await year.asked("Ice on the shore")
    for key in ("ole", "pip", "rosa", "sol"):
        await come_forward_without_a_browser(asked[key])
    await come_forward(nia, asked["nia"])
    await wish(nia, asked["nia"], "Ole D.")
    await wish(ole, asked["ole"], "Nia B.")
    await wish(rosa, asked["rosa"], "Nia B.")

    # On the third evening Nia and Ole hear of it. That Rosa wished it, too, nobody ever hears.
    await nia.goto("/connections")
    await expect(nia.get_by_role("main")).not_to_contain_text("Ole")
    await year.days_pass(4)
    await house.letter(year.email("nia"), "You and Ole Dahl would like to stay in touch")
    await house.letter(year.email("ole"), "You and Nia Berg would like to stay in touch")
    await open_connection(nia, "Ole Dahl")
    await expect(nia.get_by_role("main")).to_contain_text("Ice on the shore")
    assert not [subject for subject in year.letters("nia") if "Rosa" in subject]

    # She writes to him through Kith; he answers from his letter, without signing in, and sees no address.
    await nia.get_by_label("Your words").fill("The ice was singing. Did you hear it?")
    await nia.get_by_role("button", name="Send").click()
    await expect(nia.get_by_role("status")).to_contain_text("Sent to Ole")
    letter = await house.letter(year.email("ole"), "Nia Berg wrote to you")
    assert year.email("nia") not in letter.as_string()
    elsewhere = await visits.begin(scripts=scripts, **PHONE)
    await elsewhere.goto(link_in(letter, "/words/"))
    await elsewhere.get_by_label("Your answer").fill("All the way home.")
    await elsewhere.get_by_role("button", name="Send").click()
    await house.letter(year.email("nia"), "Ole Dahl wrote to you")
    await open_connection(nia, "Ole Dahl")
    await expect(nia.get_by_role("main")).to_contain_text("All the way home.")

    # She keeps a note for herself. He has none of it.
    await nia.get_by_label("A note to yourself").fill("Hears ice sing.")
    await nia.get_by_label("I would like us to see each other").select_option("seasonal")
    await nia.get_by_role("button", name="Save", exact=True).click()
    await expect(nia.get_by_role("status")).to_contain_text("for you alone")
    await open_connection(ole, "Nia Berg")
    await expect(ole.get_by_role("main")).not_to_contain_text("Hears ice sing.")

    # Spring. What they wrote is gone; the shore walkers meet in five days, and each is told so, once.
    spring = await year.gathering("Terns are back", in_days=105, going=["pip", "rosa", "sol"])
    await year.days_pass(100)
    told = await house.letter(year.email("nia"), "It has been a season since you saw Ole")
    his = await house.letter(year.email("ole"), "It has been a season since you saw Nia")
    await open_connection(nia, "Ole Dahl")
    await expect(nia.get_by_role("main")).not_to_contain_text("All the way home.")
    await nia.goto(link_in(told, f"/events/{spring}"))
    await nia.get_by_role("main").get_by_role("button", name="Going").first.click()
    await expect(nia.get_by_role("heading", name="You are going")).to_be_visible()
    await elsewhere.goto(link_in(his, "choice=later"))
    await elsewhere.get_by_role("button", name="Not this week").click()
    await expect(elsewhere.get_by_role("main")).to_contain_text("We are quiet this week.")
    await ole.goto(f"/events/{spring}")
    await ole.get_by_role("main").get_by_role("button", name="Going").first.click()
    await expect(ole.get_by_role("heading", name="You are going")).to_be_visible()
    await house.let_a_minute_pass()
    assert sum("season" in subject for subject in year.letters("nia")) == 1
    await open_connection(nia, "Ole Dahl")
    await expect(nia.get_by_role("heading", name="You are both coming")).to_be_visible()

    # They meet again. This time Nia wishes to hear from Rosa, too.
    await year.days_pass(6)
    asked = await year.asked("Terns are back")
    for key in ("ole", "pip", "sol"):
        await come_forward_without_a_browser(asked[key])
    await come_forward(rosa, asked["rosa"])
    await come_forward(nia, asked["nia"])
    await wish(rosa, asked["rosa"], "Nia B.")
    await wish(nia, asked["nia"], "Rosa L.")
    await year.days_pass(4)
    await house.letter(year.email("nia"), "You and Rosa Lund would like to stay in touch")
    await open_connection(nia, "Ole Dahl")
    await expect(nia.get_by_role("main")).to_contain_text("Terns are back")

    # Autumn. Ole ends it. Nobody writes to Nia; he is not there any more, and Rosa is.
    await year.days_pass(150)
    before = year.letters("nia")
    await open_connection(ole, "Nia Berg")
    await ole.get_by_text("End this connection").first.click()
    await ole.get_by_role("button", name="End it").click()
    await expect(ole.get_by_role("main")).not_to_contain_text("Nia Berg since")
    await house.let_a_minute_pass()
    await nia.goto("/connections")
    await expect(nia.get_by_role("main").get_by_role("link", name="Rosa Lund").first).to_be_visible()
    await expect(nia.get_by_role("main")).not_to_contain_text("Ole")
    assert year.letters("nia") == before
