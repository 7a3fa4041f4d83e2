"""Filling a database with the demonstration, in one transaction: wholly or not at all. Takes a few seconds."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from events import queries
from events.calendars import feeds
from events.details import Details
from events.hosting import co_hosts, rota
from events.hosting import mail as hosting_mail
from events.importing import importing
from events.importing import queries as importing_queries
from events.publishing import publishing
from events.series import access, beginning, course, rule
from events.series import queries as series_queries
from events.tables import Event, HostQuestion, Series
from followups import jobs as followup_jobs
from followups.asks import asks
from followups.connections import cards, ending, keeping
from followups.connections import queries as connection_queries
from followups.prompts.turns import by_day
from followups.survey import answering, asking, encounters
from followups.survey import queries as followup_queries
from followups.tables import Connection, PromptTurn
from followups.writing import notes
from followups.writing import queries as writing_queries
from members import queries as member_queries
from members.communities import founding, joining, keeping_out
from members.communities.keeping_out import Whom
from members.letters import following
from members.tables import Community, Person
from rsvps.attending import by_letter
from rsvps.door import arrivals, doors
from rsvps.hosting import approvals, invitations
from rsvps.letters import links
from rsvps.questions import sheet
from rsvps.seating import seats
from rsvps.seating.rules import Wish
from rsvps.standing import counting_in
from rsvps.standing import queries as standing_queries
from rsvps.status import queries as rsvp_queries
from server import clock, composition, db, timezones, tokens
from server.demo.between import BETWEEN, Between
from server.demo.communities import CHOIR, CIRCLES, Circle, flowing
from server.demo.gatherings import GATHERINGS, DemoReply, Gathering, Need
from server.demo.people import GUESTS, PEOPLE, Somebody
from server.demo.series import COMES, Asked, Comes
from server.demo.weeks import Scene, Weeks, first_daylight_round, work_off
from server.presentation import in_zone
from server.processes import CannotStart
from server.rows import value_of
from server.settings import LOOPBACK, settings
from volunteers import shifts
from volunteers.tables import Role

FOUNDED = (
    -1140
)  # The day on which everybody arrives and the communities begin, counted from today: years ago.
SOON = (timedelta(hours=4), timedelta(hours=23))  # When a gathering is that has no day of its own.
BERLIN = "Europe/Berlin"
CALENDAR = Path(__file__).parent / "choir.ics"
USUAL_HOURS = (time(10), time(15), time(18), time(19, 30))


async def load(*, if_empty: bool = False) -> int:
    """Put the demonstration in; how many people came with it. With `if_empty`, none when there is anybody already.

    Raises CannotStart where others could see it, or could be written to by it.
    """
    if if_empty and await Person.exists():
        return 0
    _refuse_in_public()
    composition.compose()
    with _only_warnings():
        async with db.transaction():
            await Demonstration(clock.now()).live()
    return len(PEOPLE) + len(GUESTS)


class Demonstration:
    """Everybody and everything, planned in time and lived through."""

    def __init__(self, present: datetime) -> None:
        self.present = present
        self.weeks = Weeks(present)
        self.people: dict[str, Person] = {}
        self.communities: dict[str, Community] = {}

    async def live(self) -> None:
        """All of it."""
        self.weeks.plan(self._moment(FOUNDED, time(8), "UTC"), self._arrive)
        for number, circle in enumerate(CIRCLES):
            self.weeks.plan(self._moment(FOUNDED, time(9, number), "UTC"), partial(self._begin, circle))
        for gathering in GATHERINGS:
            DemoLetter(self, gathering).plan()
        for comes in COMES:
            DemoSeries(self, comes).plan()
        self.weeks.plan(self._moment(-12, time(16), CHOIR.page.zone), self._bring_a_calendar_along)
        for each in BETWEEN:
            there = self._moment(each.day, time.fromisoformat(each.at), "Europe/Berlin")
            self.weeks.plan(there, partial(self._between, each))
        told = _last_daylight(self.present)
        self.weeks.plan(told - timedelta(days=20), partial(self._have_his_turn, told))
        self.weeks.plan(told, followup_jobs.prompt)
        await self.weeks.live()

    def _moment(self, day: int, at: time, zone: str) -> datetime:
        return moment(self.present, day, at, zone)

    async def _arrive(self) -> None:
        for somebody in PEOPLE:
            self.people[somebody.key] = await _newcomer(somebody)
        await feeds.make(self.people["bo"], name="My phone")
        await feeds.make(self.people["ana"], name="The kitchen calendar")
        await feeds.make(self.people["ana"], name="What I run", holds="run", cancelled="note", alarm=1440)

    async def _have_his_turn(self, when: datetime) -> None:
        """Bo is told then what is good to know of a connection, so that it is on his agenda whatever day it is."""
        await PromptTurn.update({PromptTurn.due_at: when}).where(PromptTurn.person == self.people["bo"].id)

    async def _begin(self, circle: Circle) -> None:
        owner = self.people[circle.owner]
        community = await founding.found(owner, circle.page)
        self.communities[circle.page.slug] = community
        for key in [*circle.organisers, *circle.members]:
            await joining.join(self.people[key], community)
        for key in circle.organisers:
            await joining.change_role(self.people[key], community, "organiser", by=owner)
        for address, why in circle.kept_out:
            await keeping_out.keep_out(community, Whom(address), by=owner, note=why)
        for key, hears in circle.hears:
            await following.choose(self.people[key], community, hears)

    async def _bring_a_calendar_along(self) -> None:
        """Femke has kept the choir's dates in a calendar; she has read what becomes of them, and they come in."""
        femke, choir = self.people[CHOIR.owner], self.communities[CHOIR.page.slug]
        taken = await importing.take_file(choir, self._calendar(), name=CALENDAR.name, by=femke)
        await work_off()
        source = await importing_queries.source_by_id(taken.id)
        # Where the machine is too slow to read it in time, Femke's page says so, and offers to try again.
        if source and not source.fault:
            await importing.bring_in(source, importing.Choices(publishes=True), by=femke)

    def _calendar(self) -> bytes:
        """What she has kept: its `{44}` is the day in 44 days."""
        today = in_zone(self.present, CHOIR.page.zone).date()
        text = re.sub(
            r"\{(-?\d+)\}",
            lambda day: f"{today + timedelta(days=int(day[1])):%Y%m%d}",
            CALENDAR.read_text("utf-8"),
        )
        return text.replace("\n", "\r\n").encode()

    async def _between(self, each: Between) -> None:
        """Two who are connected: one writes to the other, keeps something about them, or ends it."""
        who, other = self.people[each.who], self.people[each.other]
        low, high = sorted((who.id, other.id))
        number = await value_of(
            Connection.select(Connection.id).where((Connection.low == low) & (Connection.high == high))
        )
        connection = await connection_queries.connection_between(number, who.id) if number else None
        between = await writing_queries.correspondence(number, who.id) if number else None
        if connection is None or between is None:
            raise LookupError(f"{each.who} and {each.other} are not connected")
        if each.words:
            await notes.write(between, each.words)
        if each.keeps:
            await keeping.keep(who, connection, each.keeps)
        if each.at_the_top:
            await keeping.pin(who, connection)
        if each.ends:
            await ending.end(who, connection.public_id)


