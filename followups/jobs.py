"""What the follow-ups do by the clock. Each may be called at any time, and twice."""

from followups import back
from followups.asks import asks
from followups.connections import revealing
from followups.hosts import telling
from followups.prompts import links, weekly
from followups.survey import asking
from followups.survey import notes as own_notes
from followups.tables import (
    Ask,
    Connection,
    ContactCard,
    Keeping,
    MetMark,
    NoteBetween,
    Prompt,
    PromptTurn,
    PromptWish,
    Reply,
)
from followups.writing import notes, queries
from members.announcements import AwayChanged
from rsvps.announcements import WalkedIn
from server.jobs import on
from server.languages.messages import _, pgettext
from server.retention import Kept


async def ask_the_morning_after() -> None:
    """Each minute, by daylight: open what has been over for two hours; ask who is back; remind, once."""
    await asking.open_due()
    await asking.ask_who_is_back()
    await asking.remind_due()


async def tell_those_who_host() -> None:
    """Each minute: tell hosts, once and in the morning, what their guests said a day after these were asked."""
    await telling.tell_due()


async def send_notes_back() -> None:
    """Each minute: send back the notes to oneself whose day has come, by daylight."""
    await own_notes.send_back_due()


async def connect_at_six() -> None:
    """Each minute: hold the daily batches whose 18:00 has come, wherever in the world that is."""
    await revealing.reveal_due()


async def prompt() -> None:
    """Each minute: choose what those are told whose turn it is this week."""
    await weekly.choose_due()


@on(WalkedIn, "followups.ask_who_walked_in")
async def ask_who_walked_in(news: WalkedIn) -> None:
    """Whoever says so only once the others are being asked is asked, too."""
    await asking.ask_late(news.event, news.person)


@on(AwayChanged, "followups.bring_what_waited")
async def bring_what_waited(news: AwayChanged) -> None:
    """What waits for somebody to be back waits no longer than they are away."""
    await back.bring_what_waited(news.person)


kept = [
    Kept(
        _("Whom you met, and with whom you would like to stay in touch"),
        _("after the page about the gathering closes"),
        asking.MARKS_KEPT,
        asking.forget_marks,
        (MetMark,),
    ),
    Kept(
        _("How it was, what you wrote to the organisers, and that they may know it was your first time"),
        _("after the page about the gathering closes"),
        asking.MESSAGES_KEPT,
        asking.forget_messages,
        (Reply,),
    ),
    Kept(
        _("What you asked for after a gathering: to help, to be introduced, a hello"),
        pgettext("for a wish after a gathering", "after you asked"),
        asks.KEPT,
        asks.forget,
        (Ask,),
    ),
    Kept(
        _("That you were there, and your notes to yourself"),
        _("Until you delete your account"),
        tables=(Reply,),
    ),
    Kept(
        _("What you and a connection write to each other through Kith"),
        _("after it was written, or half an hour after the connection was ended"),
        queries.KEPT,
        notes.forget_old,
        (NoteBetween,),
    ),
    Kept(
        _("Your own note about a connection, your rhythm, and whom you keep at the top"),
        _("Until you delete it or your account, or half an hour after the connection was ended"),
        tables=(Keeping,),
    ),
    Kept(
        _("Your connections, and your contact card"),
        _("Until you delete your account; a connection that was ended, until one of you does"),
        tables=(Connection, ContactCard),
    ),
    Kept(
        _("Which of your connections we wrote to you about"),
        _("after that"),
        links.KEPT,
        weekly.forget,
        (Prompt,),
    ),
    Kept(
        _("How often you wish such letters, and when it is your turn"),
        _("Until you delete your account"),
        tables=(PromptWish, PromptTurn),
    ),
]
