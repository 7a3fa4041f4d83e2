"""The letters about hosting an event. Each is loaded afresh when it is sent, and not sent when it is no longer true."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from events import queries as events_queries
from events.card import Card, card
from events.hosting import queries
from events.tables import CoHostInvitation, Event, HostQuestion
from members import queries as members
from members.letters.letters_wanted import ORGANISERS, unsubscribe_address, wants
from members.letters.receivers import address_of, language_of
from members.tables import Person
from server import clock, tokens
from server.languages.messages import Text, _
from server.mail import Address, Letter, letter
from server.pages import absolute
from server.presentation import in_zone, long_date, time_range, zone_name

CO_HOST = "co-host"
SEVERAL = "host several"
FAR = timedelta(weeks=70)  # No gathering of a series is made longer ahead.


@letter("events/co_host", until=lambda of: of["over"])
async def co_host(number: int) -> Letter | None:
    """Somebody hosts an event, or all of a series, from now on.

    Not written between people of whom one has blocked the other.
    """
    found = await queries.co_hosting(number)
    if found is None or await _blocked(found.added_by, found.person):
        return None
    event = found.event
    return Letter(
        to=await address_of(found.person, event.community),
        context={
            "event": event,
            "by": _named(found.added_by, found.community),
            "title": event.title,
            "card": await _card(event, shows_address=True),
            "community": found.community,
            **await _where(event),
            "hosts": absolute("events:hosts", event=event.public_id),
        },
    )


@letter("events/co_host_asked", until=lambda of: min(of["expires"], of["over"]))
async def co_host_asked(number: int) -> Letter | None:
    """An organiser asks the person with an address to host an event, or all of a series, with them.

    Not written to people who want no letters of this kind, nor if one of the two has blocked the other.
    """
    found = await queries.asked_to_host(number)
    if found is None:
        return None
    person = await members.person_by_email(found.invitation.email)
    if person and not await wants(person.id, ORGANISERS):
        return None
    event = found.event
    return Letter(
        to=Address(
            person.greeted if person else "",
            found.invitation.email,
            await language_of(person, event.community),
        ),
        context={
            "event": event,
            "by": _named(found.inviter, found.community),
            "title": event.title,
            "card": await _card(event, shows_address=False),
            "community": found.community,
            **await _where(event),
            "link": absolute("events:hosting", token=token(found.invitation, event)),
            "expires": found.invitation.expires_at,
            "until": _day(found.invitation.expires_at, event),
        },
        unsubscribe=unsubscribe_address(person.id if person else found.invitation.email, ORGANISERS),
        kind=ORGANISERS,
    )


@letter("events/hosts_asked", until=lambda of: of["event"].over_at)
async def hosts_asked(batch: str) -> Letter | None:
    """An organiser asks a member whether they would host these evenings of a series: one letter for all of them."""
    all_of_it = await queries.asked_in_batch(batch, over_too=True)
    asked = [one for one in all_of_it if one.question.declined_at is None]
    if not asked or not await wants(asked[0].person.id, ORGANISERS):
        return None
    first, person = asked[0], asked[0].person
    return Letter(
        to=await address_of(person, first.event.community),
        context={
            "event": asked[-1].event,
            "by": _named(first.inviter, first.community),
            "title": first.series_title,
            "community": first.community,
            "evenings": [
                (long_date(one.event.local_start), _hours(one.event))
                for one in asked
                if one.event.over_at > clock.now()
            ],
            "link": absolute("events:hosting-several", token=batch_token(first.question)),
        },
        unsubscribe=unsubscribe_address(person.id, ORGANISERS),
        kind=ORGANISERS,
    )


def batch_token(question: HostQuestion) -> str:
    """The token of the link in a letter about several evenings, each of which can be answered until it is over."""
    return tokens.sign(SEVERAL, question.batch, expires=question.created_at + FAR)


def token(invitation: CoHostInvitation, event: Event) -> str:
    """The token of the link in the letter: it shows the invitation. To take it up, one signs in."""
    return tokens.sign(CO_HOST, invitation.id, event.public_id, expires=invitation.expires_at)


async def _card(event: Event, *, shows_address: bool) -> Card:
    """Without a time for a pattern: its own is that of no gathering, and says nothing of when the next one is."""
    drawn = await card(event, shows_address=shows_address)
    return replace(drawn, starts=None, ends=None) if event.is_pattern else drawn


async def _where(event: Event) -> dict[str, Any]:
    """The page, when it is over, and whether it is a `series` that is hosted: that is not over with its first day."""
    series = await events_queries.series_of(event) if event.is_pattern else None
    if series:
        return {
            "page": absolute("events:series", series=series),
            "over": clock.now() + FAR,
            "series": True,
        }
    return {
        "page": absolute("events:event", event=event.public_id),
        "over": event.over_at,
        "series": False,
    }


async def _blocked(one: Person | None, other: Person) -> bool:
    return one is not None and await members.are_blocked(one.id, other.id)


def _named(organiser: Person | None, community: str) -> Text:
    if organiser:
        return organiser.signing_for(community)
    # Translators: who signs a letter, in place of a name
    return _("An organiser of %(community)s", community=community)


def _day(moment: datetime, event: Event) -> Text:
    return long_date(in_zone(moment, event.zone))


def _hours(event: Event) -> Text:
    hours = time_range(event.local_start, event.local_end)
    # Translators: when it is: "18:30 to 21:00, Berlin time"
    return _("%(hours)s, %(zone)s", hours=hours, zone=zone_name(event.zone))
