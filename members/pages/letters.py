"""Which letters I want; and the one press, in the letter itself, after which a kind does not come any more."""

from starlette.requests import Request
from starlette.responses import Response

from members import access, contributions, letters_wanted, queries
from members.forms import LetterFields
from members.letters_wanted import PROMPTS
from members.tables import LETTER_KINDS, Person
from server import deliverability, forms
from server.languages.messages import _
from server.pages import redirect, render

# Of prompts one chooses how often they come, which another package asks (`contributions.letter_choices`).
KINDS = [kind for kind in LETTER_KINDS if kind != PROMPTS]


async def letters(request: Request) -> Response:
    """The kinds, and which of them come."""
    me = access.signed_in(request.user)
    refused = await queries.refused_letters(me.id)
    form = forms.blank(wanted=[kind for kind in KINDS if kind not in refused])
    return await _letters(request, me, form)


async def choose(request: Request) -> Response:
    """Want these and no others."""
    me = access.signed_in(request.user)
    form = await forms.read(request, LetterFields)
    if not form.data:
        return await _letters(request, me, form)
    await letters_wanted.choose(me, form.data.wanted, of=KINDS)
    return redirect("members:letters", notice=_("Saved."))


async def _letters(request: Request, me: Person, form: forms.Form[LetterFields]) -> Response:
    unwanted = await queries.refused_letters(me.id)
    return render(
        request,
        "members/letters.html",
        form=form,
        refused=await deliverability.refuses(me.email),
        choices=[await draw(request, me, unwanted) for draw in contributions.letter_choices],
        status=form.status,
    )


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
