"""What may be said of an event. The verbs keep to it, whoever calls them: a form, an import, a series."""

from datetime import date, datetime, timedelta

from events.details import Details
from events.fields import EARLIEST_YEAR, YEARS_AHEAD
from events.tables import USUAL_LENGTH, Event
from server import clock, timezones
from server.covers import MOTIFS
from server.errors import Refusal
from server.faults import Faults
from server.forms import web_address
from server.languages.messages import _
from server.presentation import in_zone

LONGEST = timedelta(days=31)

LONGEST_REASON = 1000
LONGEST_TEXTS = {"title": 120, "summary": 200, "place": 120, "address": 500, "join_url": 500, "about": 10_000}
NUMBERS = {
    "picture_x": (0, 100),
    "picture_y": (0, 100),
    "seats": (1, 100_000),
    "online_seats": (1, 100_000),
    "guests_allowed": (0, 20),
    "asks_first": (0, 336),
    "replies_kept": (1, 365),
    "newcomer_seats": (0, 1_000),
    "newcomer_hours": (0, 336),
}


class BadTimes(Refusal):
    """Moments that do not fit together, or are too far away."""


def check(details: Details) -> None:
    """Raise NotAllowed with all that cannot be, each beside the field of the form that says it. Pure, but for today."""
    faults = Faults()
    for field, most in LONGEST_TEXTS.items():
        faults.text(field, getattr(details, field), most=most, least=int(field == "title"))
    for field, (least, most) in NUMBERS.items():
        faults.number(field, getattr(details, field), least=least, most=most)
    if details.seats is not None and details.newcomer_seats > details.seats:
        faults.note("newcomer_seats", _("That is more than all the seats there are."))
    if details.motif and details.motif not in MOTIFS:
        faults.note("motif", _("Please choose one of the drawings."))
    with faults.noting():
        _check_words(details)
    if "zone" not in faults.errors:
        for check_times in (_check_start, _check_end, _check_opening, _check_closing):
            with faults.noting():
                check_times(details)
    faults.refuse()


def check_reason(reason: str) -> None:
    """Raise NotAllowed for a cancellation that does not say why."""
    faults = Faults()
    if not reason.strip():
        faults.note("reason", _("Please say why, if only in a few words: people were looking forward to it."))
    faults.text("reason", reason, most=LONGEST_REASON)
    faults.refuse()


def refuse_far_away(day: date, *, field: str) -> None:
    """Raise BadTimes beside the field for a day in which nobody plans."""
    latest = clock.now().year + YEARS_AHEAD
    if not EARLIEST_YEAR <= day.year <= latest:
        years = {"first": str(EARLIEST_YEAR), "last": str(latest)}
        # Translators: two years: "between 2000 and 2036"
        raise BadTimes(_("Please choose a date between %(first)s and %(last)s.", **years), field=field)


def refuse_too_long(first: date, last: date) -> None:
    """Raise BadTimes beside the last day of what goes on for too long."""
    if last - first > LONGEST:
        raise BadTimes(_("A gathering can go on for 31 days at most."), field="last_day")


def _check_words(details: Details) -> None:
    faults = Faults()
    for field, read in (("zone", _zone), ("join_url", _whole)):
        try:
            read(getattr(details, field))
        except ValueError as error:
            faults.note(field, error.args[0])
    faults.refuse()


def _zone(name: str) -> None:
    try:
        timezones.zone(name)
    except ValueError:
        raise ValueError(_("Please choose a time zone from the list.")) from None


def _whole(address: str) -> None:
    if web_address(address) != address:
        raise ValueError(_("Please give the whole address, with its https://."))


def _check_start(details: Details) -> None:
    refuse_far_away(in_zone(details.starts_at, details.zone).date(), field="date")


def _check_end(details: Details) -> None:
    if details.ends_at is None:
        return
    if details.ends_at <= details.starts_at:
        raise BadTimes(_("It ends before it begins. Please look at the times again."), field="ends")
    starts, ends = (in_zone(at, details.zone).date() for at in (details.starts_at, details.ends_at))
    refuse_too_long(starts, ends)


def _check_opening(details: Details) -> None:
    opens = details.answers_open_at
    if opens is None:
        return
    refuse_far_away(in_zone(opens, details.zone).date(), field="opens")
    if opens >= over_at(details):
        raise BadTimes(_("By then the gathering is over. Please choose an earlier day."), field="opens")


def _check_closing(details: Details) -> None:
    opens, closes = details.answers_open_at, details.answers_close_at
    if closes is None:
        return
    refuse_far_away(in_zone(closes, details.zone).date(), field="closes")
    if closes > over_at(details):
        raise BadTimes(_("Answers cannot close later than the gathering ends."), field="closes")
    if opens and closes <= opens:
        raise BadTimes(_("Answers would close before they open. Please look at both again."), field="closes")


def over_at(details: Details | Event) -> datetime:
    """When it is over: its end, or three hours after its start."""
    return details.ends_at or details.starts_at + USUAL_LENGTH
