"""Which address leads to which page of the morning after."""

from starlette.routing import BaseRoute, Route

from followups.pages import asks, been, cards, connection, connections, followups, hosts, left, prompts, words
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
    Route(
        "/followups/{token}/note/return",
        left.send_note_back,
        methods=["POST"],
        name="followups:left-note-return",
    ),
    Route(
        "/followups/{token}/note/return/removal",
        left.keep_note_here,
        methods=["POST"],
        name="followups:left-note-here",
    ),
    Route(
        "/followups/{token}/note/removal",
        left.forget_note,
        methods=["POST"],
        name="followups:left-note-removal",
    ),
    Route(
        "/followups/{token}/asks/{ask}/removal",
        left.take_back_ask,
        methods=["POST"],
        name="followups:left-ask-removal",
    ),
    Route("/connections", connections.index, name="followups:connections"),
    Route("/connections/{connection}", connection.show, name="followups:connection"),
    Route("/connections/{connection}/keeping", connection.keep, methods=["POST"], name="followups:keeping"),
    Route("/connections/{connection}/pin", connection.pin, methods=["POST"], name="followups:pin"),
    Route(
        "/connections/{connection}/pin/removal", connection.unpin, methods=["POST"], name="followups:unpin"
    ),
    Route(
        "/connections/{connection}/words", once(connection.write), methods=["POST"], name="followups:write"
    ),
    Route("/words/{token}", words.show, name="followups:words"),
    Route("/words/{token}", once(words.write, whoever=True), methods=["POST"]),
    Route("/words/{token}/block", words.ask_block, name="followups:words-block"),
    Route("/words/{token}/block", words.block, methods=["POST"]),
    Route("/connections/{connection}/ending", connections.end, methods=["POST"], name="followups:end"),
    Route(
        "/connections/{connection}/ending/removal",
        connections.undo_end,
        methods=["POST"],
        name="followups:undo-end",
    ),
    Route("/prompts/{token}", prompts.show, name="followups:prompt"),
    Route(
        "/prompts/{token}/choices/{choice}", prompts.choose, methods=["POST"], name="followups:prompt-choice"
    ),
    Route(
        "/prompts/{token}/choices/{choice}/removal",
        prompts.take_back,
        methods=["POST"],
        name="followups:prompt-choice-removal",
    ),
    Route("/settings/prompts", prompts.settle, methods=["POST"], name="followups:prompts"),
    Route("/been", been.index, name="followups:been"),
    Route("/notes/{note}/removal", been.forget_note, methods=["POST"], name="followups:forget-note"),
    Route("/notes/{note}/return", been.send_note_back, methods=["POST"], name="followups:send-note-back"),
    Route(
        "/notes/{note}/return/removal", been.keep_note_here, methods=["POST"], name="followups:keep-note-here"
    ),
    Route("/asks/{ask}/removal", been.take_back_ask, methods=["POST"], name="followups:take-back-ask"),
    Route("/settings/card", cards.show, name="followups:card"),
    Route("/settings/card", cards.change, methods=["POST"]),
    Route("/settings/card/way", cards.ask_way, name="followups:way"),
    Route("/settings/card/way", cards.choose_way, methods=["POST"]),
    Route("/ways/{token}", cards.ask_way_by_link, name="followups:way-by-link"),
    Route("/ways/{token}", cards.choose_way_by_link, methods=["POST"]),
    Route("/events/{event}/followup", hosts.said, name="followups:said"),
    Route("/asks/{ask}/done", asks.done, methods=["POST"], name="followups:ask-done"),
    Route("/asks/{ask}/done/removal", asks.not_yet, methods=["POST"], name="followups:ask-not-yet"),
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
