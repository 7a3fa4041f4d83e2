"""What we remember of the morning after. Nothing one-sided is ever readable by anybody but its author.

Besides these tables there is `events_unasked`, an index over `events` that triggers keep: when and where each is over
that is published and that nobody has been asked about.
"""

from piccolo.constraints import Check, Unique
from piccolo.table import Table

from events.tables import Event
from members.tables import Person
from server import columns


class FollowUp(Table, tablename="follow_ups"):
    """The two weeks after one event in which those who were there are asked whom they met.

    `reveals_at` is the next daily batch in which mutual wishes become connections; null when all are done. At
    `tells_at` those who host are told what people said; null once they have been.
    """

    id = columns.key()
    event = columns.belongs_to(Event)
    opened_at = columns.created()
    closes_at = columns.time()
    reveals_at = columns.optional_time()
    tells_at = columns.optional_time()

    follow_up_once = Unique([event])


class Reply(Table, tablename="follow_up_replies"):
    """One person's page of a follow-up: what they said, to whom, and what they keep to themselves.

    `public_id` is who they are in the list of this one follow-up, and nowhere else. `was_there` null: not said.
    `findable`: they agree to be in the list of those who were there. `felt_welcome` and `message` go where
    `message_to` says, with their name only if `signed`; `note` is for themselves alone. `not_seen_by` is the
    host who said that they were not there. The note comes back to them by letter at `note_back_at` (`note_sent_at`:
    it has). `first_time_told`: it was their first gathering here, and the hosts may know. `step` is where on the page
    they are, while they answer one thing after another. `finished_at`: they came to the page's end; what they said can
    still be changed. `waits`: they are away, and the letter that asks comes once they are back. At `reminds_at` they
    are reminded, if they have said nothing.
    """

    id = columns.key()
    public_id = columns.public_id()
    follow_up = columns.belongs_to(FollowUp)
    person = columns.belongs_to(Person)
    was_there = columns.maybe_yes_or_no()
    not_seen_by = columns.may_belong_to(Person)
    findable = columns.yes_or_no()
    shows_picture = columns.yes_or_no()
    felt_welcome = columns.line(20, null=True, default=None)
    message = columns.text()
    message_to = columns.line(20, default="nobody")
    signed = columns.yes_or_no()
    note = columns.text()
    note_back_at = columns.optional_time()
    note_sent_at = columns.optional_time()
    first_time_told = columns.yes_or_no()
    step = columns.line(20)
    link = columns.number()
    waits = columns.yes_or_no()
    reminds_at = columns.optional_time()
    reminded_at = columns.optional_time()
    answered_at = columns.optional_time()
    finished_at = columns.optional_time()
    dismissed_at = columns.optional_time()
    created_at = columns.created()

    reply_once = Unique([follow_up, person])
    reply_felt_welcome = Check("felt_welcome IS NULL OR felt_welcome IN ('yes', 'partly', 'no')")
    reply_message_to = Check("message_to IN ('organisers', 'nobody')")
    reply_findable_if_there = Check("NOT findable OR was_there IS TRUE")
    reply_picture_if_findable = Check("NOT shows_picture OR findable")
    reply_note_comes_back = Check("note_back_at IS NULL OR note <> ''")
    reply_first_time_if_there = Check("NOT first_time_told OR was_there IS TRUE")


class Ask(Table, tablename="asks"):
    """What somebody would like after an event: to help, to be introduced, a hello.

    `to` is the human whose page it is on. `words` say more, if they wrote any. `done_at` and `done_by`: who has seen to
    it. Gone after sixty days.
    """

    id = columns.key()
    public_id = columns.public_id()
    follow_up = columns.belongs_to(FollowUp)
    person = columns.belongs_to(Person)
    to = columns.belongs_to(Person)
    kind = columns.line(20)
    words = columns.line(300)
    asked_at = columns.created()
    done_at = columns.optional_time()
    done_by = columns.may_belong_to(Person)

    ask_once = Unique([follow_up, person, kind])
    ask_kind = Check("kind IN ('help', 'introduction', 'hello')")


