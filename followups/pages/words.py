"""What a connection wrote to me, behind the link in its letter, and my answer. No account is needed for either."""

from starlette.requests import Request
from starlette.responses import Response

from followups import access
from followups.forms import WordsFields
from followups.writing import notes, queries
from followups.writing.queries import Correspondence
from members.blocking.pages import blocks
from members.queries import person_by_id
from members.tables import Person
from server import clock, forms
from server.errors import LinkExpired, NotFound, TooMany
from server.forms import Form
from server.languages.messages import _
from server.pages import redirect, render, url


async def show(request: Request) -> Response:
    """What was written in the last thirty days, and room for an answer."""
    between = await access.correspondence_by(request.path_params["token"])
    return await _page(request, between, forms.blank())


async def write(request: Request) -> Response:
    """Answer."""
    token = request.path_params["token"]
    between = await access.correspondence_by(token)
    form = await forms.read(request, WordsFields)
    if form.data:
        try:
            await notes.write(between, form.data.words)
            return redirect(
                "followups:words", token=token, notice=_("Sent to %(name)s.", name=between.first_name)
            )
        except NotFound as error:
            raise LinkExpired(access.WORDS_CLOSED) from error
        except TooMany as refusal:
            form.refuse(refusal)
    return await _page(request, between, form)


async def ask_block(request: Request) -> Response:
    """Block them? Says what that means."""
    _, other = await _both(request)
    return blocks.ask_about(request, other, settings=url("members:blocks"))


async def block(request: Request) -> Response:
    """Not see them and not be seen by them; this page closes with it."""
    me, other = await _both(request)
    own = request.user and request.user.id == me.id
    return await blocks.block_and_go(me, other, settings=url("members:blocks") if own else "/")


async def _both(request: Request) -> tuple[Person, Person]:
    between = await access.correspondence_by(request.path_params["token"])
    me, other = await person_by_id(between.me), await person_by_id(between.other)
    if me is None or other is None:
        raise NotFound
    return me, other


async def _page(request: Request, between: Correspondence, form: Form[WordsFields]) -> Response:
    me = await person_by_id(between.me)
    if me is None:
        raise NotFound
    return render(
        request,
        "followups/words.html",
        status=form.status,
        form=form,
        between=between,
        person=me,
        own=bool(request.user and request.user.id == me.id),
        thread=await queries.thread(between.connection, me.id, clock.now()),
        token=request.path_params["token"],
    )