class DemoLetter:
    """One gathering, from its draft to what is said about it."""

    def __init__(self, whole: Demonstration, gathering: Gathering) -> None:
        self.whole = whole
        self.gathering = gathering
        self.zone = gathering.circle.page.zone
        self.starts_at = self._starts(gathering.at) + gathering.moved_by
        self.public_id = tokens.public_id()
        self.shifts: dict[str, Role] = {}

    def plan(self) -> None:
        """Put its scenes into the weeks."""
        plan, gathering = self.whole.weeks.plan, self.gathering
        drafted = self._day((gathering.published if gathering.published is not None else -2), 17)
        plan(drafted, self.draft)
        if gathering.published is None:
            return
        plan(drafted + timedelta(minutes=20), self.publish)
        self._plan_answers(drafted + timedelta(hours=1))
        before = min(self.starts_at, self.whole.present)
        for number, key in enumerate(gathering.withdrew.split()):
            plan(before - timedelta(hours=20 - number), partial(self.withdraw, key))
        if gathering.moved_from or gathering.moved_by:
            plan(self._day(-2, 16), self.move)
        if gathering.walked_in:
            plan(self.starts_at + timedelta(minutes=25), self.walk_in)
        if gathering.cancelled:
            plan(self._day(-1, 12), self.cancel)
        self._plan_the_morning_after()

    # Scenes

    async def draft(self) -> None:
        """It is written, with the help that it needs."""
        details = self._details(self._starts(self.gathering.moved_from or self.gathering.at))
        await publishing.draft(self._community(), details, by=self._organiser(), public_id=self.public_id)
        await sheet.put(await self._event(), self.gathering.asked)
        for need in self.gathering.needs:
            await self._ask_for(need)

    async def publish(self) -> None:
        """It can be seen, some host it as well, and some are invited."""
        await publishing.publish(await self._event())
        for key in self.gathering.hosts.split():
            await co_hosts.add(await self._event(), self._person(key), by=self._organiser())
        if self.gathering.invited:
            people = [self._person(key) for key in self.gathering.invited.split()]
            await invitations.invite(await self._event(), people, by=self._organiser())

    async def answer(self, name: str, answer: Wish) -> None:
        """Somebody with an account says whether they come; `bo+1` brings somebody, `bo~` is in the call."""
        key, _, guests = name.rstrip("~").partition("+")
        person, event = self._person(key), await self._event()
        asked = await sheet.of(event)
        replies = zip(asked, self.gathering.replies.get(key, ()), strict=False)
        rsvp = await seats.answer(
            event,
            person,
            answer=answer,
            guests=int(guests or 0),
            by=person,
            online=name.endswith("~"),
            listed="coming" if key in self.gathering.listed.split() else None,
            replies={question.id: words for question, words in replies},
        )
        if rsvp.status == "requested" and key in self.gathering.accepted.split():
            await approvals.grant(rsvp, by=self._organiser())

    async def answer_by_letter(self, guest: Somebody) -> None:
        """Somebody without an account says yes and confirms it by the link in their letter."""
        event = await self._event()
        await by_letter.ask(event, name=guest.name, email=guest.email, answer="going", guests=0)
        person = await member_queries.person_by_email(guest.email)
        own = await rsvp_queries.own(event.id, person.id) if person else None
        assert own
        await by_letter.answer(links.token(own[0], event), answer="going", guests=0)

    async def withdraw(self, key: str) -> None:
        """Somebody cannot come after all, and whoever waits moves up."""
        person = self._person(key)
        await seats.withdraw(await self._event(), person, by=person)

    async def move(self) -> None:
        """It begins at another time, and everybody concerned is told."""
        event = await self._event()
        await publishing.edit(event, self._details(self.starts_at), seen=event.changed_at)

    async def cancel(self) -> None:
        """It is called off."""
        await publishing.cancel(await self._event(), reason=self.gathering.cancelled)

    async def walk_in(self) -> None:
        """Some come without an answer, and a helper at the door writes them down."""
        event = await self._event()
        door, _ = await doors.open_door(event, name="Front door", by=self._organiser())
        for each in self.gathering.walked_in.split():
            name, _, guests = each.partition("+")
            await arrivals.walk_in(door, name, guests=int(guests or 0))

    async def come_forward(self, said: DemoReply) -> None:
        """Somebody opens their page: they were there, may be found by the others, and perhaps ask for something."""
        await self._say(said, encounters.Marks())
        asked = await self._asked(said)
        await asks.say(asked.person, asked.event, asked.follow_up, said.wants)

    async def remember(self, said: DemoReply) -> None:
        """And says whom they met, and whom they would like to see again."""
        asked = await self._asked(said)
        names = await followup_queries.names(asked)
        keys = {self._key_of(name.person): name.key for name in names.people}
        met = [keys[key] for key in said.met.split() if key in keys]
        again = [keys[key] for key in said.again.split() if key in keys]
        await self._say(said, encounters.Marks(list(keys.values()), met, again))

    # When

    def _plan_answers(self, since: datetime) -> None:
        gathering = self.gathering
        answers: list[Scene] = [
            *(partial(self.answer, name, "going") for name in gathering.going.split()),
            *(partial(self.answer, name, "maybe") for name in gathering.maybe.split()),
            *(partial(self.answer, name, "declined") for name in gathering.declined.split()),
            *(partial(self.answer_by_letter, _guest(key)) for key in gathering.by_letter.split()),
            *(partial(self._offer_help, need) for need in gathering.needs),
        ]
        until = min(self.starts_at, self.whole.present) - timedelta(hours=26)
        step = max(until - since, timedelta(hours=1)) / max(len(answers), 1)
        for number, scene in enumerate(answers):
            self.whole.weeks.plan(since + step * number, scene)

    def _plan_the_morning_after(self) -> None:
        over = self.starts_at + timedelta(hours=self.gathering.lasts or 3)
        asked = first_daylight_round(over + asking.AFTER, self.zone) + timedelta(minutes=20)
        for number, said in enumerate(self.gathering.afterwards):
            self.whole.weeks.plan(asked + timedelta(minutes=number), partial(self.come_forward, said))
            self.whole.weeks.plan(asked + timedelta(minutes=30 + number), partial(self.remember, said))

    def _starts(self, at: str) -> datetime:
        return self.in_weeks(self.gathering.weeks, at)

    def in_weeks(self, weeks: int, at: str) -> datetime:
        """When it would begin that many weeks after its day."""
        day, hour = self.gathering.day, time.fromisoformat(at)
        if day is None:
            first = in_zone(soon(self.whole.present, self.zone), self.zone)
            day, hour = (first.date() - in_zone(self.whole.present, self.zone).date()).days, first.time()
        return moment(self.whole.present, day + 7 * weeks, hour, self.zone)

    def _day(self, day: int, hour: int) -> datetime:
        return moment(self.whole.present, day, time(hour), self.zone)

    # What it is made of

    def _details(self, starts_at: datetime) -> Details:
        lasts = self.gathering.lasts
        return Details(
            title=self.gathering.title,
            about=flowing(self.gathering.about),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=lasts) if lasts else None,
            zone=self.zone,
            answers_open_at=self._day(self.gathering.opens, 10) if self.gathering.opens is not None else None,
            **self.gathering.more,
        )

    async def _ask_for(self, need: Need) -> None:
        event = await self._event()
        starts_at = event.starts_at + timedelta(minutes=need.begins)
        ends_at = starts_at + timedelta(minutes=need.lasts)
        needed = shifts.Needed(need.title, need.about, need.places, starts_at, ends_at)
        self.shifts[need.title] = await shifts.add(event, needed)

    async def _offer_help(self, need: Need) -> None:
        for key in need.who.split():
            await shifts.sign_up(self.shifts[need.title], self._person(key), await self._event())

    async def _say(self, said: DemoReply, marks: encounters.Marks) -> None:
        reply = answering.Answers(
            was_there=True,
            findable=True,
            shows_picture=False,
            felt_welcome=said.welcome,
            message=said.message,
            message_to="organisers" if said.message or said.welcome else "nobody",
            signed=said.signed,
            note=said.note,
            note_back=said.back,
            first_time_told=said.first_time,
        )
        await answering.answer(await self._asked(said), reply, marks)

    async def _asked(self, said: DemoReply) -> followup_queries.Asked:
        person = self.whole.people.get(said.who) or await member_queries.person_by_email(
            _guest(said.who).email
        )
        asked = await followup_queries.asked_of(person, await self._event()) if person else None
        if asked is None:
            raise LookupError(f"{said.who} was not asked about {self.gathering.title}")
        return asked

    async def _event(self) -> Event:
        found = await queries.found(self.public_id, None)
        assert found
        return found.event

    def _community(self) -> Community:
        return self.whole.communities[self.gathering.circle.page.slug]

    def _organiser(self) -> Person:
        return self._person(self.gathering.by)

    def _person(self, key: str) -> Person:
        return self.whole.people[key]

    def _key_of(self, number: int) -> str:
        return next((key for key, person in self.whole.people.items() if person.id == number), "")


