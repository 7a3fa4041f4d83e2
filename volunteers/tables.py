"""What we remember of help: what is needed, and who gives it.

Besides its columns a sign-up has `begins_at`, when its shift begins: triggers keep it, and the index of people to be
reminded is in its order.
"""

from piccolo.constraints import Check, Unique
from piccolo.table import Table

from events.tables import Event
from members.tables import Person
from server import columns


class Role(Table, tablename="volunteer_roles"):
    """What is needed at an event, and when. `taken` is kept true by the sign-ups' trigger.

    Its time is kept in minutes from the event's start (`begins`, negative before it) and in minutes (`lasts`),
    so that a shift moves with its event at once; and in what the wall clock shows between the two (`wall_begins`,
    `wall_lasts`), which stays when clocks are set differently (`hours`). `sequence` and `changed_at` are what
    calendars go by. A role that is not needed any more stays, with `removed_at`, for the calendars and letters of
    those who had it.
    """

    id = columns.key()
    public_id = columns.public_id()
    event = columns.belongs_to(Event)
    title = columns.line(80)
    about = columns.line(300)
    places = columns.number(1)
    taken = columns.number()
    begins = columns.number()
    lasts = columns.number(60)
    wall_begins = columns.number()
    wall_lasts = columns.number(60)
    sequence = columns.number()
    changed_at = columns.created()
    removed_at = columns.optional_time()
    created_at = columns.created()

    role_places = Check("places BETWEEN 1 AND 500 AND taken >= 0")
    role_lasts = Check("lasts BETWEEN 1 AND 10080 AND begins BETWEEN -20160 AND 20160")


class SignUp(Table, tablename="volunteer_sign_ups"):
    """One person who takes one place in a role."""

    id = columns.key()
    role = columns.belongs_to(Role)
    person = columns.belongs_to(Person)
    reminded_at = columns.optional_time()
    created_at = columns.created()

    sign_up_once = Unique([role, person])
