"""Which letters I want; and the one press, in the letter itself, after which a kind does not come any more."""

from datetime import datetime, time

from starlette.requests import Request
from starlette.responses import Response

from members import access, contributions, queries
from members.forms import LetterFields, PauseFields, QuietFields
from members.letters import letter_hours, letters_wanted
from members.letters.letters_wanted import PROMPTS
from members.tables import LETTER_KINDS, Person
from server import clock, deliverability, forms
from server.errors import Refusal
from server.languages.messages import _
from server.pages import redirect, render
from server.presentation import clock_time, in_zone

# Of prompts one chooses how often they come, which another package asks (`contributions.letter_choices`).
KINDS = [kind for kind in LETTER_KINDS if kind != PROMPTS]


async def letters(request: Request) -> Response:
    """The kinds, and which of them come."""
    me = access.signed_in(request.user)
    return await _letters(request, me)


async def choose(request: Request) -> Response:
    """Want these and no others."""
    me = access.signed_in(request.user)
    form = await forms.read(request, LetterFields)
    if not form.data:
        return await _letters(request, me, kinds=form)
    await letters_wanted.choose(me, form.data.wanted, of=KINDS)
    return redirect("members:letters", notice=_("Saved."))


async def pause(request: Request) -> Response:
    """No letters that can wait, until a day or until I say so."""
    me = access.signed_in(request.user)
    form = await forms.read(request, PauseFields)
    if form.data:
        try:
            await letter_hours.pause(me, form.data.until)
            return redirect("members:letters", notice=_("Your letters are paused."))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _letters(request, me, pausing=form)


async def go_on(request: Request) -> Response:
    """Have letters again."""
    await letter_hours.go_on(access.signed_in(request.user))
    return redirect("members:letters", notice=_("Your letters come again."))


async def be_quiet(request: Request) -> Response:
    """No letters that can wait between these hours."""
    me = access.signed_in(request.user)
    form = await forms.read(request, QuietFields)
    if form.data:
        try:
            await letter_hours.be_quiet(me, form.data.hours())
            return redirect("members:letters", notice=_("Saved."))
        except Refusal as refusal:
            form.refuse(refusal)
    return await _letters(request, me, quiet=form)


async def _letters(
    request: Request,
    me: Person,
    *,
    kinds: forms.Form[LetterFields] | None = None,
    pausing: forms.Form[PauseFields] | None = None,
    quiet: forms.Form[QuietFields] | None = None,
) -> Response:
    unwanted = await queries.refused_letters(me.id)
    return render(
        request,
        "members/letters.html",
        form=kinds or forms.blank(wanted=[kind for kind in KINDS if kind not in unwanted]),
        heard=await queries.heard_by(me),
        paused=letter_hours.is_paused(me, clock.now()),
        paused_until=_day_of_pause(me),
        pausing=pausing or forms.blank(),
        hours=[(str(hour), clock_time(time(hour))) for hour in range(24)],
        quiet=quiet or forms.blank(quiet_from=me.quiet_from, quiet_to=me.quiet_to),
        refused=await deliverability.refuses(me.email),
        choices=[await draw(request, me, unwanted) for draw in contributions.letter_choices],
        status=max(form.status for form in (kinds, pausing, quiet, forms.blank()) if form),
    )


def _day_of_pause(me: Person) -> datetime | None:
    """The day on which letters come again, on somebody's own clock; None where that is not said."""
    until = me.letters_paused_until
    return in_zone(until, me.zone) if until and until < letter_hours.FOREVER else None


async def unsubscribing(request: Request) -> Response:
    """Ask. Mail scanners open links; they must not end anything."""
    email, person, kind = await letters_wanted.receiver_of(request.path_params["token"])
    done = person is not None and not await letters_wanted.wants(person, kind)
    return render(request, "members/unsubscribe.html", kind=kind, done=done, to=email)


async def unsubscribe(request: Request) -> Response:
    """Stop letters of this kind. A mail program's one press (RFC 8058) is answered at once, a person led on."""
    token = request.path_params["token"]
    email, _, kind = await letters_wanted.receiver_of(token)
    await letters_wanted.refuse_for(email, kind)
    if "List-Unsubscribe" in await forms.sent(request):
        return render(request, "members/unsubscribe.html", kind=kind, done=True, to=email)
    return redirect("members:unsubscribe", token=token)
