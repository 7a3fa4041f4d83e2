"""One of my connections: how we met, where we see each other again, how to reach them, and what I keep to myself."""

from collections.abc import Sequence
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from events import access as events_access
from events.tables import Event
from followups import access
from followups.connections import keeping, queries
from followups.connections.queries import Connected
from followups.forms import KeepingFields, WordsFields
from followups.writing import notes
from followups.writing import queries as writing
from members.tables import Person
from server import clock, forms
from server.editing import EditedMeanwhile, version
from server.errors import TooMany
from server.forms import Form
from server.languages.messages import _
from server.pages import redirect, render

SHARED = 12


async def show(request: Request) -> Response:
    """Everything about the two of us."""
    me, one = await access.own_connection(request.user, request.path_params["connection"])
    return await _page(request, me, one)


async def keep(request: Request) -> Response:
    """Keep a note and a rhythm, for oneself."""
    me, one = await access.own_connection(request.user, request.path_params["connection"])
    form = await forms.read(request, KeepingFields)
    if not form.data:
        return await _page(request, me, one, keeping_form=form)
    try:
        await keeping.keep(me, one, form.data.wishes, seen=form.data.seen)
    except EditedMeanwhile as refusal:
        form.refuse(refusal)
        return await _page(request, me, one, keeping_form=form)
    return redirect("followups:connection", connection=one.public_id, notice=_("Saved, for you alone."))


async def pin(request: Request) -> Response:
    """Keep them at the top of my list."""
    me, one = await access.own_connection(request.user, request.path_params["connection"])
    await keeping.pin(me, one)
    notice = _("%(name)s stays at the top of your list.", name=one.first_name)
    return redirect("followups:connection", connection=one.public_id, notice=notice)


async def unpin(request: Request) -> Response:
    """Let them go back to their place."""
    me, one = await access.own_connection(request.user, request.path_params["connection"])
    await keeping.unpin(me, one)
    return redirect("followups:connection", connection=one.public_id)


async def write(request: Request) -> Response:
    """Write to them through Kith."""
    between = await access.own_correspondence(request.user, request.path_params["connection"])
    form = await forms.read(request, WordsFields)
    if form.data:
        try:
            await notes.write(between, form.data.words)
            notice = _("Sent to %(name)s.", name=between.first_name)
            return redirect("followups:connection", connection=between.public_id, notice=notice)
        except TooMany as refusal:
            form.refuse(refusal)
    me, one = await access.own_connection(request.user, between.public_id)
    return await _page(request, me, one, words_form=form)


async def _page(
    request: Request,
    me: Person,
    one: Connected,
    *,
    keeping_form: Form[KeepingFields] | None = None,
    words_form: Form[WordsFields] | None = None,
) -> Response:
    now = clock.now()
    kept = await queries.kept_about(me, one.id, one.other, now)
    around = await queries.gatherings(me, [one.other], [one.event] if one.event else [], now)
    over = await queries.shared(me, one.other, now, most=SHARED)
    coming = [event for _, event in around.coming]
    seen = await events_access.views(me, [*around.began.values(), *coming, *over])

    def visible(gatherings: Sequence[Event]) -> list[Event]:
        return [event for event in gatherings if seen[event.id].sees_it]

    began = visible(list(around.began.values()))
    if keeping_form is None:
        wishes = asdict(keeping.Wishes(kept.note, kept.rhythm, kept.unprompted))
        keeping_form = forms.blank(**wishes, seen=version(wishes))
    words_form = words_form or forms.blank()
    return render(
        request,
        "followups/connection.html",
        status=max(keeping_form.status, words_form.status),
        one=one,
        kept=kept,
        began=began[0] if began else None,
        coming=visible(coming),
        over=[event for event in visible(over) if event not in began],
        thread=await writing.thread(one.id, me.id, now),
        keeping_form=keeping_form,
        words_form=words_form,
    )
