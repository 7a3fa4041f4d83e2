"""What we remember of gatherings, of their changes, and of who reads which feed."""

from datetime import date, datetime, timedelta

from piccolo.columns import JSONB, Array, BigInt, Bytea
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from members.tables import Community, Person
from server import columns, tokens
from server.presentation import in_zone
from server.settings import settings
from server.tables import Picture

# An event that does not say when it ends is over after this (product E7).
USUAL_LENGTH = timedelta(hours=3)


def new_uid() -> str:
    """An event's permanent name in every calendar."""
    host = settings.base_url.split("//")[-1].split(":")[0]
    return f"{tokens.public_id()}{tokens.public_id()}@{host}"


class Series(Table, tablename="series"):
    """Gatherings that come again: by which rule, and how far ahead they are made.

    What they have in common is their *pattern*: an event of the series that has no date in it and stays a draft for
    ever, with its questions, shifts, co-hosts and doors. `rule` is a recurrence rule (RFC 5545) on days, without
    times: the time of day is the pattern's, on its own wall clock. `first_on` is the first day that it gives; what is
    made begins there, and reaches `weeks_ahead` from today, or to the next one where that is later. Nothing is made
    before `started_at`.

    From `paused_from` until the day `paused_until` (null: until it is taken up again) there is no gathering, and none
    from `ended_on` on. `due_at` is when the next one is to be made; null while there is none.
    """

    id = columns.key()
    public_id = columns.public_id()
    community = columns.belongs_to(Community)
    created_by = columns.may_belong_to(Person)
    rule = columns.line(500)
    first_on = columns.day()
    weeks_ahead = columns.number(8)
    started_at = columns.optional_time()
    paused_from = columns.optional_day()
    paused_until = columns.optional_day()
    ended_on = columns.optional_day()
    due_at = columns.optional_time()
    changed_at = columns.created()
    created_at = columns.created()

    series_weeks_ahead = Check("weeks_ahead BETWEEN 1 AND 60")
    series_pause = Check("paused_until > paused_from")


class SkippedDate(Table, tablename="skipped_dates"):
    """A day on which a series does not happen, though its rule gives it: it is not made, and never comes back."""

    id = columns.key()
    series = columns.belongs_to(Series, index=False)  # `skipped_date_once` begins with it.
    on = columns.day()
    by = columns.may_belong_to(Person)
    created_at = columns.created()

    skipped_date_once = Unique([series, on])