class MetMark(Table, tablename="met_marks"):
    """`by` says: I met `about`; and, since `wished_at`, I would like to stay in touch. Only `by` may ever know."""

    id = columns.key()
    follow_up = columns.belongs_to(FollowUp)
    by = columns.belongs_to(Person)
    about = columns.belongs_to(Person)
    wished_at = columns.optional_time()
    created_at = columns.created()

    met_mark_once = Unique([follow_up, by, about])
    met_mark_not_self = Check("by <> about")


class Connection(Table, tablename="connections"):
    """Two people who both wished to stay in touch. `low` has the smaller number, so that a pair is one row."""

    id = columns.key()
    public_id = columns.public_id()
    low = columns.belongs_to(Person)
    high = columns.belongs_to(Person)
    event = columns.may_belong_to(Event)
    connected_at = columns.created()
    ended_at = columns.optional_time()
    ended_by = columns.may_belong_to(Person)

    connection_ordered = Check("low < high")


class Keeping(Table, tablename="keepings"):
    """What one of two keeps about their connection, for their eyes alone: a note, and how often they wish to meet.

    `rhythm` counts from `since`, which moves on whenever the two were at one gathering or wrote to each other.
    `pinned_at`: they keep it at the top of their list. `unprompted`: no prompts about this one.
    """

    id = columns.key()
    connection = columns.belongs_to(Connection)
    person = columns.belongs_to(Person)
    note = columns.text()
    rhythm = columns.line(20, default="none")
    since = columns.created()
    pinned_at = columns.optional_time()
    unprompted = columns.yes_or_no()

    keeping_once = Unique([connection, person])
    keeping_rhythm = Check("rhythm IN ('none', 'monthly', 'seasonal', 'yearly')")


class NoteBetween(Table, tablename="notes_between"):
    """What one of two wrote to the other through Kith. Nobody sees an address; it is gone after thirty days."""

    id = columns.key()
    public_id = columns.public_id()
    connection = columns.belongs_to(Connection)
    by = columns.belongs_to(Person)
    words = columns.text()
    written_at = columns.created()


class Prompt(Table, tablename="prompts"):
    """What Kith put in front of one person in one week, about one of their connections. `event`: what it leads to.

    Chosen once, in the transaction that writes down its letter. `kind`: both come to `event`; a season has passed; the
    other comes for the first time. `put_off_at`: not this week. Only `person` may ever know of it.
    """

    id = columns.key()
    public_id = columns.public_id()
    person = columns.belongs_to(Person)
    connection = columns.belongs_to(Connection)
    event = columns.belongs_to(Event)
    kind = columns.line(20)
    week = columns.line(8)
    chosen_at = columns.created()
    put_off_at = columns.optional_time()

    prompt_once_a_week = Unique([person, week])
    prompt_kind = Check("kind IN ('coming', 'season', 'first_time')")


class PromptWish(Table, tablename="prompt_wishes"):
    """How often somebody wishes to be prompted: weekly unless they say less. Never is a kind of letter refused."""

    id = columns.key()
    person = columns.belongs_to(Person)
    how_often = columns.line(20, default="weekly")
    changed_at = columns.created()

    prompt_wish_once = Unique([person])
    prompt_wish_how_often = Check("how_often IN ('weekly', 'monthly')")


class PromptTurn(Table, tablename="prompt_turns"):
    """When somebody's connections are looked through next for what they might be told: once a week, in their own hour.

    A trigger begins it with their first connection; from then on each turn sets the next one.
    """

    id = columns.key()
    person = columns.belongs_to(Person)
    due_at = columns.time()

    prompt_turn_once = Unique([person])


class ContactCard(Table, tablename="contact_cards"):
    """What somebody shows to their connections: nothing until they tick it, whatever is filled in.

    `keeps_plans`: connections do not see which gatherings both are coming to.
    """

    id = columns.key()
    person = columns.belongs_to(Person)
    shows_email = columns.yes_or_no()
    shows_picture = columns.yes_or_no()
    shows_phone = columns.yes_or_no()
    phone = columns.line(40)
    shows_website = columns.yes_or_no()
    website = columns.line(200)
    shows_words = columns.yes_or_no()
    words = columns.line(300)
    keeps_plans = columns.yes_or_no()
    changed_at = columns.created()

    contact_card_once = Unique([person])
