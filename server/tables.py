"""What the ground remembers: due work, addresses that refuse letters, pictures, and letters in development."""

from piccolo.columns import JSONB, Bytea
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

from server import columns


class DueWork(Table, tablename="due_work"):
    """Something that has to be done at a time: a letter to write, an announcement to carry.

    `run_at` is also the lease: whoever claims a row moves it ahead, and only the claimer of that attempt may
    record the end. `dead_at` means that Kith gave up, and an operator should look.
    """

    id = columns.key()
    kind = columns.line(150)
    args = JSONB(default="[]", null=False)
    run_at = columns.time()
    key = columns.line(200, null=True, default=None)
    request_id = columns.line(40)
    attempts = columns.number()
    claimed_by = columns.line(60, null=True, default=None)
    last_error = columns.text()
    dead_at = columns.optional_time()
    created_at = columns.created()


class DeadAddress(Table, tablename="dead_addresses"):
    """An address of which a mail server said that there is no writing to it (5xx).

    Kith does not write there until its owner asks for a letter, and that one is taken.
    """

    id = columns.key()
    email = columns.line(254, unique=True)
    reason = columns.text()
    since = columns.created()


class UnsentLetter(Table, tablename="unsent_letters"):
    """A letter that was not sent because it was worth sending until `worth_until`, and its turn came later."""

    id = columns.key()
    work = columns.big_number(unique=True)
    kind = columns.line(100)
    worth_until = columns.time()
    noted_at = columns.created()


class SentLetter(Table, tablename="sent_letters"):
    """A letter as it went out, kept in development only, for /dev/letters."""

    id = columns.key()
    message_id = columns.line(200, unique=True)
    kind = columns.line(100, index=True, index_method=IndexMethod.btree)
    to_email = columns.line(254, index=True)
    subject = columns.text()
    message = Bytea(default=b"", null=False)
    sent_at = columns.created()


class Picture(Table, tablename="pictures"):
    """A picture somebody gave. `original` is emptied once the worker has made the sizes and dropped metadata.

    Whoever knows its name sees it, so the name cannot be guessed. Triggers delete the row, bytes and all, with what
    showed it: in the transaction in which a person, a community or an event goes, or shows another one.
    """

    id = columns.key()
    public_id = columns.secret_name()
    original = Bytea(default=None, null=True)
    small = Bytea(default=None, null=True)
    large = Bytea(default=None, null=True)
    letter = Bytea(default=None, null=True)
    width = columns.number()
    height = columns.number()
    refused = columns.line(200)
    ready_at = columns.optional_time()
    created_at = columns.created()


class TakenForm(Table, tablename="taken_forms"):
    """That a form which makes something has been taken, and what it was answered (`server.once`).

    `digest` stands for who sent what to where; `answer` is unreadable without the form itself.
    """

    id = columns.key()
    digest = columns.secret_digest()
    answer = Bytea(default=None, null=True)
    at = columns.created()