class Event(Table, tablename="events"):
    """One gathering: what, when, where, and for whom. Times are moments; `zone` says in which local time they are read.

    What was typed is kept beside each moment (`starts_wall`, `ends_wall`): when a country changes its clocks, the
    moment follows it (`new_rules`). `wall_clock` alone turns one into the other. A wall clock that is null, beside a
    moment, was not told: what the zone shows then is meant.

    `place`, `address` and `join_url` are shown by `access`, never straight from the row. `changed_at` tells two
    organisers apart who edit at once; `sequence` and `calendar_changed_at` (of what calendars show: `versions`) are
    what calendars go by. `page_version` rises with what other tables say on the event's page. `motif` is drawn where
    there is no picture (`server.covers`); without one, the title proposes it. `first_timers`: its
    hosts say that whoever comes for the first time is welcome.

    One of a series is known there by `series_date`: the day that the rule gave it, for good, also when it is moved.
    The event of a series that has none is its pattern. `by_hand`: it was changed apart from the others.
    `off_with_series`: a pause or the end of its series has called it off; it is on again if that ends sooner.
    `published_at`: since when it is known, or has been opened to all whom it may be told to (`visibility.is_news`).

    `picture_x` and `picture_y` are the point of its picture that stays in view wherever it is cut to fit: percent from
    the left, and from the top.

    How it is answered and how many can come are rows of their own. Our queries load them with it: `policy`, and
    `pools`, the room's first, then the call's if the event is hybrid.
    """

    policy: "AnswerPolicy"
    pools: "tuple[SeatPool, ...]"

    id = columns.key()
    public_id = columns.public_id()
    community = columns.belongs_to(Community)
    created_by = columns.may_belong_to(Person)
    uid = columns.line(100, default=new_uid, unique=True)
    sequence = columns.number()
    status = columns.line(20, default="draft")
    title = columns.line(120)
    summary = columns.line(200)
    about = columns.text()
    picture = columns.may_belong_to(Picture)
    picture_x = columns.number(50)
    picture_y = columns.number(50)
    motif = columns.line(20)
    starts_at = columns.time()
    ends_at = columns.optional_time()
    starts_wall = columns.optional_wall_clock()
    ends_wall = columns.optional_wall_clock()
    zone = columns.line(60, default="UTC")
    mode = columns.line(20, default="in_person")
    place = columns.line(120)
    address = columns.text()
    address_public = columns.yes_or_no()
    join_url = columns.line(500)
    visibility = columns.line(20, default="public")
    first_timers = columns.yes_or_no()
    series = columns.may_go_with(Series)
    series_date = columns.optional_day()
    by_hand = columns.yes_or_no()
    off_with_series = columns.yes_or_no()
    page_version = columns.number()
    cancel_reason = columns.text()
    cancelled_at = columns.optional_time()
    published_at = columns.optional_time()
    changed_at = columns.created()
    calendar_changed_at = columns.created()
    created_at = columns.created()

    event_status = Check("status IN ('draft', 'published', 'cancelled')")
    event_mode = Check("mode IN ('in_person', 'online', 'hybrid')")
    event_visibility = Check("visibility IN ('public', 'unlisted', 'members', 'invited')")
    event_picture_point = Check("picture_x BETWEEN 0 AND 100 AND picture_y BETWEEN 0 AND 100")
    event_ends_after_start = Check("ends_at IS NULL OR ends_at > starts_at")
    event_date_of_series = Check("series_date IS NULL OR series IS NOT NULL")
    event_off_with_series = Check("NOT off_with_series OR (status = 'cancelled' AND series_date IS NOT NULL)")
    event_pattern = Check("series IS NULL OR series_date IS NOT NULL OR status = 'draft'")

    @property
    def is_pattern(self) -> bool:
        """Whether it is what the gatherings of a series have in common, and none itself."""
        return self.series is not None and self.series_date is None

    @property
    def over_at(self) -> datetime:
        """When it is over: its end, or three hours after its start."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def local_start(self) -> datetime:
        """The start on the event's own wall clock."""
        return in_zone(self.starts_at, self.zone)

    @property
    def local_end(self) -> datetime | None:
        """The end on the event's own wall clock, if it says one."""
        return in_zone(self.ends_at, self.zone) if self.ends_at else None

    @property
    def kept_until(self) -> datetime:
        """Until when seats are kept for newcomers, if any are."""
        return self.starts_at - timedelta(hours=self.policy.newcomer_hours)

    def kept_for_newcomers(self, now: datetime, *, online: bool = False) -> int:
        """How many of the free chairs on a side only newcomers can have now."""
        pool = self.pool(online=online)
        if not self.policy.newcomer_seats or pool.online or pool.free is None or now >= self.kept_until:
            return 0
        return int(min(max(self.policy.newcomer_seats - pool.newcomers, 0), pool.free))

    def pool(self, *, online: bool = False) -> "SeatPool":
        """The seats on one side. Only a hybrid event has two; any other gives the same pool for both."""
        return self.pools[-1 if online else 0]


