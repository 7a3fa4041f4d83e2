"""The organiser's list: who answered what, with its history, as a page and as a table to take along."""

import csv
import io

from starlette.requests import Request
from starlette.responses import Response

from events import access
from rsvps import queries, words
from rsvps.access import organised_answer
from rsvps.queries import Asked, Row
from server.pages import page_number, render, url
from server.presentation import in_zone

PAGE = 50
STATUSES = ("going", "waitlisted", "maybe", "invited", "declined", "withdrawn")


async def people(request: Request) -> Response:
    """By words and by answer, a page at a time."""
    event = await access.organised_event(request.user, request.path_params["event"])
    asked = _asked(request)
    page = page_number(request)
    counts = await queries.counts(event.id, request.user.id)
    found, total = await queries.people(
        event.id, request.user.id, asked, limit=PAGE, offset=(page - 1) * PAGE
    )
    kept = {name: value for name, value in (("q", asked.words), ("status", asked.status)) if value}
    return render(
        request,
        "rsvps/people.html",
        event=event,
        rows=found,
        counts=counts,
        statuses=STATUSES,
        asked=asked,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        here=url("rsvps:people", event=event.public_id, query={**kept, "page": ""}),
        label=words.label,
    )


async def person(request: Request) -> Response:
    """How one answer came to be."""
    found = await organised_answer(request.user, request.path_params["rsvp"])
    return render(
        request,
        "rsvps/history.html",
        event=found.event,
        rsvp=found.rsvp,
        name=found.person.name or found.person.email,
        place=found.place,
        steps=await queries.history(found.rsvp.id),
        label=words.label,
    )


async def table(request: Request) -> Response:
    """All that the filters let through, as CSV that no spreadsheet takes for formulas."""
    event = await access.organised_event(request.user, request.path_params["event"])
    found, _ = await queries.people(event.id, request.user.id, _asked(request), limit=None, offset=0)
    return Response(
        _csv(found, event.zone),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="people-{event.public_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _csv(rows: list[Row], zone: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Name", "Answer", "Guests", "Place in line", f"Since ({zone})", "Arrived"])
    for row in rows:
        since = f"{in_zone(row.answered_at, zone):%Y-%m-%d %H:%M}"
        arrived = f"{in_zone(row.arrived_at, zone):%Y-%m-%d %H:%M}" if row.arrived_at else ""
        cells = [
            row.shown_name,
            words.label(row.status, confirmed=row.confirmed),
            row.guests,
            row.place or "",
            since,
        ]
        writer.writerow([_cell(cell) for cell in [*cells, arrived]])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    """A cell that a spreadsheet shows and does not compute."""
    text = str(value)
    return f"'{text}" if text.lstrip()[:1] in {"=", "+", "-", "@"} or text[:1] in {"\t", "\r", "\n"} else text


def _asked(request: Request) -> Asked:
    status = request.query_params.get("status", "")
    return Asked(request.query_params.get("q", "").strip()[:100], status if status in STATUSES else "")
