"""Which address leads to which page of the rsvps'."""

from starlette.routing import BaseRoute, Route

from rsvps.attending.pages import answering, by_link, coming, in_this_browser, walking_in
from rsvps.door.pages import arriving, door, doors
from rsvps.hosting.pages import approvals, host_letters, hosting, inviting, people
from rsvps.questions import pages
from rsvps.standing.pages import absence, standing
from server.once import once

routes: list[BaseRoute] = [
    Route("/events/{event}/rsvp", answering.look, name="rsvps:answer"),
    Route("/events/{event}/rsvp", answering.answer, methods=["POST"]),
    Route("/events/{event}/rsvp/removal", answering.withdraw, methods=["POST"], name="rsvps:removal"),
    Route(
        "/events/{event}/rsvp/letter",
        in_this_browser.write_again,
        methods=["POST"],
        name="rsvps:letter-again",
    ),
    Route(
        "/events/{event}/rsvp/letter/removal",
        in_this_browser.correct,
        methods=["POST"],
        name="rsvps:wrong-address",
    ),
    Route(
        "/events/{event}/rsvp/browser/removal",
        in_this_browser.forget,
        methods=["POST"],
        name="rsvps:forget-browser",
    ),
    Route("/events/{event}/coming", coming.on_event, name="rsvps:coming"),
    Route("/rsvp/{token}", by_link.look, name="rsvps:link"),
    Route("/rsvp/{token}/calendar.ics", by_link.calendar, name="rsvps:link-calendar"),
    Route("/rsvp/{token}/coming", coming.by_link, name="rsvps:coming-by-link"),
    Route("/events/{event}/coming/{listed}/block", coming.ask_block, name="rsvps:block"),
    Route("/events/{event}/coming/{listed}/block", coming.block, methods=["POST"]),
    Route("/rsvp/{token}/coming/{listed}/block", coming.ask_block_by_link, name="rsvps:block-by-link"),
    Route("/rsvp/{token}/coming/{listed}/block", coming.block_by_link, methods=["POST"]),
    Route("/rsvp/{token}/blocks", coming.blocked_by_link, name="rsvps:blocks"),
    Route(
        "/rsvp/{token}/blocks/{person}/removal",
        coming.unblock_by_link,
        methods=["POST"],
        name="rsvps:unblock",
    ),
    Route("/rsvp/{token}", by_link.answer, methods=["POST"]),
    Route("/rsvp/{token}/fresh", by_link.send_fresh, methods=["POST"], name="rsvps:fresh-link"),
    Route("/rsvp/{token}/refusal", by_link.ask_never, name="rsvps:refusal"),
    Route("/rsvp/{token}/refusal", by_link.never_again, methods=["POST"]),
    Route("/rsvp/{token}/absence", absence.ask, name="rsvps:absence"),
    Route("/rsvp/{token}/absence", absence.say, methods=["POST"]),
    Route("/series/{series}/standing", standing.look, name="rsvps:standing"),
    Route("/series/{series}/standing", standing.count_me_in, methods=["POST"]),
    Route(
        "/series/{series}/standing/removal", standing.stop, methods=["POST"], name="rsvps:standing-removal"
    ),
    Route("/series/{series}/standing/pause", standing.pause, methods=["POST"], name="rsvps:standing-pause"),
    Route(
        "/series/{series}/standing/pause/removal",
        standing.take_up_again,
        methods=["POST"],
        name="rsvps:standing-pause-removal",
    ),
    Route("/counted-in/{token}", standing.look_by_link, name="rsvps:counted-in"),
    Route(
        "/counted-in/{token}/removal",
        standing.stop_by_link,
        methods=["POST"],
        name="rsvps:counted-in-removal",
    ),
    Route(
        "/counted-in/{token}/pause", standing.pause_by_link, methods=["POST"], name="rsvps:counted-in-pause"
    ),
    Route(
        "/counted-in/{token}/pause/removal",
        standing.take_up_again_by_link,
        methods=["POST"],
        name="rsvps:counted-in-pause-removal",
    ),
    Route("/events/{event}/people", people.people, name="rsvps:people"),
    Route("/events/{event}/people.csv", people.table, name="rsvps:people-csv"),
    Route("/events/{event}/people/new", hosting.ask, name="rsvps:adding"),
    Route("/events/{event}/people/new", once(hosting.add), methods=["POST"]),
    Route(
        "/events/{event}/people/approvals", approvals.grant_several, methods=["POST"], name="rsvps:approvals"
    ),
    Route("/rsvps/{rsvp}", people.person, name="rsvps:person"),
    Route("/rsvps/{rsvp}/approval", approvals.ask, name="rsvps:approval"),
    Route("/rsvps/{rsvp}/approval", approvals.grant, methods=["POST"]),
    Route(
        "/rsvps/{rsvp}/approval/removal", approvals.decline, methods=["POST"], name="rsvps:approval-removal"
    ),
    Route("/rsvps/{rsvp}/place", hosting.move_up, methods=["POST"], name="rsvps:place"),
    Route("/rsvps/{rsvp}/removal", hosting.take_off, methods=["POST"], name="rsvps:person-removal"),
    Route("/rsvps/{rsvp}/removal/removal", hosting.put_back, methods=["POST"], name="rsvps:person-return"),
    Route(
        "/rsvps/{rsvp}/invitation/removal",
        hosting.withdraw_invitation,
        methods=["POST"],
        name="rsvps:invitation-removal",
    ),
    Route("/rsvps/{rsvp}/keeping-out", once(hosting.keep_out), methods=["POST"], name="rsvps:keeping-out"),
    Route("/events/{event}/invitations", inviting.ask, name="rsvps:invitations"),
    Route("/events/{event}/invitations", once(inviting.invite), methods=["POST"]),
    Route("/events/{event}/letters", host_letters.write, name="rsvps:letters"),
    Route("/events/{event}/letters", once(host_letters.send), methods=["POST"]),
    Route("/events/{event}/questions", pages.look, name="rsvps:questions"),
    Route("/events/{event}/questions", pages.put, methods=["POST"]),
    Route("/events/{event}/doors", doors.index, name="rsvps:doors"),
    Route("/events/{event}/doors", once(doors.make), methods=["POST"]),
    Route("/events/{event}/doors/poster", doors.poster, name="rsvps:poster"),
    Route("/events/{event}/doors/poster", doors.put_up_poster, methods=["POST"]),
    Route("/events/{event}/doors/{door}/removal", doors.revoke, methods=["POST"], name="rsvps:door-removal"),
    Route("/events/{event}/doors/{door}/renewal", doors.renew, methods=["POST"], name="rsvps:door-renewal"),
    Route("/door/{secret}", door.look, name="rsvps:door"),
    Route("/door/{secret}", door.press, methods=["POST"]),
    Route("/door/{secret}/walk-ins/{walk_in}/address", walking_in.hand_over, name="rsvps:address"),
    Route("/door/{secret}/walk-ins/{walk_in}/address", walking_in.leave, methods=["POST"]),
    Route("/door/{secret}/walk-ins/{walk_in}/thanks", walking_in.left, name="rsvps:address-left"),
    Route("/here/{secret}", walking_in.look, name="rsvps:here"),
    Route("/here/{secret}", walking_in.say, methods=["POST"]),
    Route("/here/{secret}/thanks", walking_in.said, name="rsvps:here-said"),
    Route("/came/{token}", walking_in.ask, name="rsvps:came"),
    Route("/came/{token}", walking_in.confirm, methods=["POST"]),
    Route("/came/{token}/refusal", walking_in.ask_never, name="rsvps:came-refusal"),
    Route("/came/{token}/refusal", walking_in.never_again, methods=["POST"]),
    Route("/door-worker.js", door.worker, name="rsvps:door-worker"),
    Route("/arrivals/{rsvp}", arriving.look, name="rsvps:arrival"),
    Route("/arrivals/{rsvp}", arriving.press, methods=["POST"]),
]
