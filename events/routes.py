"""Which address leads to which page of the events'."""

from starlette.routing import BaseRoute, Route

from events.calendars.pages import calendars, feeds
from events.hosting.pages import co_hosts, kept_out, rota
from events.importing import pages as importing
from events.lists import pages as lists
from events.organising import pages as organising_pages
from events.publishing.pages import form, organising, unfinished
from events.series.pages import change as series_change
from events.series.pages import course as series_course
from events.series.pages import form as series_form
from events.series.pages import hosts as series_hosts
from events.series.pages import series
from events.showing import pages as event
from events.showing import telling
from server.once import once

routes: list[BaseRoute] = [
    # Asked for most, so tried first.
    Route("/events/new", form.choose, name="events:choose"),
    Route("/events/{event}.ics", event.ics, name="events:ics"),
    Route("/events/{event}.json", event.as_json, name="events:json"),
    Route("/events/{event}", event.show, name="events:event"),
    Route("/events/{event}/share.png", telling.picture, name="events:share-picture"),
    Route("/events/{event}/poster", telling.poster, name="events:poster"),
    Route("/communities/{community}/calendar.ics", calendars.of_community, name="events:community-calendar"),
    Route("/series/{series}/calendar.ics", calendars.of_series, name="events:series-calendar"),
    Route("/", lists.home, name="home"),
    Route("/events", lists.whats_on, name="events:list"),
    Route("/organising", organising_pages.home, name="events:organising"),
    Route("/organising/{list}", organising_pages.listed, name="events:organised"),
    Route("/communities/{community}/events/new", form.new, name="events:new"),
    Route("/communities/{community}/events/new", once(form.create), methods=["POST"]),
    Route("/communities/{community}/series/new", series_form.new, name="events:new-series"),
    Route("/communities/{community}/series/new", once(series_form.create), methods=["POST"]),
    Route(
        "/communities/{community}/series/new/unfinished",
        series_form.keep_new,
        methods=["POST"],
        name="events:keep-new-series",
    ),
    Route("/series/{series}", series.show, name="events:series"),
    Route("/series/{series}/edit", series_change.edit, name="events:edit-series"),
    Route("/series/{series}/edit", series_change.change, methods=["POST"]),
    Route(
        "/series/{series}/edit/unfinished",
        series_change.keep,
        methods=["POST"],
        name="events:keep-changed-series",
    ),
    Route("/series/{series}/course", series_course.index, name="events:series-course"),
    Route("/series/{series}/pause", series_course.pause, methods=["POST"], name="events:series-pause"),
    Route(
        "/series/{series}/pause/removal", series_course.go_on, methods=["POST"], name="events:series-going-on"
    ),
    Route("/series/{series}/ending", series_course.end, methods=["POST"], name="events:series-ending"),
    Route(
        "/series/{series}/ending/removal",
        series_course.take_up,
        methods=["POST"],
        name="events:series-ending-removal",
    ),
    Route("/series/{series}/skipped", series_course.skip, methods=["POST"], name="events:series-skipped"),
    Route(
        "/series/{series}/skipped/removal",
        series_course.take_back,
        methods=["POST"],
        name="events:series-skipped-removal",
    ),
    Route("/series/{series}/host", series_course.hand_on, methods=["POST"], name="events:series-host"),
    Route("/series/{series}/hosts", series_hosts.index, name="events:series-hosts"),
    Route("/series/{series}/hosts", once(series_hosts.ask), methods=["POST"]),
    Route(
        "/series/{series}/hosts/invitations/{invitation}/removal",
        series_hosts.take_back,
        methods=["POST"],
        name="events:series-host-invitation-removal",
    ),
    Route("/series/{series}/publication", series.start, methods=["POST"], name="events:series-publication"),
    Route("/series/{series}/removal", series.remove, methods=["POST"], name="events:series-removal"),
    Route("/communities/{community}/month", lists.month, name="events:month"),
    Route("/communities/{community}/past", lists.past, name="events:past"),
    Route("/events/{event}/edit", form.edit, name="events:edit"),
    Route("/events/{event}/edit", form.change, methods=["POST"]),
    Route(
        "/communities/{community}/events/new/unfinished",
        unfinished.keep_new,
        methods=["POST"],
        name="events:keep-new",
    ),
    Route(
        "/events/{event}/edit/unfinished",
        unfinished.keep_changed,
        methods=["POST"],
        name="events:keep-changed",
    ),
    Route(
        "/unfinished/{unfinished}/removal", unfinished.throw_away, methods=["POST"], name="events:throw-away"
    ),
    Route("/communities/{community}/import", importing.index, name="events:import"),
    Route("/communities/{community}/import", once(importing.take), methods=["POST"]),
    Route("/communities/{community}/import/{source}", importing.show, name="events:imported"),
    Route("/communities/{community}/import/{source}", importing.bring_in, methods=["POST"]),
    Route(
        "/communities/{community}/import/{source}/reading",
        importing.read_again,
        methods=["POST"],
        name="events:import-reading",
    ),
    Route(
        "/communities/{community}/import/{source}/choice",
        importing.take_again,
        methods=["POST"],
        name="events:import-choice",
    ),
    Route(
        "/communities/{community}/import/{source}/removal",
        importing.let_go,
        methods=["POST"],
        name="events:import-removal",
    ),
    Route("/events/{event}/publication", organising.publish, methods=["POST"], name="events:publication"),
    Route("/events/{event}/cancellation", organising.ask_why, name="events:cancellation"),
    Route("/events/{event}/cancellation", organising.cancel, methods=["POST"]),
    Route("/events/{event}/copy", organising.copy, methods=["POST"], name="events:copy"),
    Route("/events/{event}/removal", organising.remove, methods=["POST"], name="events:removal"),
    Route("/events/{event}/hosts", co_hosts.index, name="events:hosts"),
    Route("/events/{event}/hosts", once(co_hosts.add), methods=["POST"]),
    Route(
        "/events/{event}/hosts/{person}/removal",
        co_hosts.remove,
        methods=["POST"],
        name="events:host-removal",
    ),
    Route(
        "/events/{event}/hosts/invitations/{invitation}/removal",
        co_hosts.take_back,
        methods=["POST"],
        name="events:host-invitation-removal",
    ),
    Route("/events/{event}/kept-out", kept_out.index, name="events:kept-out"),
    Route("/events/{event}/kept-out", once(kept_out.add), methods=["POST"]),
    Route("/events/{event}/kept-out/{kept}/removal", kept_out.lift, methods=["POST"], name="events:lift"),
    Route("/hosting/several/{token}", rota.asked, name="events:hosting-several"),
    Route("/hosting/several/{token}", rota.answer, methods=["POST"]),
    Route("/hosting/{token}", co_hosts.asked, name="events:hosting"),
    Route("/hosting/{token}", co_hosts.accept, methods=["POST"]),
    Route("/feeds/{secret}.ics", calendars.personal, name="events:feed"),
    Route("/settings/feeds", feeds.index, name="events:feeds"),
    Route("/settings/feeds", once(feeds.make), methods=["POST"]),
    Route("/settings/feeds/{feed}", feeds.change, methods=["POST"], name="events:feed-settings"),
    Route(
        "/settings/feeds/{feed}/rotation", once(feeds.rotate), methods=["POST"], name="events:feed-rotation"
    ),
    Route("/settings/feeds/{feed}/removal", feeds.revoke, methods=["POST"], name="events:feed-removal"),
]
