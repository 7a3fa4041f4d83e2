"""Twin worlds: the same people live through the same weeks twice, and differ in what Anna keeps to herself alone.

A `Plan` says what happens in both, and what Anna does in secret: in the one she marks, wishes, writes to herself; in
the other she sends the same form without it. `live` lives one of them through, and says what everybody but Anna saw.
Chance and the clock stand still, so that not even a nonce may differ. Each world is undone.
"""

import asyncio
import io
import os
import random
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_string
from email.policy import default
from typing import Any

import asyncpg
import httpx
import pytest
import structlog

import events.calendars.pages.calendars as calendars
import events.showing.pages as event_pages
import followups.jobs
from events.tables import Event
from followups.connections import store
from followups.connections.queries import Pair
from followups.survey import asking, links
from members.account import sessions
from members.blocking import blocks
from members.tables import Community, Person
from rsvps.questions import sheet
from rsvps.seating import seats
from server import db, jobs, tries
from server.composition import timetable
from server.settings import settings
from tests.everywhere import undone
from tests.followups.mornings import CLOSES, FIRST_SIX, MORNING, all_findable, asked, at, held, make_guests
from tests.gatherings import BERLIN, make_event
from tests.people import join

ANNA = "Anna"
NAMES = {
    ANNA: "Anna Rios",
    "Bo": "Bo Lind",
    "Cleo": "Cleo Marsh",
    "Dev": "Dev Patel",
    "Eli": "Eli Stone",
    "Fay": "Fay Wood",
    "Gus": "Gus Hill",
}
OTHERS = tuple(name for name in NAMES if name != ANNA)
BEFORE_THE_SUPPER = "the evening before the supper"
PROMPTED = range(7, 0, -1)  # Days before it on which people are told what may bring them together.

GUEST = "Fay"  # has no account
HOST = "Gus"  # organises
OWNER = "Olga"
EYES = (*OTHERS, OWNER, "nobody")

COMING = datetime(2026, 12, 3, 19, tzinfo=BERLIN)
MOMENTS = {
    "the same day": MORNING + timedelta(hours=2),
    "the evening when it is told": FIRST_SIX + timedelta(minutes=30),
    "when it has closed": CLOSES + timedelta(days=2),
    "the evening before the supper": datetime(2026, 12, 2, 20, tzinfo=BERLIN),
    "in February": datetime(2027, 2, 4, 11, tzinfo=BERLIN),
}

# What Anna alone is sent: the person of the first argument.
_HERS = {
    "followups.prompt": "SELECT person FROM prompts WHERE id = $1",
    "followups.note_back": "SELECT person FROM follow_up_replies WHERE id = $1",
}
# A seal of the number of the work, which nobody can read; there may be more work in the one world.
_MESSAGE_ID = re.compile(r"(?<=Message-ID: )<[0-9a-f]{32}@[^>]+>")


# What a busy machine makes Kith say, whoever did what: that Valkey or a connection did not answer in time.
OF_THE_MACHINE = ("Valkey gone", "no wake-up", "nobody tells of changes", "connection lost")


@dataclass(frozen=True)
class Act:
    """Something that somebody does, perhaps about somebody, perhaps in words."""

    kind: str
    by: str
    about: str = ""
    words: str = ""


@dataclass(frozen=True)
class Plan:
    """One random world. `acts` happen in both twins, `secret` are Anna's own, `afterwards` what she says to what she is
    told in the week before the supper. `looks` is how many pages are opened by each of `eyes` at each moment; `chance`
    chooses which. `whole`: the nights are lived through, too."""

    hidden: frozenset[str] = frozenset()
    connected: frozenset[tuple[str, str]] = frozenset()
    coming: frozenset[str] = frozenset()
    acts: tuple[Act, ...] = ()
    secret: tuple[Act, ...] = ()
    afterwards: str = ""
    moments: tuple[str, ...] = tuple(MOMENTS)
    eyes: tuple[str, ...] = EYES
    looks: int = 6
    chance: int = 0
    whole: bool = False


