"""What we remember of answers: each one, how it came to be, and who really came.

Besides these tables there is `rsvp_names`, an index over `rsvps` and `people` that triggers keep: `roster` reads it.
Besides its columns an answer has two that triggers keep. `begins_at` is when its event begins, while that is on and
they may come: the indexes of people to be reminded, or asked, are in its order. `moved_far` is set when the event moves
long after a letter told when it is: these indexes hold those, and everybody who has had no letter yet.
"""

from piccolo.constraints import Check, Unique
from piccolo.table import Table

from events.tables import Event, Series
from members.tables import Person
from server import columns

HOLDING = ("going", "offered")  # The states that take seats.
# Whom it concerns when the gathering moves or is called off, once they have confirmed their answer.
CONCERNED = ("going", "maybe", "waitlisted", "offered", "requested")


class Rsvp(Table, tablename="rsvps"):
    """One person's answer for one event.

    `queued` orders the waiting list and is set exactly while waiting. `offered` holds 1 + guests seats until
    `offer_until`. An answer by letter is unconfirmed (`confirmed_at` null) until its link is posted: with a seat
    it is `offered` for thirty minutes, then `invited`; after seven days it is gone. `wanted` is what an
    unconfirmed person said. `invited_at` tells an organiser's invitation from it, and that one stays.
    `answered_at` is when the answer last changed. `link` is the version of their signed link; raising it revokes.
    The `told_...` columns say what they have been written about, so that nothing is told twice.

    `typed_until`: until when a seat would be held for what somebody typed, had they not answered themselves; so that
    whoever typed their address again is told the same as with any other.

    `online`: by the call of a hybrid event, in its own pool of seats. `guest_names`: one per line, as far as they
    were named. `listed`: who may see that they come (`coming`: those who come; `connections`; `nobody`), empty while
    they have not said. `skipped`: how often a smaller party got a seat before this one, while it waits. `answered_by`:
    who gave the answer as it stands, null when Kith did by rule; a host who says no for an event with approval is
    found here.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event, index=False)  # `rsvp_once` begins with it.
    person = columns.belongs_to(Person)
    status = columns.line(20)
    wanted = columns.line(20, default="going")
    guests = columns.number()
    guest_names = columns.text()
    online = columns.yes_or_no()
    listed = columns.line(20)
    queued = columns.big_number()
    skipped = columns.number()
    offer_until = columns.optional_time()
    confirmed_at = columns.optional_time()
    link = columns.number()
    invited_by = columns.may_belong_to(Person)
    invited_at = columns.optional_time()
    answered_at = columns.created()
    answered_by = columns.may_belong_to(Person)
    approved_at = columns.optional_time()
    still_asked_at = columns.optional_time()
    reminded_at = columns.optional_time()
    typed_until = columns.optional_time()
    told_change = columns.big_number()
    told_cancelled_at = columns.optional_time()
    created_at = columns.created()

    rsvp_once = Unique([event, person])
    rsvp_status = Check(
        "status IN ('invited', 'going', 'maybe', 'declined', 'requested', 'waitlisted', 'offered', 'withdrawn')"
    )
    rsvp_guests = Check("guests BETWEEN 0 AND 20")
    rsvp_queued = Check("(status = 'waitlisted') = (queued IS NOT NULL)")
    rsvp_offer = Check("(status = 'offered') = (offer_until IS NOT NULL)")
    rsvp_listed_to = Check("listed IN ('', 'nobody', 'coming', 'connections')")
    rsvp_skipped = Check("skipped BETWEEN 0 AND CASE WHEN queued IS NULL THEN 0 ELSE 3 END")
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
    def silent(self) -> bool:
        """Whether a host invited them, and they have not answered."""
        return bool(self.invited_at) and not self.confirmed_at

    @property
    def chairs(self) -> int:
        """How many chairs the party takes, or would take."""
        return 1 + int(self.guests)

    @property
    def named_guests(self) -> list[str]:
        """The names of those guests who were named."""
        return [name for name in str(self.guest_names).split("\n") if name]


class RsvpChange(Table, tablename="rsvp_changes"):
    """One step in the life of an RSVP: who, when, from what, to what. `by` is null when Kith did it by rule.

    `note` is what a host wrote about their step: to the person when they turn somebody down, for the hosts when
    they move somebody up the line.
    """

    id = columns.key()
    rsvp = columns.belongs_to(Rsvp, index=False)  # `rsvp_changes_in_order` begins with it.
    by = columns.may_belong_to(Person)
    at = columns.created()
    from_status = columns.line(20, null=True, default=None)
    to_status = columns.line(20)
    from_guests = columns.number()
    to_guests = columns.number()
    to_online = columns.yes_or_no()
    note = columns.text()


class StandingAnswer(Table, tablename="standing_answers"):
    """That somebody is counted in at every gathering of a series, with so many guests, until they say otherwise.

    It is given to each new gathering by the ordinary decision; whoever has been counted in longest (`since`) comes
    first. Not to those on a day before `paused_until`. `link` is the version of its signed link; `online` and `listed`
    are what their answers say.
    """

    id = columns.key()
    series = columns.belongs_to(Series, index=False)  # `standing_answer_once` begins with it.
    person = columns.belongs_to(Person)
    guests = columns.number()
    online = columns.yes_or_no()
    listed = columns.line(20)
    since = columns.created()
    paused_until = columns.optional_day()
    link = columns.number()

    standing_answer_once = Unique([series, person])
    standing_answer_guests = Check("guests BETWEEN 0 AND 20")
    standing_answer_listed = Check("listed IN ('', 'nobody', 'coming', 'connections')")


class CountedIn(Table, tablename="counted_in"):
    """That a standing answer was given to a gathering, which is done once; or that somebody has to answer there
    themselves (`asks`), because it asks what they have not said before. `told_at`: the letter about it is written."""

    id = columns.key()
    standing = columns.belongs_to(StandingAnswer, index=False)  # `counted_in_once` begins with it.
    event = columns.belongs_to(Event)
    asks = columns.yes_or_no()
    told_at = columns.optional_time()
    created_at = columns.created()

    counted_in_once = Unique([standing, event])


class SentForm(Table, tablename="sent_forms"):
    """That a form has been taken: its `key` was made with it, so that sending it again changes nothing."""

    id = columns.key()
    rsvp = columns.belongs_to(Rsvp, index=False)  # `sent_form_once` begins with it.
    key = columns.line(40)
    at = columns.created()

    sent_form_once = Unique([rsvp, key])


class Question(Table, tablename="questions"):
    """What the hosts ask people who come. `options` are one per line. Set for good once somebody has answered."""

    id = columns.key()
    event = columns.belongs_to(Event)
    position = columns.number()
    kind = columns.line(20, default="text")
    prompt = columns.line(200)
    required = columns.yes_or_no()
    options = columns.text()
    preset = columns.line(20)

    question_once = Unique([event, position])
    question_kind = Check("kind IN ('text', 'choice', 'several')")

    @property
    def choices(self) -> list[str]:
        """What can be chosen; nothing where people write."""
        return [option for option in str(self.options).split("\n") if option]


class Reply(Table, tablename="replies"):
    """What somebody said to a question; of several choices one per line. Deleted some days after the event."""

    id = columns.key()
    question = columns.belongs_to(Question)
    rsvp = columns.belongs_to(Rsvp)
    words = columns.text()

    question_reply_once = Unique([question, rsvp])


class Door(Table, tablename="doors"):
    """A secret address at which helpers note who has come, without an account. Ends by itself or by a host.

    It works from `opens_at` until `expires_at`. `lasting` is what its maker chose, by which both follow a gathering
    that moves; empty on links from before that was kept, which stay as they are. A `poster` is for those who come
    without having answered: it shows nobody, and whoever scans it can say who they are.

    The door of a whole series is at its pattern (`event`), and has a door of each gathering, whose `series_door` it
    is. Nobody knows the secret of those: the address of the one leads to them.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    name = columns.line(60)
    secret = columns.secret_digest()
    made_by = columns.may_belong_to(Person)
    created_at = columns.created()
    lasting = columns.line(10)
    opens_at = columns.time()
    expires_at = columns.time()
    poster = columns.yes_or_no()
    series_door = columns.may_go_with("self")
    revoked_at = columns.optional_time()

    door_of_series_once = Unique([series_door, event])