class AnswerPolicy(Table, tablename="answer_policies"):
    """How an event is answered: from when until when, with how many guests, and who decides. Every event has one.

    `approval`: a host accepts everybody before they get a seat. `asks_first`: this many hours before the start, a seat
    that comes free is offered, not given (0: never). Answers are taken between `answers_open_at` and
    `answers_close_at`; what was typed for the two is in `opens_wall` and `closes_wall`, as in the event.
    `replies_kept`: how many days after the end the replies to questions are deleted.

    Of the room's seats, `newcomer_seats` are kept for people who come to its community for the first time, until
    `newcomer_hours` before the start.
    """

    id = columns.key()
    event = columns.belongs_to(Event, index=False)  # `answer_policy_once` is its index.
    guests_allowed = columns.number()
    approval = columns.yes_or_no()
    asks_first = columns.number(24)
    answers_open_at = columns.optional_time()
    answers_close_at = columns.optional_time()
    opens_wall = columns.optional_wall_clock()
    closes_wall = columns.optional_wall_clock()
    replies_kept = columns.number(30)
    newcomer_seats = columns.number()
    newcomer_hours = columns.number(48)

    answer_policy_once = Unique([event])
    answer_policy_guests = Check("guests_allowed BETWEEN 0 AND 20")
    answer_policy_window = Check("answers_open_at < answers_close_at")
    answer_policy_hours = Check("asks_first BETWEEN 0 AND 336")
    answer_policy_days = Check("replies_kept BETWEEN 1 AND 365")
    answer_policy_newcomers = Check("newcomer_seats BETWEEN 0 AND 1000 AND newcomer_hours BETWEEN 0 AND 336")


class SeatPool(Table, tablename="seat_pools"):
    """The seats on one side of an event, with a waiting list of their own.

    Every event has the pool that is not `online`; a hybrid one has a second, the call's. `seats` is the number of
    chairs (null: as many as come). `taken` is how many are spoken for: `seat_pools_take` alone changes it, and a
    trigger refuses to let it grow past `seats`. While `reserving`, free seats are not given out but gathered for a
    large party that has been passed over often enough. `newcomers`: how many of those taken newcomers had when an
    answer was last decided, while seats are kept for them.
    """

    id = columns.key()
    event = columns.belongs_to(Event, index=False)  # `seat_pool_once` begins with it.
    online = columns.yes_or_no()
    seats = columns.number(None, null=True)
    taken = columns.number()
    reserving = columns.yes_or_no()
    newcomers = columns.number()

    seat_pool_once = Unique([event, online])
    seat_pool_seats = Check("seats > 0")
    seat_pool_taken = Check("taken >= 0")

    @property
    def free(self) -> int | None:
        """Chairs that nobody holds; None when there is no limit. Not below zero, even when capacity was lowered."""
        return None if self.seats is None else max(self.seats - self.taken, 0)

    @property
    def left(self) -> int | None:
        """Chairs that somebody new can have: none of those that are reserved. None when there is no limit."""
        return 0 if self.reserving else self.free


class UnfinishedEvent(Table, tablename="unfinished_events"):
    """What somebody has typed into the form of an event or a series and not saved yet. Nobody else sees it.

    `event` is the one that it would change, or from which on it would change a series; null for a new one. `typed` is
    what the fields say, by name. `tab` is the page that wrote it last, and `version` counts what it wrote: of two
    pages, neither overwrites the other.
    """

    id = columns.key()
    public_id = columns.public_id()
    person = columns.belongs_to(Person, index=False)  # `unfinished_event_tab` begins with it.
    community = columns.belongs_to(Community)
    event = columns.may_belong_to(Event)
    picture = columns.may_belong_to(Picture)
    typed = JSONB(default="{}", null=False)
    tab = columns.line(40)
    version = columns.number(1)
    changed_at = columns.created()

    unfinished_event_tab = Unique([person, tab])


class CoHost(Table, tablename="co_hosts"):
    """Somebody who organises one event, and nothing else of its community."""

    id = columns.key()
    event = columns.belongs_to(Event)
    person = columns.belongs_to(Person)
    added_by = columns.may_belong_to(Person)
    created_at = columns.created()

    co_host_once = Unique([event, person])


