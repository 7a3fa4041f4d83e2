"""What the members' package does by the clock."""

from datetime import datetime

from members.account import own_address, sessions, signing_in
from members.communities import keeping_out
from members.letters import away, letter_hours
from members.tables import (
    AddressChange,
    Block,
    Community,
    Follow,
    KeptOut,
    LetterRefusal,
    Membership,
    Person,
    Session,
    SignInLink,
)
from server.languages.messages import _, pgettext
from server.retention import Kept


async def forget_links(before: datetime) -> None:
    """Delete links to sign in that were made before then."""
    await SignInLink.delete().where(SignInLink.created_at < before)


async def forget_address_changes(before: datetime) -> None:
    """Delete what was asked before then about other addresses."""
    await AddressChange.delete().where(AddressChange.created_at < before)


async def forget_sessions(before: datetime) -> None:
    """Delete sessions that were used last before then."""
    await Session.delete().where(Session.expires_at < before + sessions.LASTS)


kept = [
    Kept(
        _("Your account: name, address, time zone, language, picture, and which letters you do not want"),
        _("Until you delete your account"),
        tables=(Person, LetterRefusal),
    ),
    Kept(
        _("That you are away, and until when"),
        _("Until that day, or until you say that you are back"),
        forget=away.forget_what_is_over,
        tables=(Person,),
    ),
    Kept(
        _("That you have paused your letters, and until when"),
        _("Until that day, or until you say that letters may come again"),
        forget=letter_hours.forget_what_is_over,
        tables=(Person,),
    ),
    Kept(
        _("Of which communities you wish to hear, and at which hours no letters shall come"),
        _("Until you choose otherwise, or delete your account"),
        tables=(Follow, Person),
    ),
    Kept(_("Links to sign in"), _("after they were asked for"), signing_in.KEPT, forget_links, (SignInLink,)),
    Kept(
        _("That you changed your address, and from which to which"),
        pgettext("for another address", "after you asked"),
        own_address.KEPT,
        forget_address_changes,
        (AddressChange,),
    ),
    Kept(
        _("Where you are signed in"),
        _("after you were last there, or until you sign out"),
        sessions.LASTS,
        forget_sessions,
        (Session,),
    ),
    Kept(
        _("Communities, and that you belong to one"),
        _("Until you leave, or it is closed"),
        tables=(Community, Membership),
    ),
    Kept(
        _("Whom you have blocked"),
        _("Until you unblock them, or one of you deletes their account"),
        tables=(Block,),
    ),
    Kept(
        _("Who is kept out of a community, by whom and why"),
        _("after it has ended"),
        keeping_out.KEPT,
        keeping_out.forget_ended,
        (KeptOut,),
    ),
]
