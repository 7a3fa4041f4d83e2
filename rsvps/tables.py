"""What we remember of answers: each one, how it came to be, and who really came."""

from piccolo.constraints import Check, Unique
from piccolo.table import Table

from events.tables import Event
from members.tables import Person
from server import columns

HOLDING = ("going", "offered")  # The states that take seats.
CONCERNED = ("going", "maybe", "offered", "waitlisted")  # Whom a change of the event concerns.


class Rsvp(Table, tablename="rsvps"):
    """One person's answer for one event.

    `queued` orders the waiting list and is set exactly while waiting. `offered` holds 1 + guests seats until
    `offer_until`. An answer by letter is unconfirmed (`confirmed_at` null) until its link is posted: with a seat
    it is `offered` for thirty minutes, then `invited`; after seven days it is gone. `wanted` is what an
    unconfirmed person said. `invited_at` tells an organiser's invitation from it, and that one stays.
    `answered_at` is when the answer last changed. `link` is the version of their signed link; raising it revokes.
    The `told_...` columns say what they have been written about, so that nothing is told twice.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    person = columns.belongs_to(Person)
    status = columns.words(20)
    wanted = columns.words(20, default="going")
    guests = columns.number()
    queued = columns.big_number()
    offer_until = columns.perhaps_a_moment()
    confirmed_at = columns.perhaps_a_moment()
    link = columns.number()
    invited_by = columns.may_belong_to(Person)
    invited_at = columns.perhaps_a_moment()
    answered_at = columns.created()
    reminded_at = columns.perhaps_a_moment()
    told_change = columns.big_number()
    told_cancelled_at = columns.perhaps_a_moment()
    created_at = columns.created()

    rsvp_once = Unique([event, person])
    rsvp_status = Check(
        "status IN ('invited', 'going', 'maybe', 'declined', 'requested', 'waitlisted', 'offered', 'withdrawn')"
    )
    rsvp_guests = Check("guests BETWEEN 0 AND 20")
    rsvp_queued = Check("(status = 'waitlisted') = (queued IS NOT NULL)")
    rsvp_offer = Check("(status = 'offered') = (offer_until IS NOT NULL)")
    rsvp_confirmed = Check("confirmed_at IS NOT NULL OR status IN ('invited', 'offered')")

    @property
    def confirmed(self) -> bool:
        """Whether the person whose address it is answered themselves."""
        return bool(self.confirmed_at)

    @property
    def asked(self) -> bool:
        """Whether it is only what somebody typed: nobody has confirmed it, and no organiser invited them."""
        return not self.confirmed_at and not self.invited_at

    @property
    def chairs(self) -> int:
        """How many chairs the party takes, or would take."""
        return 1 + int(self.guests)


class RsvpChange(Table, tablename="rsvp_changes"):
    """One step in the life of an RSVP: who, when, from what, to what. `by` is null when Kith did it by rule."""

    id = columns.key()
    rsvp = columns.belongs_to(Rsvp)
    by = columns.may_belong_to(Person)
    at = columns.created()
    from_status = columns.words(20, null=True, default=None)
    to_status = columns.words(20)
    from_guests = columns.number()
    to_guests = columns.number()


class Arrival(Table, tablename="arrivals"):
    """That somebody really came. `seen_by` is who said so: themselves, or a host."""

    id = columns.key()
    rsvp = columns.belongs_to(Rsvp)
    seen_by = columns.may_belong_to(Person)
    arrived_at = columns.created()

    arrival_once = Unique([rsvp])


class HostLetter(Table, tablename="host_letters"):
    """What an organiser wrote to those who are coming, signed with their name.

    `public_id` is made with the form, so that the same form sent twice is one letter. `answers_to_me`: the
    organiser wishes to get answers at their own address, which everybody then sees.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    by = columns.may_belong_to(Person)
    to_whom = columns.words(20, default="going")
    subject = columns.words(150)
    body = columns.prose()
    answers_to_me = columns.yes_or_no()
    sent_to = columns.number()
    created_at = columns.created()

    host_letter_to_whom = Check("to_whom IN ('going', 'maybe', 'waitlisted', 'everybody')")


class NoLetters(Table, tablename="no_letters"):
    """An address whose owner wants no letters that others can cause by typing it. Kept as a digest only."""

    id = columns.key()
    address = columns.secret_digest()
    created_at = columns.created()
