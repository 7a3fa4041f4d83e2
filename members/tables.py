"""What we remember of people, their communities, and who may do what there."""

from piccolo.constraints import Check, Unique
from piccolo.table import Table

from members import names
from server import columns
from server.languages.messages import Text, _
from server.tables import Picture

ROLES = ("owner", "organiser", "member")
HEARS = ("each", "weekly", "never")
LETTER_KINDS = ("reminders", "follow-ups", "organisers", "connections", "prompts")


class Person(Table, tablename="people"):
    """Somebody with an e-mail address. They have an account once they have signed in (`signed_in_at`).

    A guest who answers by letter is a person too. `email` is kept in lower case. `called` is what they wish others
    to call them, or empty; the whole `name` is for hosts, for the door and for connections. `language` is the code of
    the one that they read, or empty while that is not known. Until `away_until` nothing is asked of them.

    Until `letters_paused_until` no letter comes that can wait, nor between the full hours `quiet_from` and `quiet_to`
    of their own clock, which may have midnight between them; see `letter_hours`.
    """

    id = columns.key()
    public_id = columns.public_id()
    email = columns.line(254, unique=True)
    name = columns.line(100)
    called = columns.line(60)
    zone = columns.line(60, default="UTC")
    language = columns.line(10)
    picture = columns.may_belong_to(Picture)
    signed_in_at = columns.optional_time()
    away_until = columns.optional_time()
    letters_paused_until = columns.optional_time()
    quiet_from = columns.number(None, null=True)
    quiet_to = columns.number(None, null=True)
    created_at = columns.created()

    person_email_lower = Check("email = lower(email) AND position('@' IN email) > 1")
    person_quiet_hours = Check(
        "num_nulls(quiet_from, quiet_to) IN (0, 2) AND quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23"
        " AND quiet_from <> quiet_to"
    )

    # Where their picture is, set by the queries that asked for it; "" while there is none.
    picture_url = ""

    # Whether they organise or host anything, set for who is signed in.
    organises = False

    @property
    def has_account(self) -> bool:
        """Whether they have ever signed in."""
        return self.signed_in_at is not None

    @property
    def short_name(self) -> Text:
        """First name and initial, as people who do not know each other see it: "Ana R."."""
        return names.short(self.name, self.called)

    @property
    def greeted(self) -> str:
        """How letters greet them: "Ana"; empty where that is not known."""
        return self.called or names.first(self.name)

    def signing_for(self, community: str) -> Text:
        """The name that signs what they write as an organiser."""
        shown = names.shown(self.name, self.called)
        return shown or _("An organiser of %(community)s", community=community)


class Session(Table, tablename="sessions"):
    """One browser that is signed in. The cookie holds the secret; we hold its digest."""

    id = columns.key()
    person = columns.belongs_to(Person)
    secret = columns.secret_digest()
    browser = columns.line(120)
    created_at = columns.created()
    seen_at = columns.created()
    expires_at = columns.time()


class SignInLink(Table, tablename="sign_in_links"):
    """A link that signs one address in, once, for twenty minutes. The link itself is signed, not kept."""

    id = columns.key()
    email = columns.line(254, index=True)
    next_path = columns.text()
    created_at = columns.created()
    expires_at = columns.time()
    used_at = columns.optional_time()


class AddressChange(Table, tablename="address_changes"):
    """That somebody wishes to use another address, `email`: they do once they press the button behind its letter.

    One each: asking again replaces it. `before` is the address they had, once `confirmed_at` says that they changed.
    """

    id = columns.key()
    person = columns.belongs_to(Person)
    email = columns.line(254)
    before = columns.line(254)
    created_at = columns.created()
    expires_at = columns.time()
    confirmed_at = columns.optional_time()

    address_change_once = Unique([person])


class Community(Table, tablename="communities"):
    """People who meet. `slug` is its address for good; `about` is Markdown.

    `language` is the code of the one in which it speaks to everybody; empty for the server's.
    """

    id = columns.key()
    slug = columns.line(60, unique=True)
    name = columns.line(100)
    summary = columns.line(200)
    about = columns.text()
    place = columns.line(100)
    zone = columns.line(60, default="UTC")
    language = columns.line(10)
    picture = columns.may_belong_to(Picture)
    created_at = columns.created()

    community_slug_shape = Check("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'")


class Membership(Table, tablename="memberships"):
    """One person's place in one community."""

    id = columns.key()
    community = columns.belongs_to(Community)
    person = columns.belongs_to(Person)
    role = columns.line(20, default="member")
    joined_at = columns.created()

    membership_once = Unique([community, person])
    membership_role = Check("role IN ('owner', 'organiser', 'member')")


class Follow(Table, tablename="follows"):
    """That somebody has said how they wish to hear of a community's new gatherings, as a member of it or without.

    `hears`: a letter for each of them, one a week for all communities together, or none; `since` then they hear so.
    Nobody but they can see it.
    """

    id = columns.key()
    community = columns.belongs_to(Community, index=False)  # `follow_once` begins with it.
    person = columns.belongs_to(Person)
    hears = columns.line(10)
    since = columns.created()

    follow_once = Unique([community, person])
    follow_hears = Check("hears IN ('each', 'weekly', 'never')")


class Block(Table, tablename="blocks"):
    """`blocker` does not wish to see or be seen by `blocked`. It hides both ways, and nobody is told."""

    id = columns.key()
    blocker = columns.belongs_to(Person)
    blocked = columns.belongs_to(Person)
    created_at = columns.created()

    block_once = Unique([blocker, blocked])
    block_not_self = Check("blocker <> blocked")


class KeptOut(Table, tablename="kept_out"):
    """Somebody kept out of a community by those who look after it: `since` then, until `until` or for good.

    It meets the `person`, and whoever has the address: `address` is its keyed digest (`mailbox_digest`), which stays
    when the person is erased and meets people not known yet. `email` is the address as it was typed, where nobody was
    chosen by name; it goes when its owner is erased. `note` is for organisers alone. `ended_at` is when it was lifted
    or was found to have run out. One that holds a person or an address is active at a time.
    """

    id = columns.key()
    public_id = columns.public_id()
    community = columns.belongs_to(Community, index=False)  # `kept_out_once` begins with it.
    person = columns.may_belong_to(Person)
    address = columns.digest()
    email = columns.line(254)
    note = columns.text()
    by = columns.may_belong_to(Person)
    since = columns.created()
    until = columns.optional_time()
    ended_at = columns.optional_time()
    lifted_by = columns.may_belong_to(Person)

    kept_out_until = Check("until > since")


class LetterRefusal(Table, tablename="letter_refusals"):
    """A kind of letter that somebody does not want. Letters about their own answers always come."""

    id = columns.key()
    person = columns.belongs_to(Person)
    kind = columns.line(20)
    created_at = columns.created()

    letter_refusal_once = Unique([person, kind])
    letter_refusal_kind = Check("kind IN ('reminders', 'follow-ups', 'organisers', 'connections', 'prompts')")