class Arrival(Table, tablename="arrivals"):
    """That somebody really came. `seen_by` is who said so: themselves, or a host; `door` where a helper did.

    `guests` is how many of their guests came with them. `arrived_at` is when they came, as pressed at a door; null
    where somebody only says that they were there. Besides its columns it has `at_event`, its answer's event, by which a
    gathering's are found: a trigger copies it.
    """

    id = columns.key()
    rsvp = columns.belongs_to(Rsvp)
    seen_by = columns.may_belong_to(Person)
    door = columns.may_belong_to(Door)
    guests = columns.number()
    arrived_at = columns.optional_time()

    arrival_once = Unique([rsvp])


class DoorMark(Table, tablename="door_marks"):
    """One press at a door: they are here, or that was a mistake. `key` is made on the device, so that a mark
    which is sent twice counts once; `at` is when it was pressed, by the server's clock; of two the later one counts."""

    id = columns.key()
    key = columns.line(40, unique=True)
    door = columns.belongs_to(Door)
    rsvp = columns.belongs_to(Rsvp)
    here = columns.yes_or_no()
    guests = columns.number()
    at = columns.time()
    created_at = columns.created()


class WalkIn(Table, tablename="walk_ins"):
    """Somebody who came without an answer, as a helper at the door wrote them down, or a host afterwards (`at` null).

    Without a name: taken back, or a poster was scanned and nobody has confirmed it. `person` is whose address was left
    (`left_at`); once its owner confirms that, `rsvp` is the answer that their arrival belongs to.
    """

    id = columns.key()
    key = columns.line(40, unique=True)
    event = columns.belongs_to(Event)
    door = columns.may_belong_to(Door)
    name = columns.line(100)
    guests = columns.number()
    at = columns.optional_time()
    person = columns.may_belong_to(Person)
    left_at = columns.optional_time()
    rsvp = columns.may_belong_to(Rsvp)


class HostLetter(Table, tablename="host_letters"):
    """What an organiser wrote to those who are coming, or with an invitation, signed with their name.

    To whom: answers of one kind, all of those (`everybody`), who is `invited` and has not answered, or, without a
    subject, those whom an `invitation` went to. `answers_to_me`: the organiser wishes to get answers at their own
    address, which everybody then sees.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    by = columns.may_belong_to(Person)
    to_whom = columns.line(20, default="going")
    subject = columns.line(150)
    body = columns.text()
    answers_to_me = columns.yes_or_no()
    sent_to = columns.number()
    created_at = columns.created()

    host_letter_is_to = Check(
        "to_whom IN ('going', 'maybe', 'waitlisted', 'everybody', 'invited', 'invitation')"
    )


class NoLetters(Table, tablename="no_letters"):
    """An address whose owner wants no letters that others can cause by typing it. Kept as a digest only."""

    id = columns.key()
    address = columns.secret_digest()
    created_at = columns.created()