class DemoSeries(DemoLetter):
    """What comes again: its pattern, who is counted in, and the evenings that are not like the others."""

    def __init__(self, whole: Demonstration, comes: Comes) -> None:
        super().__init__(whole, comes.pattern)
        self.comes = comes

    def plan(self) -> None:
        """Put its scenes, and those of its evenings, into the weeks."""
        plan, comes = self.whole.weeks.plan, self.comes
        begun = self._day(self.gathering.published or 0, 17)
        plan(begun, self.begin)
        for name, day in comes.counted_in.items():
            plan(self._day(day, 19), partial(self.count_in, name))
        for key, day in comes.paused.items():
            plan(self._day(-4, 20), partial(self.pause_for, key, day))
        for evening in comes.evenings:
            DemoEvening(self, evening).plan()
        for number, asked in enumerate(comes.asked):
            plan(self._day(-2, 18) + timedelta(hours=number), partial(self.ask_to_host, asked))

    # Scenes

    async def begin(self) -> None:
        """It is written down and started; some days of it are left out, and it is known when it rests."""
        gathering, comes = self.gathering, self.comes
        cadence, first = comes.cadence, in_zone(self.starts_at, self.zone)
        if cadence.every == "week":
            cadence = replace(cadence, weekdays=cadence.weekdays or (first.weekday(),))
        series = await beginning.begin(
            self._community(),
            self._details(self.starts_at),
            by=self._organiser(),
            public_id=self.public_id,
            by_rule=rule.read(cadence.rule()),
            weeks_ahead=comes.weeks_ahead,
        )
        await sheet.put(await self._event(), gathering.asked)
        for need in gathering.needs:
            await self._ask_for(need)
        await beginning.start(series)
        for weeks in comes.skips:
            await course.skip(series, self.in_weeks(weeks, gathering.at).date(), by=self._organiser())
        if comes.pause:
            since, until = (self.in_weeks(weeks, gathering.at).date() for weeks in comes.pause)
            await course.pause(series, since, until)

    async def count_in(self, name: str) -> None:
        """Somebody says that they come every time; `bo+1` brings somebody, `bo~` is in the call."""
        key, _, guests = name.rstrip("~").partition("+")
        person = self._person(key)
        seen = await access.visible_series(person, self.public_id)
        await counting_in.count_me_in(seen, person, guests=int(guests or 0), online=name.endswith("~"))

    async def pause_for(self, key: str, day: int) -> None:
        """Somebody who is counted in comes again from that day on only."""
        person = self._person(key)
        seen = await access.visible_series(person, self.public_id)
        standing = await standing_queries.of_person(seen.series.id, person.id)
        assert standing
        await counting_in.pause(standing, person, until=self._day(day, 0).date())

    async def ask_to_host(self, asked: Asked) -> None:
        """A member is asked about some evenings, and says yes to some and no to others by the link in the letter."""
        person = self._person(asked.who)
        await rota.ask([await self._of(week) for week in asked.weeks], person, by=self._organiser())
        for week in (*asked.hosts, *asked.cannot):
            evening = await self._of(week)
            question = await HostQuestion.objects().get(
                (HostQuestion.event == evening.id) & (HostQuestion.person == person.id)
            )
            assert question
            token = hosting_mail.batch_token(question)
            await rota.answer(token, person, evening=evening.public_id, can=week in asked.hosts)

    async def _of(self, week: int) -> Event:
        return await self.on(self.in_weeks(week, self.gathering.at).date())

    async def on(self, day: date) -> Event:
        """The gathering of a day."""
        ahead = await series_queries.gatherings_of((await self._series()).id, since=clock.now(), most=100)
        return next(event for event in ahead if event.series_date == day)

    async def _series(self) -> Series:
        series = await series_queries.series_by_public_id(self.public_id)
        assert series
        return series

    async def _event(self) -> Event:
        return await series_queries.pattern_of((await self._series()).id)


