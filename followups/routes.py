"""Which address leads to which page of the morning after."""

from starlette.routing import BaseRoute, Route

from followups.pages import been, cards, connections, followups, hosts
from server.once import once

routes: list[BaseRoute] = [
    Route("/followups/{token}", followups.show, name="followups:followup"),
    Route("/followups/{token}", followups.answer, methods=["POST"]),
    Route("/followups/{token}/met/{met}/block", followups.ask_block, name="followups:block"),
    Route("/followups/{token}/met/{met}/block", followups.block, methods=["POST"]),
    Route("/followups/{token}/blocks", followups.blocked, name="followups:blocks"),
    Route(
        "/followups/{token}/blocks/{person}/removal",
        followups.unblock,
        methods=["POST"],
        name="followups:unblock",
    ),
    Route("/connections", connections.index, name="followups:connections"),
    Route("/connections/{connection}/ending", connections.end, methods=["POST"], name="followups:end"),
    Route(
        "/connections/{connection}/ending/removal",
        connections.undo_end,
        methods=["POST"],
        name="followups:undo-end",
    ),
    Route("/been", been.index, name="followups:been"),
    Route("/notes/{note}/removal", been.forget_note, methods=["POST"], name="followups:forget-note"),
    Route("/settings/card", cards.show, name="followups:card"),
    Route("/settings/card", cards.change, methods=["POST"]),
    Route("/events/{event}/followup", hosts.said, name="followups:said"),
    Route("/events/{event}/arrivals", hosts.came, name="followups:came"),
    Route("/events/{event}/arrivals", once(hosts.add), methods=["POST"]),
    Route(
        "/events/{event}/arrivals/{walk_in}/removal",
        hosts.remove,
        methods=["POST"],
        name="followups:walk-in-removal",
    ),
    Route("/rsvps/{rsvp}/arrival", hosts.saw, methods=["POST"], name="followups:saw"),
    Route("/rsvps/{rsvp}/arrival/removal", hosts.did_not_see, methods=["POST"], name="followups:did-not-see"),
]
