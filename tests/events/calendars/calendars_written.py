"""Calendars of every kind, by name: what `written_before/` keeps the files of, as our first writer wrote them.

Texts, clocks and uids are fixed. A file stays as it is: readers have it, and what they read may not change by a
change of the writer. Something new that a calendar says gets a case of its own here, and its file is written with
`python -m tests.events.calendars_written`, which leaves alone those that are there.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from events.calendars import calendar
from events.calendars.calendar import Alarm, Attendee, Entry, Mailbox

FOLDER = Path(__file__).parent / "written_before"
STAMPED = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
HOST = Mailbox("Sunday Walkers, Ana & co.", "letters@kith.example")
BO = Attendee("Bo", "bo@example.org")
WALK = Entry(
    uid="k7m2p9qrst4v@kith.example",
    sequence=2,
    starts_at=datetime(2026, 12, 1, 18, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 20, tzinfo=UTC),
    zone="Europe/Berlin",
    summary="Walk along the river",
    description="Bring boots.\n\nWe stop for tea; bring a cup, too.\n- [x] *really*",
    location="Café Süd, Hauptstr. 5, 10999 Berlin",
    url="https://kith.example/events/k7m2p9qrst4v",
    created_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    changed_at=datetime(2026, 11, 20, 10, 0, 1, 234567, tzinfo=UTC),
    organizer="Sunday Walkers",
    busy=False,
)
MEET = "https://meet.example/abc?x=1&y=2#room,3;4"

TEXTS = {
    "line-ends": "first\r\nsecond\rthird\x0bfourth\u2028fifth\x85sixth",
    "special": r"a\b; c, d: e \n \N \\ \; \, C:\New\notes ^n ^^ 100%2C",
    "injected": "Tea\r\nATTENDEE:mailto:eve@example.org\r\nEND:VEVENT",
    "quotation": "\"Tea\" <x@y> 'and' “cake” it’s",
    "emoji": "👩🏽‍🤝‍👨🏿 🏳️‍🌈 walk " * 40,
    "right-to-left": "لقاء في المقهى، الساعة السابعة; נפגש בקפה, בשבע",
    "control": "a\x00b\x07c\x1bd\x7fe\x9ff\ufeffg",
    "long": "Zażółć gęślą jaźń; " * 263,
    "half-a-letter": "a\ud83db",
    "one-word": "ß" * 1000,
    "commas": "tea, cake; and, well, more; " * 12,
    "nothing": "",
    "blanks": " \t\u00a0 ",
}
ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Windhoek", "America/Havana", "America/New_York",
    "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut",
    "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Atlantic/Reykjavik",
    "Australia/Lord_Howe", "Etc/GMT+12", "Etc/UTC", "Europe/Berlin", "Europe/Dublin", "Europe/London",
    "Pacific/Apia", "Pacific/Chatham", "Pacific/Easter", "Pacific/Kiritimati", "Pacific/Norfolk", "UTC",
)  # fmt: skip


def calendars() -> dict[str, bytes]:
    """Every calendar, by the name of its file, as the writer writes it now."""
    return dict([*_files(), *_feeds(), *_letters()])


def _files() -> Iterator[tuple[str, bytes]]:
    for name, entry in _entries():
        yield f"file-{name}", calendar.single(entry)


def _entries() -> Iterator[tuple[str, Entry]]:
    yield "in-person", WALK
    yield "online", replace(WALK, location="Online", join_url=MEET, description="")
    yield "online-seen-from-outside", replace(WALK, location="Online", description="")
    yield "hybrid", replace(WALK, join_url=MEET, busy=True)
    yield "join-link-in-text", replace(WALK, join_url=MEET, description=f"Come: {MEET}")
    yield "address-kept-back", replace(WALK, location="Café Süd")
    yield "nowhere-yet", replace(WALK, location="", organizer="", description="", url="")
    yield "place-in-lines", replace(WALK, location="Café Süd\n\n Hauptstr. 5 \nBerlin")
    yield "without-end", replace(WALK, ends_at=None)
    yield "days", replace(WALK, ends_at=datetime(2026, 12, 4, 9, 15, tzinfo=UTC))
    yield "over-new-year", replace(WALK, ends_at=datetime(2027, 1, 2, 9, 15, tzinfo=UTC))
    yield "years", replace(WALK, ends_at=datetime(2031, 1, 2, tzinfo=UTC))
    yield "cancelled", replace(WALK, status="CANCELLED", description="Cancelled: Storm.\n\nBring boots.")
    yield "maybe", replace(WALK, status="TENTATIVE", busy=True)
    yield "coming", replace(WALK, busy=True)
    yield "categories", replace(WALK, categories=("walks", "tea, cake; more", "ä\\b"))
    yield "unusual-address", replace(WALK, url="https://kith.example/ü b\r\nATTENDEE:mailto:eve@example.org")
    yield (
        "shift",
        replace(WALK, uid="shift-abc@kith.example", summary="Make tea, twice (Walk)", busy=True, sequence=7),
    )
    yield "in-the-gap", replace(WALK, starts_at=datetime(2027, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
                                ends_at=None)  # fmt: skip
    for hour in (0, 1):
        starts = datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
        yield f"shown-twice-{hour}", replace(WALK, starts_at=starts, ends_at=None)
    for name, text in TEXTS.items():
        yield f"text-{name}", replace(WALK, summary=text, description=text, location=text, organizer=text,
                                      categories=(text,))  # fmt: skip
    for zone in ZONES:
        yield f"zone-{zone.replace('/', '-')}", replace(WALK, zone=zone)
    for year in (1, 1895, 1901, 1980, 2026, 2036, 2399, 9990, 9999):
        starts = datetime(year, 12, 31, 12, tzinfo=UTC)
        yield f"year-{year}", replace(WALK, starts_at=starts, ends_at=None, zone="America/New_York")


def _feeds() -> Iterator[tuple[str, bytes]]:
    many, page = list(_many()), "https://kith.example/communities/walkers"
    yield "feed-of-a-community", calendar.feed(
        many, name="Sunday Walkers", description="We walk,\nevery Sunday; rain or shine.", url=page,
        source=f"{page}/calendar.ics")  # fmt: skip
    yield (
        "feed-of-somebody",
        calendar.feed(many, name="Kith: my phone", url="https://kith.example/", cancelled="drop"),
    )
    yield "feed-noting-what-is-cancelled", calendar.feed(many[:9], name="Walks", cancelled="note")
    yield "feed-of-nothing", calendar.feed([], name="Walks", description="Nothing yet")
    yield "feed-with-alarms", calendar.feed(
        many[:8], name="Walks", refresh=timedelta(minutes=90),
        alarms=(Alarm(timedelta(hours=1)), Alarm(timedelta(days=1)), Alarm(timedelta(minutes=15)),
                Alarm(timedelta(seconds=61))))  # fmt: skip
    for name, text in TEXTS.items():
        yield f"feed-called-{name}", calendar.feed([WALK], name=text, description=text)


def _many() -> Iterator[Entry]:
    texts = [*TEXTS.values()]
    for i in range(2 * len(ZONES)):
        zone, text = ZONES[i % len(ZONES)], texts[i % len(texts)]
        starts = datetime(2026, 9, 3, 19, tzinfo=ZoneInfo(zone)) + timedelta(days=11 * i, minutes=i % 4 * 15)
        yield replace(
            WALK,
            uid=f"gathering{i}@kith.example",
            sequence=i % 3,
            zone=zone,
            starts_at=starts,
            ends_at=(None, starts + timedelta(minutes=50), starts + timedelta(days=2, hours=1))[i % 3],
            summary=f"{i} {text[:300]}",
            description=texts[-i % len(texts)][:300],
            location=f"Room {i}",
            url=f"https://kith.example/events/gathering{i}",
            join_url=MEET if i % 5 == 0 else "",
            status=("CONFIRMED", "CONFIRMED", "TENTATIVE", "CANCELLED")[i % 4],
            busy=i % 2 == 0,
            organizer="Walks & talks" if i % 3 else "",
            categories=("walks", "tea; cake") if i % 7 == 0 else (),
        )


def _letters() -> Iterator[tuple[str, bytes]]:
    coming = replace(WALK, busy=True)
    for partstat in ("ACCEPTED", "TENTATIVE", "DECLINED", "NEEDS-ACTION"):
        yield f"letter-{partstat.lower()}", _letter(coming, BO._replace(partstat=partstat))
    yield "letter-maybe", _letter(replace(coming, status="TENTATIVE"), BO._replace(partstat="TENTATIVE"))
    yield "letter-online", _letter(replace(coming, location="Online", join_url=MEET), BO)
    yield "letter-not-going", _letter(coming, BO._replace(partstat="DECLINED"), method="CANCEL")
    yield "letter-called-off", _letter(replace(coming, status="CANCELLED"), BO, method="CANCEL")
    for zone in ("Africa/Cairo", "Africa/Casablanca", "America/New_York", "Asia/Kathmandu", "UTC"):
        yield f"letter-zone-{zone.replace('/', '-')}", _letter(replace(coming, zone=zone), BO)
    for name, text in TEXTS.items():
        yield (
            f"letter-to-{name}",
            _letter(replace(coming, summary=text), Attendee(text, "bo+kith@example.org")),
        )
    for name, email in (("query", "bo?subject=x&y@example.org"), ("accent", "bø@example.org"),
                        ("injected", "bo@example.org\r\nX-A:b")):  # fmt: skip
        yield f"letter-at-{name}", _letter(coming, Attendee("Bo", email))
    yield (
        "letter-out-of-sight",
        calendar.removal(
            WALK.uid, 5, "A gathering, it’s over", HOST, BO._replace(partstat="DECLINED"), stamped_at=STAMPED
        ).encode(),
    )


def _letter(entry: Entry, attendee: Attendee, method: calendar.Method = "REQUEST") -> bytes:
    return calendar.invitation(entry, HOST, attendee, method=method, stamped_at=STAMPED).encode()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, written in calendars().items():
        file = FOLDER / f"{name}.ics"
        if not file.exists():
            file.write_bytes(written)
            print(file.name)