class CoHostInvitation(Table, tablename="co_host_invitations"):
    """An address that an organiser would like to have as co-host. Gone once it is accepted, or has expired.

    Whether somebody with an account has the address is asked only when they take it up themselves.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    email = columns.line(254)
    invited_by = columns.belongs_to(Person)
    created_at = columns.created()
    expires_at = columns.time()

    co_host_invitation_once = Unique([event, email])


class HostQuestion(Table, tablename="host_questions"):
    """Whether a member would host one evening of a series. Gone once they host it, or it is over.

    Those of one `batch` are asked in one letter. `declined_at`: they cannot, which its organisers see until then.
    Apart from `CoHostInvitation`: whose address that is would be seen from what is asked twice.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event, index=False)  # `host_question_once` begins with it.
    person = columns.belongs_to(Person)
    asked_by = columns.belongs_to(Person)
    batch = columns.line(20, index=True)
    created_at = columns.created()
    declined_at = columns.optional_time()

    host_question_once = Unique([event, person])


class KeptOutOfEvent(Table, tablename="kept_out_of_events"):
    """Somebody whom the hosts of one gathering keep out of it, as `members.tables.KeptOut` keeps out of a community."""

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event, index=False)  # `kept_out_of_event_once` begins with it.
    person = columns.may_belong_to(Person)
    address = columns.digest()
    email = columns.line(254)
    note = columns.text()
    by = columns.may_belong_to(Person)
    since = columns.created()
    until = columns.optional_time()
    ended_at = columns.optional_time()
    lifted_by = columns.may_belong_to(Person)

    kept_out_of_event_until = Check("until > since")


class Change(Table, tablename="event_changes"):
    """What an event was before somebody began to change it, or while it was called off, and what people were told it
    became.

    One is open per event from the first edit until it has been quiet for a while; then `after` and `told_at`
    are set and each person concerned gets one letter. Equal before and after tells nobody.
    """

    id = columns.key()
    event = columns.belongs_to(Event)
    before = JSONB(default="{}", null=False)
    after = JSONB(default=None, null=True)
    opened_at = columns.created()
    told_at = columns.optional_time()


class NewsDue(Table, tablename="news_due"):
    """That somebody is to be told of new `events` of a community, by number, in one letter once `due_at` has come."""

    id = columns.key()
    community = columns.belongs_to(Community, index=False)  # `news_due_once` begins with it.
    person = columns.belongs_to(Person)
    events = Array(base_column=BigInt(), default=list, null=False)
    due_at = columns.time()

    news_due_once = Unique([community, person])


class WeeklyTurn(Table, tablename="weekly_turns"):
    """When somebody is told next what is new in the communities of which they hear once a week.

    `told_at`: what was new before then has been told. `week`: the first day, on their own calendar, of the week whose
    letter they had last, if they had one. A trigger on `follows` begins it; from then on each turn sets the next one.
    """

    id = columns.key()
    person = columns.belongs_to(Person)
    due_at = columns.time()
    told_at = columns.time()
    week = columns.optional_day()

    weekly_turn_once = Unique([person])


class TimeZoneRules(Table, tablename="time_zone_rules"):
    """A version of the tz database ("2026f") whose rules all gatherings to come have followed, and since when."""

    id = columns.key()
    version = columns.line(20, unique=True)
    followed_at = columns.created()


class CommunityCalendar(Table, tablename="community_calendars"):
    """How often what a community's public calendars show has changed, its own or a series': a trigger on `events`
    counts (`versions`).

    Whoever keeps a calendar's bytes asks here, by one row, whether they are still true.
    """

    id = columns.key()
    community = columns.belongs_to(Community)
    version = columns.big_number(1)

    community_calendar_once = Unique([community])


