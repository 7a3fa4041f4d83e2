"""Changing a series, or one of its gatherings and all later ones: first what becomes of each, then it is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from events import access as events_access
from events.publishing import forms as event_forms
from events.publishing import unfinished
from events.publishing.pages import unfinished as unfinished_pages
from events.publishing.pages.form import PREVIEWS, left_with, read_form
from events.publishing.pages.sheets import Sheet
from events.series import access, changing, course, forms, rule
from events.series.changing import Fate, Plan, Wanted
from events.series.forms import ChangeFields
from events.series.pages.form import page
from events.tables import Event
from events.view import SeriesView
from members.access import signed_in
from members.queries import community_by_id
from server import clock
from server.db import transaction
from server.editing import FIELD, EditedMeanwhile
from server.errors import NotFound, Refusal
from server.faults import Faults
from server.forms import Form, blank, sent, typed
from server.languages.messages import Text, _, ngettext, sentences
from server.pages import redirect
from server.presentation import in_zone

AGREED = "agreed"


async def edit(request: Request) -> Response:
    """The form, as the series is; or as one of its gatherings is (`?from=`), from which on it is to change.

    Or as somebody has not finished changing it (`?unfinished=`).
    """
    found, sheet = await _sheet(request)
    if name := request.query_params.get("unfinished"):
        left = await left_with(sheet, name)
        if left is None:
            return redirect("events:edit-series", series=found.series.public_id, query=_since(sheet))
        return await _page(request, found, sheet, left)
    return await _page(request, found, sheet, blank(**_as_it_is(found, sheet)))


async def change(request: Request) -> Response:
    """Show what would become of each gathering; once that is agreed to, do it."""
    found, sheet = await _sheet(request)
    form = await read_form(request, sheet, ChangeFields)
    if form.data is None or form.errors or form.data.then in PREVIEWS:
        return await _page(request, found, sheet, form)
    fates, plan = await _fates(request, found), None
    try:
        wanted = _wanted(found, sheet, form.data)
        if form.data.then == AGREED:
            done = await _change(found, sheet, wanted, form.data, fates)
            return redirect("events:series", series=found.series.public_id, notice=_done(done, fates))
        plan = await changing.plan(found.series, wanted, fates)
        _show_theirs(form, _as_it_is(found, sheet))
    except EditedMeanwhile:
        plan = await changing.plan(found.series, wanted, fates)
        form.errors |= {"": _("Something has changed in the meantime. This is what would become of it now.")}
        _show_theirs(form, _as_it_is(found, sheet))
    except rule.NoRule as refusal:
        form.refuse(form.data.instead(refusal))
    except Refusal as refusal:
        form.refuse(refusal)
        if "reason" in refusal.errors:
            plan = await changing.plan(found.series, wanted, fates)
    return await _page(request, found, sheet, form, plan=plan, fates=fates)


async def keep(request: Request) -> Response:
    """Keep what is typed into the form."""
    found, sheet = await _sheet(request)
    return await unfinished_pages.keep(request, sheet, ChangeFields, _as_it_is(found, sheet))


async def _sheet(request: Request) -> tuple[SeriesView, Sheet]:
    """The series, and its form. Raises NotFound, Forbidden, SignInNeeded."""
    found = await access.organised_series(request.user, request.path_params["series"])
    base = await _base(request, found, request.query_params.get("from", ""))
    community = await community_by_id(found.series.community)
    if community is None:
        raise NotFound
    return found, Sheet(signed_in(request.user), community, base, base.picture, again=True)


async def _base(request: Request, found: SeriesView, name: str) -> Event:
    """What is changed: the pattern, or one gathering of the series. Raises NotFound."""
    if not name:
        return found.pattern
    event = await events_access.organised_event(request.user, name)
    if event.series != found.series.id:
        raise NotFound
    return event


def _since(sheet: Sheet) -> dict[str, str]:
    """From which gathering on it is to change, as addresses say it."""
    return {} if sheet.changed.is_pattern else {"from": sheet.changed.public_id}


def _as_it_is(found: SeriesView, sheet: Sheet) -> dict[str, Any]:
    """The form, as long as nobody has typed into it."""
    said = {**event_forms.filled_in(sheet.changed), "reach": "untouched"}
    if sheet.changed.is_pattern:
        said |= {**forms.filled_in(found.series), "date": f"{found.series.first_on:%Y-%m-%d}"}
    return said


def _show_theirs(form: Form[ChangeFields], now: Mapping[str, Any]) -> None:
    """Say what others have written since the form was filled in: what one wants would be put in its place."""
    if form.value(FIELD) in {"", now[FIELD]}:
        return
    form.values[FIELD] = now[FIELD]
    form.meanwhile = event_forms.written_otherwise(now, form.values)
    if form.meanwhile:
        form.errors.setdefault("", EditedMeanwhile.sentence)


async def _change(
    found: SeriesView, sheet: Sheet, wanted: Wanted, data: ChangeFields, fates: Mapping[str, Fate]
) -> Plan:
    async with transaction():
        await course.leave_out(found.series, wanted.without, by=sheet.me)
        done = await changing.change(found.series, wanted, seen=data.agreed, fates=fates, reason=data.reason)
        await unfinished.finish(sheet.me, data.written)
    return done


def _wanted(found: SeriesView, sheet: Sheet, data: ChangeFields) -> Wanted:
    """What is wanted, as the form says it. Raises NotAllowed with all that cannot be."""
    faults, base = Faults(), sheet.changed
    of_all = base.is_pattern
    another_day = data.date != (
        found.series.first_on if of_all else in_zone(base.starts_at, base.zone).date()
    )
    if not of_all and another_day:
        faults.note(
            "date", _("The others keep their days. Change how often the series is to move all of them.")
        )
    by_rule, without = (data.by_rule(faults), data.without(faults)) if of_all else (None, frozenset[date]())
    with faults.noting():
        details = data.details()
    faults.refuse()
    today = in_zone(clock.now(), base.zone).date()
    return Wanted(
        details=details,
        base=base,
        since=today if of_all else base.series_date,
        reach=data.reach,
        picture=sheet.picture,
        by_rule=by_rule,
        weeks_ahead=data.weeks_ahead if of_all else None,
        first_on=rule.first_day(by_rule, data.date) if by_rule and another_day else None,
        without=without,
    )


async def _fates(request: Request, found: SeriesView) -> dict[str, Fate]:
    given = await sent(request)
    said = {name: typed(given, name) for name in given if name.startswith("drifted-")}
    return {
        name: cast(Fate, value[-1])
        for name, value in said.items()
        if value and value[-1] in {"keep", "move", "cancel"}
    }


async def _page(
    request: Request,
    found: SeriesView,
    sheet: Sheet,
    form: Form[ChangeFields],
    *,
    plan: Plan | None = None,
    fates: dict[str, Fate] | None = None,
) -> Response:
    return await page(
        request,
        sheet,
        form,
        "events/series_change.html",
        began=found.series.first_on if sheet.changed.is_pattern else None,
        skipped=found.skipped,
        since=_since(sheet),
        series=found.series,
        pattern=found.pattern,
        plan=plan,
        fates=fates or {},
    )


def _done(done: Plan, fates: Mapping[str, Fate]) -> Text:
    said: list[Text] = [_("Saved.")]
    changed = len(done.becoming) + sum(fates.get(each.key, "keep") != "keep" for each in done.drifted)
    if changed:
        said.append(ngettext("%(num)s gathering has changed.", "%(num)s gatherings have changed.", changed))
    if done.told:
        said.append(
            ngettext(
                "%(num)s person gets a letter about it.", "%(num)s people get a letter about it.", done.told
            )
        )
    return sentences(*said)