@dataclass
class Seen:
    """All that anybody but Anna got to see: answers and statements by (who, when, where), letters, and the log."""

    answers: dict[tuple[str, str, str], tuple[int, list[tuple[str, str]], bytes]] = field(
        default_factory=dict
    )
    statements: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    letters: list[tuple[str, str, str]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


@dataclass
class Base:
    """What all worlds begin with: the morning after a walk, and a supper to come."""

    app: Any
    people: Mapping[str, Person]
    walk: Event
    supper: Event
    cookies: Mapping[str, str]
    pages: Mapping[str, str]
    keys: Mapping[str, str]
    numbers: Mapping[str, tuple[int, bool]]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis would print all of it."""
        printer.text("base")


async def begin(app: Any, browser: httpx.AsyncClient, community: Community, owner: Person) -> Base:
    """Seven who were at a walk; all but one belong to the community, one hosts, and can be found by the others."""
    _forget_what_is_known()
    people = dict(zip(NAMES, await make_guests(*NAMES.values()), strict=True))
    for name, person in people.items():
        if name != GUEST:
            await join(person, community, "organiser" if name == HOST else "member")
    walk = await held(community, list(people.values()))
    with at(MORNING):
        supper = await make_event(community, owner, title="A supper for all", starts_at=COMING)
        await asking.open_due()
        await _work_off(Seen(), None, _Chance(), _Log(io.StringIO()))
        await all_findable(browser, walk, list(people.values()))
        people[OWNER] = owner
        cookies = {
            name: await sessions.open_session(person, browser="Firefox")
            for name, person in people.items()
            if name != GUEST
        }
    replies = {name: await asked(walk, people[name]) for name in NAMES}
    return Base(
        app,
        people,
        walk,
        supper,
        cookies,
        {name: links.path(reply) for name, reply in replies.items()},
        {name: reply.key for name, reply in replies.items()},
        await _numbers(),
    )


async def live(base: Base, plan: Plan, *, secretly: bool) -> Seen:
    """One of the twins, from the morning after to February. `secretly`: it is the one in which Anna does it."""
    seen = Seen()
    printed = io.StringIO()
    async with undone():
        with _still_chance() as chance, redirect_stdout(printed):
            await _as_it_was(base)
            world = _World(base, plan, seen, chance, _Log(printed), secretly)
            with at(MORNING + timedelta(hours=1)):
                await world.prepare()
                await world.act()
            for moment in plan.moments:
                with at(MOMENTS[moment]):
                    await world.let_time_pass(moment)
                    await world.look(moment)
            await asyncio.sleep(0)  # The lines of one turn are written at its end.
    # A line says how long it took, and how much work there was before.
    lines = [_without_numbers(line) for line in printed.getvalue().splitlines()]
    seen.log = [line for line in lines if not any(words in line for words in OF_THE_MACHINE)]
    return seen


def differences(one: Seen, other: Seen) -> list[str]:
    """In what two worlds differ, for people to read. None, if nobody but Anna can tell them apart."""
    found = []
    for place in sorted({*one.answers, *other.answers}):
        if one.answers.get(place) != other.answers.get(place):
            found.append(f"{place}: {_first_difference(one.answers.get(place), other.answers.get(place))}")
        if one.statements.get(place) != other.statements.get(place):
            mine, theirs = one.statements.get(place, []), other.statements.get(place, [])
            found.append(f"{place} costs other statements: {len(mine)} and {len(theirs)}")
    if one.letters != other.letters:
        found.append(f"letters: {_first_difference(one.letters, other.letters)}")
    if one.log != other.log:
        found.append(f"log: {_first_difference(one.log, other.log)}")
    return found


class _World:
    def __init__(
        self, base: Base, plan: Plan, seen: Seen, chance: "_Chance", log: "_Log", secretly: bool
    ) -> None:
        self.base, self.plan, self.seen, self.chance = base, plan, seen, chance
        self.log, self.secretly = log, secretly
        self.people = base.people
        self.moment = ""

    async def prepare(self) -> None:
        """What was before: who can be found, who is connected, who comes to the supper."""
        base, plan = self.base, self.plan
        await db.run(
            "UPDATE follow_up_replies SET findable = false WHERE follow_up = $1 AND person = ANY($2)",
            (await asked(base.walk, self.people[ANNA])).follow_up,
            [self.people[name].id for name in plan.hidden],
        )
        pairs = [
            sorted((self.people[one].id, self.people[other].id)) for one, other in sorted(plan.connected)
        ]
        with at(MORNING - timedelta(days=100)):
            self.chance.begin("connected")
            await store.connect(
                [Pair(low, high, base.walk.id) for low, high in pairs], MORNING - timedelta(days=100)
            )
        for name in sorted(plan.coming):
            self.chance.begin("coming", name)
            await seats.answer(
                base.supper, self.people[name], answer="going", by=self.people[name], listed="coming"
            )

    async def act(self) -> None:
        """What people do, and between it what Anna does in secret, or the same form without it."""
        waiting = list(self.plan.secret)
        for number, act in enumerate(self.plan.acts):
            self.moment = f"act {number}"
            self.chance.begin("act", number)
            await getattr(self, f"_{act.kind}")(act)
            if waiting:
                await self._do_secretly(waiting.pop(0))
        for act in waiting:
            await self._do_secretly(act)

    async def _do_secretly(self, act: Act) -> None:
        self.chance.begin("secret", act.kind, act.about)
        await getattr(self, f"_secret_{act.kind}")(act)
        self.chance.begin("after the secret")

    # What happens in both

    async def _wish(self, act: Act) -> None:
        await self._say(act.by, wish=(act.about,))

    async def _both_wish(self, act: Act) -> None:
        await self._say(act.by, wish=(act.about,))
        await self._say(act.about, wish=(act.by,))

    async def _block(self, act: Act) -> None:
        await blocks.block(self.people[act.by], self.people[act.about])

    async def _tell_hosts(self, act: Act) -> None:
        await self._say(act.by, message=act.words, message_to="organisers")

    async def _ask(self, act: Act) -> None:
        await self._say(act.by, offers="true", hello="true", hello_words=act.words)

    async def _end(self, act: Act) -> None:
        connection = await self._connection(act)
        if connection:
            await self._send(act.by, f"/connections/{connection}/ending")

    async def _write(self, act: Act) -> None:
        connection = await self._connection(act)
        if connection:
            await self._send(act.by, f"/connections/{connection}/words", {"words": act.words})

    async def _keep(self, act: Act) -> None:
        connection = await self._connection(act)
        if connection:
            form = {"note": act.words, "rhythm": "seasonal"}
            await self._send(act.by, f"/connections/{connection}/keeping", form)

    # What Anna does in secret

    async def _secret_keep(self, act: Act) -> None:
        connection = await self._connection(act)
        if connection:
            kept = {"note": act.words, "rhythm": "monthly", "unprompted": "true"}
            nothing = {"note": "", "rhythm": "none"}
            await self._send(ANNA, f"/connections/{connection}/keeping", kept if self.secretly else nothing)

    async def _secret_pin(self, act: Act) -> None:
        connection = await self._connection(act)
        if connection:
            async with self.log.without():
                await self._send(ANNA, f"/connections/{connection}/pin{'' if self.secretly else '/removal'}")

    async def _secret_met(self, act: Act) -> None:
        await self._say(ANNA, shown=(act.about,), met=(act.about,) if self.secretly else ())

    async def _secret_wish(self, act: Act) -> None:
        await self._say(ANNA, shown=(act.about,), wish=(act.about,) if self.secretly else ())

    async def _secret_note(self, act: Act) -> None:
        await self._say(ANNA, note=act.words if self.secretly else "")

    async def _secret_note_back(self, act: Act) -> None:
        """It comes back to her, by letter, on the morning of the last day of November."""
        note = {"note": act.words, "note_back": "day", "note_on": "2026-11-30"}
        await self._say(ANNA, **(note if self.secretly else {}))

    async def _secret_message(self, act: Act) -> None:
        said = {"message": act.words, "felt_welcome": "no"} if self.secretly else {}
        await self._say(ANNA, **said, message_to="nobody")

    async def _secret_be_told_less(self, act: Act) -> None:
        await self._send(ANNA, "/settings/prompts", {"how_often": act.words if self.secretly else "weekly"})

    async def _say_to_prompts(self, choice: str) -> None:
        for token in await self._prompts():
            self.chance.begin("prompt", choice)
            back = "" if self.secretly else "/removal"
            async with self.log.without():
                await self._send(ANNA, f"/prompts/{token}/choices/{choice}{back}")

    async def _prompts(self) -> list[str]:
        letters = await db.rows(
            "SELECT message FROM sent_letters WHERE to_email = $1 AND kind = 'followups/prompt'",
            self.people[ANNA].email,
        )
        paths = [path for row in letters for path in _paths_in(row["message"].decode())]
        return sorted(
            {path.split("/")[2].partition("?")[0] for path in paths if path.startswith("/prompts/")}
        )

    # How it is done

    async def _say(
        self,
        by: str,
        *,
        wish: Sequence[str] = (),
        met: Sequence[str] = (),
        shown: Sequence[str] | None = None,
        **fields: Any,
    ) -> None:
        keys = self.base.keys
        form = {
            "act": "save",
            "was_there": "yes",
            "findable": "" if by in self.plan.hidden else "true",
            "shown": [keys[name] for name in (shown if shown is not None else wish)],
            "met": [keys[name] for name in met],
            "wish": [keys[name] for name in wish],
            **fields,
        }
        answer = await self._send(by, self.base.pages[by], {k: v for k, v in form.items() if v != ""})
        assert answer.status_code == 303, answer.text

    async def _send(self, by: str, path: str, form: Mapping[str, Any] | None = None) -> httpx.Response:
        async with self._browser(by) as browser:
            place = (by, self.moment, path)
            with _noting_statements(self.seen.statements.setdefault(place, []) if by != ANNA else []):
                answer = await browser.post(
                    path, data=dict(form or {}), headers={"sec-fetch-site": "same-origin"}
                )
        if by != ANNA:
            self._see(place, answer)
        return answer

    def _see(self, place: tuple[str, str, str], answer: httpx.Response) -> None:
        self.seen.answers[place] = (answer.status_code, sorted(answer.headers.items()), answer.content)

    async def _connection(self, act: Act) -> str | None:
        found: str | None = await db.value(
            "SELECT public_id FROM connections WHERE low = $1 AND high = $2 AND ended_at IS NULL",
            *sorted((self.people[act.by].id, self.people[act.about].id)),
        )
        return found

    @asynccontextmanager
    async def _browser(self, who: str) -> AsyncIterator[httpx.AsyncClient]:
        secret = self.base.cookies.get(who)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.base.app),
            base_url=settings.base_url,
            cookies={sessions.COOKIE: secret} if secret else {},
            headers={"accept-encoding": "identity"},
        ) as browser:
            yield browser

    # Time, and who looks

    async def let_time_pass(self, moment: str) -> None:
        """The clock strikes: all that is timed, and the letters."""
        if moment == BEFORE_THE_SUPPER:
            await self._week_before()
        for line in timetable:
            if self.plan.whole or "hour" not in line.when:  # What is done once a night only tidies up.
                self.chance.begin(line.name)
                await line.function()
        await db.plan_once()  # What a line sets for its own transaction stays set: all are part of one here.
        await self._name_prompts()
        await self._work_off()

    async def _week_before(self) -> None:
        """Each evening some are told what may bring them together; in the middle Anna says something to it."""
        for days in PROMPTED:
            with at(MOMENTS[BEFORE_THE_SUPPER] - timedelta(days=days)):
                self.chance.begin("prompts", days)
                await followups.jobs.prompt()
                await db.plan_once()
                await self._name_prompts()
                await self._work_off()
                if days == PROMPTED[3] and self.plan.afterwards:
                    await self._say_to_prompts(self.plan.afterwards)

    async def _name_prompts(self) -> None:
        """Their chance names are drawn together, Anna's among them: give each the same one in both worlds."""
        await db.run("UPDATE prompts SET public_id = left(md5(person || ' in ' || week), 12)")

    async def _work_off(self) -> None:
        await _work_off(self.seen, self.people[ANNA], self.chance, self.log)

    async def look(self, moment: str) -> None:
        """Everybody who looks opens some of the pages that they can find."""
        for who in self.plan.eyes:
            await self._look(who, moment, random.Random(f"{self.plan.chance} {who} {moment}"))

    async def _look(self, who: str, moment: str, choosing: random.Random) -> None:
        first = (
            [self.base.pages[who], "/connections", *self._in_letters(who)] if who in self.base.pages else []
        )
        waiting, known = self._addresses(), set[str]()
        async with self._browser(who) as browser:
            while (first or waiting) and len(known) < self.plan.looks:
                path = first.pop(0) if first else waiting.pop(choosing.randrange(len(waiting)))
                if path in known:
                    continue
                known.add(path)
                place = (who, moment, path)
                self.chance.begin(*place)
                with _noting_statements(self.seen.statements.setdefault(place, [])):
                    answer = await browser.get(path)
                self._see(place, answer)
                for link in _links(answer):
                    # What the page of connections leads to is what this is about.
                    (first if link.startswith("/connections/") else waiting).append(link)

    def _in_letters(self, who: str) -> list[str]:
        """What the latest letters to somebody lead to, but for their own page."""
        own = [message for to, _, message in self.seen.letters if to == self.people[who].email][-2:]
        paths = [path for message in own for path in _paths_in(message)]
        return [path for path in paths if path != self.base.pages[who] and not path.startswith("/events")][
            -3:
        ]

    def _addresses(self) -> list[str]:
        """What nobody finds by following links from the front page."""
        walk, supper = f"/events/{self.base.walk.public_id}", f"/events/{self.base.supper.public_id}"
        beside = ("", ".ics", ".json", "/followup", "/arrivals", "/people", "/people.csv", "/coming")
        return [
            "/",
            "/events",
            "/been",
            "/organising",
            "/settings",
            "/settings/card",
            "/metrics",
            "/communities/walkers",
            "/communities/walkers/people",
            "/communities/walkers/calendar.ics",
            *(f"{event}{more}" for event in (walk, supper) for more in beside),
        ]


# Two worlds have the same chance, the same numbers, and know nothing of each other.


class _Chance:
    """All chance there is, begun anew at each step: so what one step draws does not matter to the next."""

    def __init__(self) -> None:
        self.dice = random.Random()

    def begin(self, *step: object) -> None:
        """What is drawn from here on follows from this step alone."""
        self.dice.seed(repr(step))
        structlog.contextvars.clear_contextvars()


@contextmanager
def _still_chance() -> Iterator[_Chance]:
    chance = _Chance()
    dice, before = chance.dice, random.getstate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", dice.randbytes)
        patch.setattr(secrets, "choice", dice.choice)
        patch.setattr(secrets, "token_hex", lambda size=32: dice.randbytes(size).hex())
        patch.setattr(secrets, "token_urlsafe", lambda size=32: dice.randbytes(size).hex())
        patch.setattr(secrets, "token_bytes", dice.randbytes)
        patch.setattr(random, "random", dice.random)
        patch.setattr(random, "uniform", dice.uniform)
        yield chance
    random.setstate(before)


async def _numbers() -> dict[str, tuple[int, bool]]:
    rows = await db.rows(
        "SELECT sequencename AS name, last_value FROM pg_sequences WHERE schemaname = 'public'"
    )
    return {row["name"]: (row["last_value"] or 1, row["last_value"] is not None) for row in rows}


async def _as_it_was(base: Base) -> None:
    """No transaction undoes what was counted on, nor what this process remembers."""
    await db.rows(
        "SELECT setval(name::regclass, last, used) FROM unnest($1::text[], $2::bigint[], $3::boolean[]) AS "
        "numbers (name, last, used)",
        [*base.numbers],
        [last for last, _ in base.numbers.values()],
        [used for _, used in base.numbers.values()],
    )
    _forget_what_is_known()


def _forget_what_is_known() -> None:
    structlog.contextvars.clear_contextvars()
    tries.forget()
    sheet._known.clear()
    event_pages._kept._kept.clear()
    calendars._public._kept.clear()
    calendars._personal.clear()


class _Log:
    """What is printed meanwhile, and nobody's business if it is left out."""

    def __init__(self, printed: io.StringIO) -> None:
        self._printed = printed

    @asynccontextmanager
    async def without(self, *, really: bool = True) -> AsyncIterator[None]:
        """Nothing of this: a line names a route or a kind of letter, and nobody. What Anna alone does has one."""
        await asyncio.sleep(0)  # The lines of one turn are written at its end.
        before = len(self._printed.getvalue())
        yield
        await asyncio.sleep(0)
        if really:
            self._printed.seek(before)
            self._printed.truncate()


async def _work_off(seen: Seen, hers: Person | None, chance: _Chance, log: _Log) -> None:
    """All due work, each with a chance of its own; of the letters, those that do not go to her."""
    before = await db.value("SELECT coalesce(max(id), 0) FROM sent_letters")
    while claimed := await jobs.claim("the twins", most=100):
        for work in claimed:
            chance.begin(work.kind, work.args)
            own = work.kind in _HERS and hers and await db.value(_HERS[work.kind], work.args[0]) == hers.id
            async with log.without(really=bool(own)):
                await jobs.do(work)
        failed = await db.value("SELECT kind || ': ' || last_error FROM due_work WHERE last_error <> ''")
        assert not failed, failed
    for row in await db.rows("SELECT * FROM sent_letters WHERE id > $1 ORDER BY id", before):
        if not hers or row["to_email"] != hers.email:
            message = _MESSAGE_ID.sub("", row["message"].decode())
            seen.letters.append((row["to_email"], row["subject"], message))


@contextmanager
def _noting_statements(noted: list[str]) -> Iterator[None]:
    """Every statement that is sent meanwhile, on whatever connection."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fetch", "fetchrow", "fetchval", "execute"):
            patch.setattr(asyncpg.Connection, name, _noting(getattr(asyncpg.Connection, name), noted))
        yield


def _noting(original: Any, noted: list[str]) -> Any:
    async def call(self: Any, query: str, *args: Any, **options: Any) -> Any:
        noted.append(query)
        return await original(self, query, *args, **options)

    return call


def _links(answer: httpx.Response) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    found = re.findall(r'href="(/[^"#]*)', answer.text)
    return [path.replace("&amp;", "&") for path in found if not path.startswith(("/static", "/dev"))]


def _paths_in(message: str) -> list[str]:
    letter = message_from_string(message, policy=default)
    text = next(part for part in letter.walk() if part.get_content_type() == "text/plain").get_content()
    return re.findall(rf"{re.escape(settings.base_url)}(/[^\s<>]+)", text)


def _without_numbers(line: str) -> str:
    return re.sub(r'("ms":|ms=|work=|"work":)\s*[\d.]+', "", re.sub(r"\x1b\[\d*m", "", line))


def _first_difference(one: Any, other: Any) -> str:
    if type(one) is not type(other):
        return f"{str(one)[:300]!r} and {str(other)[:300]!r}"
    if isinstance(one, list | tuple):
        for mine, theirs in zip(one, other, strict=False):
            if mine != theirs:
                return _first_difference(mine, theirs)
        return f"{len(one)} and {len(other)}: {str([*one, *other][min(len(one), len(other)) :])[:600]}"
    if isinstance(one, bytes):
        one, other = one.decode(errors="replace"), other.decode(errors="replace")
    if isinstance(one, str):
        place = next(
            (at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), 0
        )
        return f"{one[max(0, place - 150) : place + 150]!r} and {other[max(0, place - 150) : place + 150]!r}"
    return f"{one} and {other}"
