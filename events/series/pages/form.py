"""The form of a series: that of a gathering, and how often it comes again, with the next days before there is any."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from events.publishing import forms as event_forms
from events.publishing import unfinished
from events.publishing.pages import unfinished as unfinished_pages
from events.publishing.pages.form import (
    DATES,
    FIRST,
    PREVIEWS,
    PUBLISH,
    left_with,
    others_left,
    read_form,
    show_form,
)
from events.publishing.pages.sheets import Sheet, event_like, new_sheet
from events.publishing.rules import refuse_far_away
from events.series import beginning, course, rule
from events.series.cadence import month_name, weekday_name, words_of
from events.series.forms import SeriesFields, plainly
from events.series.pages.series import published
from events.tables import Series
from server import clock, pictures, tokens
from server.db import transaction
from server.errors import NotAllowed, Refusal
from server.faults import Faults
from server.forms import Form, blank
from server.languages.messages import Text, _
from server.months import Month
from server.pages import redirect, redirect_to
from server.presentation import in_zone

S = TypeVar("S", bound=SeriesFields)

SHOWN = 8  # of the days to come
MONTHS = 3


@dataclass(frozen=True)
class Days:
    """How often, in words, and the next days: `more` come after them. `months` are the first of those they are in."""

    words: Text
    days: list[date]
    more: bool
    today: date

    @property
    def months(self) -> list[Month]:
        """As a picture."""
        return sorted({Month(day.year, day.month) for day in self.days})[:MONTHS]


async def new(request: Request) -> Response:
    """The form, empty, begun from a gathering that is to come again (`?like=`), or gone on with (`?unfinished=`)."""
    sheet = await new_sheet(request, again=True)
    if name := request.query_params.get("unfinished"):
        left = await left_with(sheet, name)
        return await page(request, sheet, left) if left else redirect_to(request.url.path)
    sheet.begin_like(await event_like(sheet.me, request.query_params.get("like", "")))
    begun = event_forms.copied(sheet.like) if sheet.like else {**FIRST, "zone": sheet.community.zone}
    return await page(request, sheet, blank(**{**begun, **plainly()}))


async def create(request: Request) -> Response:
    """Write it down, or have its first gatherings made at once."""
    sheet = await new_sheet(request, again=True)
    form = await read_form(request, sheet, SeriesFields)
    if form.data and not form.errors and form.data.then not in PREVIEWS:
        try:
            series, notice = await _create(sheet, form.data)
            return redirect("events:series", series=series.public_id, notice=notice)
        except Refusal as refusal:
            form.refuse(refusal)
    return await page(request, sheet, form)


async def keep_new(request: Request) -> Response:
    """Keep what is typed into the form of a new series."""
    return await unfinished_pages.keep(request, await new_sheet(request, again=True), SeriesFields)


async def page(
    request: Request,
    sheet: Sheet,
    form: Form[S],
    template: str = "events/series_form.html",
    began: date | None = None,
    skipped: frozenset[date] = frozenset(),
    **more: object,
) -> Response:
    """The form, and the next days that what is typed would give.

    `began`: with which day a series that is there did; `skipped`: the days that it leaves out.
    """
    asks = form.value("then") == DATES
    return await show_form(
        request,
        template,
        sheet,
        form,
        left=await others_left(sheet, form),
        asks_whether_over=False,
        weekdays=[(day, weekday_name(day)) for day in range(7)],
        months=[(month, month_name(month)) for month in range(1, 13)],
        next_days=_next_days(form, began, skipped) if asks or form.status != 200 else None,
        asks_for_days=asks,
        **more,
    )


def _next_days(form: Form[S], began: date | None, skipped: frozenset[date]) -> Days | None:
    """What is typed by now, as days; None while it says none. What is wrong with it is said in the form."""
    if "date" not in form.readable and form.data is None:
        return None
    now = clock.now()
    fields = form.data or SeriesFields.model_construct(**{"time": now.time(), "zone": "UTC", **form.readable})
    faults = Faults()
    by_rule, without = fields.by_rule(faults), fields.without(faults)
    try:
        refuse_far_away(fields.date, field="date")
        faults.refuse()
        begins = rule.begins_on if fields.date == began else rule.first_day
        today = in_zone(now, fields.zone).date()
        return days_of(by_rule, begins(by_rule, fields.date), today, without=without | skipped)
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def days_of(by_rule: str, first: date, today: date, *, without: frozenset[date] = frozenset()) -> Days:
    """How often, and the days from the first one on. What is past is not made, and not shown."""
    most, until = SHOWN + 1 + len(without), date(rule.LATEST, 12, 31)
    by_its_rule = rule.days(by_rule, first, since=max(first, today), most=most, until=until)
    found = [day for day in by_its_rule if day not in without]
    return Days(words_of(by_rule, first), found[:SHOWN], len(found) > SHOWN, today)


async def _create(sheet: Sheet, data: SeriesFields) -> tuple[Series, Text]:
    """The series, and what is said of it. Raises NotAllowed with all that is wrong; AllOver."""
    faults = Faults()
    by_rule, without, like = data.by_rule(faults), data.without(faults), sheet.like
    try:
        details = data.details(like)
    except NotAllowed as refusal:
        faults.note_all(refusal.errors)
    faults.refuse()
    async with transaction():
        if like and sheet.picture == like.picture:
            sheet.picture = await pictures.copy(like.picture)
        series = await beginning.begin(
            sheet.community,
            details,
            by=sheet.me,
            public_id=tokens.public_id(),
            by_rule=by_rule,
            weeks_ahead=data.weeks_ahead,
            picture=sheet.picture,
            like=like,
        )
        await course.leave_out(series, without, by=sheet.me)
        await unfinished.finish(sheet.me, data.written)
        if data.then == PUBLISH:
            return series, published(await beginning.publish(series))
        return series, _("The series is saved. Only organisers see it, and nothing is made yet.")
