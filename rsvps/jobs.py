"""What the rsvps do by the clock, and when they hear of something."""

from events import queries as events_queries
from events.announcements import (
    ApprovalEnded,
    EventCancelled,
    EventChanged,
    GatheringsMade,
    SeatsChanged,
    SeriesChanged,
)
from members.announcements import AwayChanged
from rsvps.announcements import ToldHosts
from rsvps.attending import by_letter, walking_in
from rsvps.door import arrivals
from rsvps.hosting import approvals
from rsvps.letters import links, notices, reminders, still_coming
from rsvps.seating import queries as seating_queries
from rsvps.seating import retention, seats
from rsvps.standing import counting_in
from rsvps.standing import queries as standing_queries
from rsvps.standing import store as standing_store
from rsvps.tables import (
    Arrival,
    CountedIn,
    Door,
    DoorMark,
    HostLetter,
    NoLetters,
    Question,
    Reply,
    Rsvp,
    RsvpChange,
    SentForm,
    StandingAnswer,
    WalkIn,
)
from server import clock
from server.jobs import on
from server.languages.messages import _
from server.retention import Kept


async def lapse_offers() -> None:
    """Take back seats that were held for long enough, and give them to those who wait."""
    for event in await seating_queries.held_no_longer(clock.now()):
        await seats.settle(event)


async def give_what_was_kept() -> None:
    """Give the seats that were kept for newcomers, and are no longer, to those who wait; and keep them for others where
    who had them is a newcomer no longer."""
    now = clock.now()
    for event in [
        *await seating_queries.kept_no_longer(now),
        *await seating_queries.newcomers_no_longer(now),
    ]:
        await seats.settle(event)


async def remind() -> None:
    """Write the reminders that are due."""
    await reminders.remind()


async def ask_who_is_still_coming() -> None:
    """Write the questions that are due, two days before."""
    await still_coming.ask()


@on(SeatsChanged, "rsvps.let_the_line_move", formerly="rsvps.jobs.let_the_line_move")
async def let_the_line_move(news: SeatsChanged) -> None:
    """Give added seats to those who wait."""
    await seats.settle(news.event)


@on(ApprovalEnded, "rsvps.let_in_who_asked", formerly="rsvps.jobs.let_in_who_asked")
async def let_in_who_asked(news: ApprovalEnded) -> None:
    """Nobody has to be accepted any more; unless a host has thought better of it since."""
    event = await events_queries.event_by_id(news.event)
    if event and not event.policy.approval:
        await approvals.end(event)


@on(EventChanged, "rsvps.tell_of_change", formerly="rsvps.jobs.tell_of_change")
async def tell_of_change(news: EventChanged) -> None:
    """Write to everybody concerned."""
    await notices.tell_of_change(news.event, news.change)


@on(EventCancelled, "rsvps.tell_of_cancellation", formerly="rsvps.jobs.tell_of_cancellation")
async def tell_of_cancellation(news: EventCancelled) -> None:
    """Write to everybody concerned."""
    await notices.tell_of_cancellation(news.event)


@on(GatheringsMade, "rsvps.count_in")
async def count_in(news: GatheringsMade) -> None:
    """Give the standing answers of a series to its new gatherings, in order, and tell each person once."""
    await counting_in.count_in(news.series)


@on(SeatsChanged, "rsvps.count_in_again")
async def count_in_again(news: SeatsChanged) -> None:
    """The time for answers may begin sooner or later than it did, or has begun."""
    await counting_in.count_in_at(news.event)


@on(AwayChanged, "rsvps.count_in_who_is_back")
async def count_in_who_is_back(news: AwayChanged) -> None:
    """What they would have been away for, and are not."""
    for series in await standing_queries.series_of(news.person):
        await counting_in.count_in(series, only=news.person)


@on(ToldHosts, "rsvps.count_in_who_told")
async def count_in_who_told(news: ToldHosts) -> None:
    """Where they are counted in, and were asked the same: what they have said now answers it there, too."""
    if await standing_queries.of_person(news.series, news.person):
        await counting_in.count_in(news.series, only=news.person)


@on(SeriesChanged, "rsvps.tell_of_series")
async def tell_of_series(news: SeriesChanged) -> None:
    """Write to everybody whom any of it concerns, once."""
    await notices.tell_of_series(news.series, news.changes, news.cancelled, news.back)


@on(SeriesChanged, "rsvps.go_on_with_answers")
async def go_on_with_answers(news: SeriesChanged) -> None:
    """Where it is on again, the answers go on as they were, the line moves, and who is counted in since gets theirs."""
    for event in news.back:
        await seats.settle(event)
    if news.back:
        await counting_in.count_in(news.series)


# Replies, names of guests and what was noted at doors are kept for as many days as the hosts say.
_AS_HOSTS_SAY = _("As many days after the gathering as its hosts say: 30, unless they say otherwise")

kept = [
    Kept(
        _("Your answers, what became of them, and that you came"),
        _("Until you delete your account, or the gathering’s community is closed"),
        tables=(Rsvp, RsvpChange, Arrival),
    ),
    Kept(
        _("That you are counted in every time something comes again"),
        _("Until you stop it, delete your account, or the community is closed"),
        tables=(StandingAnswer,),
    ),
    Kept(
        _("At which gatherings you were counted in by that"),
        # Translators: since when something is kept, within "30 days after the gathering"
        _("after the gathering"),
        counting_in.KEPT,
        standing_store.forget_what_is_over,
        (CountedIn,),
    ),
    Kept(
        _("An answer that nobody has confirmed, with its name and address"),
        # Translators: since when something is kept, within "7 days after it was typed"
        _("after it was typed"),
        by_letter.KEPT,
        by_letter.forget_unconfirmed,
        (Rsvp,),
        hourly=True,
    ),
    Kept(
        _("An address that was left at a door and that nobody has confirmed"),
        # Translators: since when something is kept, within "7 days after it was left"; an address
        _("after it was left"),
        links.KEPT,
        walking_in.forget_unconfirmed,
        (WalkIn,),
    ),
    Kept(
        _(
            "In your own browser, sealed and for that gathering’s page alone: what you answered without an account"
        ),
        _(
            "7 days; once you have used the link in your letter there, until a day after the gathering. "
            "“Not you?” ends it"
        ),
    ),
    Kept(
        _("What you told the hosts in reply to their questions, and the names of your guests"),
        _AS_HOSTS_SAY,
        forget=retention.forget_replies,
        tables=(Reply, Question),
    ),
    Kept(
        _("What was noted at a door, and the names of people who came without an answer"),
        _AS_HOSTS_SAY,
        forget=arrivals.forget_what_was_noted,
        tables=(DoorMark, WalkIn, Door),
    ),
    Kept(
        _("That an answer was sent, so that sending it twice changes nothing"),
        _("after it was sent"),
        retention.FORMS_KEPT,
        retention.forget_forms,
        (SentForm,),
    ),
    Kept(
        _("Letters that hosts wrote to the people of a gathering"),
        _("Until its community is closed"),
        tables=(HostLetter,),
    ),
    Kept(
        _("Addresses whose owners want no letters that others cause"),
        _("For good, as a digest that cannot be read"),
        tables=(NoLetters,),
    ),
]