class DemoEvening(DemoLetter):
    """One gathering of a series that its hosts have changed by hand."""

    def __init__(self, series: DemoSeries, gathering: Gathering) -> None:
        super().__init__(series.whole, gathering)
        self.series = series

    async def draft(self) -> None:
        """It is there already, like all the others."""
        day = in_zone(self._starts(self.gathering.at), self.zone).date()
        self.public_id = (await self.series.on(day)).public_id

    async def publish(self) -> None:
        """It says something of its own."""
        event = await self._event()
        await publishing.edit(event, self._details(event.starts_at), seen=event.changed_at)


def moment(present: datetime, day: int, at: time, zone: str) -> datetime:
    """So many days from today on a zone's calendar, at this time on its clock."""
    today = in_zone(present, zone).date()
    return datetime.combine(today + timedelta(days=day), at, timezones.zone(zone))


def _last_daylight(present: datetime) -> datetime:
    """The present, or the evening before where it is night in Berlin."""
    local = in_zone(present, BERLIN)
    if by_day(present, BERLIN):
        return present
    return moment(present, -1 if local.hour < 12 else 0, time(20), BERLIN)


def soon(present: datetime, zone: str) -> datetime:
    """The latest usual hour within the coming 23 hours, and not within the next four."""
    hours = [moment(present, day, at, zone) for day in (0, 1) for at in USUAL_HOURS]
    return max(hour for hour in hours if SOON[0] <= hour - present <= SOON[1])


async def _newcomer(somebody: Somebody) -> Person:
    person = Person(
        email=somebody.email,
        name=somebody.name,
        called=somebody.called,
        zone=somebody.zone,
        signed_in_at=clock.now(),
    )
    await person.save()
    if somebody.card:
        await cards.fill_in(person, somebody.card)
    return person


def _guest(key: str) -> Somebody:
    return next(guest for guest in GUESTS if guest.key == key)


def _refuse_in_public() -> None:
    if not settings.on_loopback:
        raise CannotStart(f"the demonstration is for one's own machine, and BASE_URL is {settings.base_url}.")
    if settings.smtp_url and urlsplit(settings.smtp_url).hostname not in LOOPBACK:
        raise CannotStart("the demonstration writes letters to people who do not exist: unset SMTP_URL.")


@contextmanager
def _only_warnings() -> Iterator[None]:
    """Hundreds of letters are written, and nobody needs a line about each."""
    before = structlog.get_config()
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)