class Feed(Table, tablename="feeds"):
    """A personal calendar address: secret, named, dead at once when revoked.

    `holds` is what is in it: all that is its owner's, what they run, their shifts. `alarm` is how many minutes before
    the start it rings, if it does. `etag` is of what it gave when it was last read, and `given_since` since when: a
    date that tells it from all that it gave before, whichever process was asked.
    """

    id = columns.key()
    public_id = columns.public_id()
    person = columns.belongs_to(Person)
    name = columns.line(60)
    secret = columns.secret_digest()
    holds = columns.line(10, default="mine")
    cancelled = columns.line(10, default="keep")
    alarm = columns.number(None, null=True)
    days_back = columns.number(90)
    created_at = columns.created()
    read_at = columns.optional_time()
    etag = columns.line(40)
    given_since = columns.optional_time()

    feed_name_once = Unique([person, name])
    feed_holds = Check("holds IN ('mine', 'run', 'shifts')")
    feed_cancelled = Check("cancelled IN ('keep', 'drop', 'note')")
    feed_alarm = Check("alarm IN (15, 60, 120, 1440)")
    feed_days_back = Check("days_back IN (30, 90, 365)")


class CalendarSource(Table, tablename="calendar_sources"):
    """A calendar that organisers bring along into their community: a file, or what an address leads to.

    `address` is empty for a file. `content` is what is still to be read, and `found` what was in it
    (`importing.found`), until that is brought in. `stage` is how far it is; `done` of `to_do` gatherings are through.
    What its organisers choose: `publishes` (or drafts), for whom (`visibility`), whether everybody sees places'
    addresses (`addresses_public`), what is over as well (`past`), and whether it is `kept_in_step`; then it is read
    again at `next_read_at`, null once it has stopped. `fault` is why it could not be read last, `failures` times in a
    row. `untold` are the events that were published, until those who hear of new ones are told of all of them at once.
    """

    id = columns.key()
    public_id = columns.public_id()
    community = columns.belongs_to(Community)
    added_by = columns.may_belong_to(Person)
    name = columns.line(120)
    address = columns.line(2000)
    content = Bytea(default=None, null=True)
    found = JSONB(default=None, null=True)
    stage = columns.line(20, default="reading")
    done = columns.number()
    to_do = columns.number()
    publishes = columns.yes_or_no()
    visibility = columns.line(20, default="public")
    addresses_public = columns.yes_or_no()
    past = columns.yes_or_no()
    kept_in_step = columns.yes_or_no()
    etag = columns.line(200)
    modified = columns.line(100)
    fault = columns.text()
    failures = columns.number()
    read_at = columns.optional_time()
    next_read_at = columns.optional_time()
    untold = Array(BigInt(), default=list, null=False)
    created_at = columns.created()

    calendar_source_stage = Check("stage IN ('reading', 'read', 'bringing', 'brought')")
    calendar_source_visibility = Check("visibility IN ('public', 'unlisted', 'members', 'invited')")

    @property
    def is_file(self) -> bool:
        """Whether somebody sent it; else it is fetched."""
        return not self.address


class ImportedEvent(Table, tablename="imported_events"):
    """That an event came from a calendar, under the UID that it has there, and what that last said of it (`said`).

    `recurrence` is the day on which a rule would have it ("20261203"), or empty. What has a rule there is a `series`
    here, and else an `event`. Both are null once it was deleted here: it does not come again. `gone_since`: it is not
    in the calendar any more, and organisers decide what becomes of it. `left_out`: organisers did not tick it, so it
    neither comes nor changes until they do.
    """

    id = columns.key()
    community = columns.belongs_to(Community, index=False)  # `imported_event_once` begins with it.
    uid = columns.line(200)
    recurrence = columns.line(8)
    source = columns.may_belong_to(CalendarSource)
    event = columns.may_belong_to(Event)
    series = columns.may_belong_to(Series)
    said = JSONB(default="{}", null=False)
    gone_since = columns.optional_time()
    left_out = columns.yes_or_no()
    created_at = columns.created()

    imported_event_once = Unique([community, uid, recurrence])

    @property
    def day(self) -> date:
        """The day on which a rule would have it, for what has one."""
        return datetime.strptime(self.recurrence, "%Y%m%d").date()  # noqa: DTZ007 - a day, of no zone
