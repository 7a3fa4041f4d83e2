"""People, gatherings and sessions in bulk, straight into the tables."""

from datetime import timedelta

from events import queries
from events.tables import AnswerPolicy, Event, SeatPool
from members.account.sessions import COOKIE
from members.tables import Community, Person
from server import clock, db, tokens

ABOUT = (
    "We meet at the fountain and walk for about two hours, at the pace of whoever is slowest.\n\n"
    "**Bring** water, something to share, and shoes that do not mind mud.\n\n- rain or shine\n- dogs are welcome\n"
) * 3


async def people(count: int) -> list[int]:
    """So many people with accounts. Returns their numbers."""
    now = clock.now()
    found = await db.rows(
        """
        INSERT INTO people (public_id, email, name, zone, language, created_at, signed_in_at)
        SELECT id, id || '@example.org', 'Person ' || id, 'Europe/Berlin', 'en', $2, $2
        FROM unnest($1::text[]) AS new (id)
        RETURNING id
        """,
        [tokens.public_id() for _ in range(count)],
        now,
    )
    return [row["id"] for row in found]


async def cookies(numbers: list[int]) -> list[str]:
    """A signed-in browser for each: the Cookie header it sends."""
    now = clock.now()
    secrets = [tokens.new_secret() for _ in numbers]
    digests = [tokens.digest(secret) for secret in secrets]
    rows = [
        (person, key, "Bench", now, now, now + timedelta(days=1))
        for person, key in zip(numbers, digests, strict=True)
    ]
    await db.copy("sessions", ["person", "secret", "browser", "created_at", "seen_at", "expires_at"], rows)
    return [f"{COOKIE}={secret}" for secret in secrets]


async def community(slug: str = "walkers") -> Community:
    """A community with an owner."""
    made = Community(slug=slug, name="Sunday Walkers", zone="Europe/Berlin", about=ABOUT)
    await made.save()
    (owner,) = await people(1)
    await db.run(
        "INSERT INTO memberships (community, person, role, joined_at) VALUES ($1, $2, 'owner', $3)",
        made.id,
        owner,
        clock.now(),
    )
    return made


async def event(
    of: Community, *, seats: int | None = None, days: int = 7, title: str = "Walk to the mill"
) -> Event:
    """A published, public gathering."""
    start = clock.now().replace(second=0, microsecond=0) + timedelta(days=days)
    made = Event(
        community=of.id,
        title=title,
        about=ABOUT,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        zone="Europe/Berlin",
        place="Town fountain",
        address="Market square 1",
        status="published",
        published_at=clock.now(),
    )
    await made.save()
    await AnswerPolicy(event=made.id, guests_allowed=2).save()
    await SeatPool(event=made.id, seats=seats).save()
    found = await queries.event_by_id(made.id)
    assert found
    return found


async def person(number: int) -> Person:
    """One of them, as a row."""
    found = await Person.objects().get(Person.id == number)
    assert found
    return found
