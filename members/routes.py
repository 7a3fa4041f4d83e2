"""Which address leads to which page of the members'."""

from starlette.routing import BaseRoute, Route

from members.account.pages import account, browsers, language, own_address, signing_in, welcome
from members.account.signing_in import LASTS
from members.blocking.pages import blocks
from members.communities.pages import communities, kept_out, people
from members.letters.pages import away, following, letters
from server.once import once

routes: list[BaseRoute] = [
    Route("/sign-in", signing_in.ask, name="members:sign-in"),
    Route("/sign-in", signing_in.send_link, methods=["POST"]),
    Route("/sign-in/{token}", signing_in.look, name="members:sign-in-link"),
    Route("/sign-in/{token}", once(signing_in.use, within=LASTS, whoever=True), methods=["POST"]),
    Route("/sign-out", signing_in.sign_out, methods=["POST"], name="members:sign-out"),
    Route("/welcome", welcome.ask, name="members:welcome"),
    Route("/welcome", welcome.answer, methods=["POST"]),
    Route("/language", language.choose, methods=["POST"], name="members:language"),
    #
    Route("/communities", communities.index, name="members:communities"),
    Route("/communities/new", communities.new, name="members:new-community"),
    Route("/communities/new", once(communities.create), methods=["POST"]),
    Route("/communities/{community}", communities.show, name="members:community"),
    Route("/communities/{community}/edit", communities.edit, name="members:edit-community"),
    Route("/communities/{community}/edit", communities.change, methods=["POST"]),
    Route(
        "/communities/{community}/picture/removal",
        communities.remove_picture,
        methods=["POST"],
        name="members:remove-community-picture",
    ),
    Route("/communities/{community}/closing", communities.closing, name="members:closing"),
    Route("/communities/{community}/closing", communities.close, methods=["POST"]),
    Route("/communities/{community}/membership", communities.join, methods=["POST"], name="members:join"),
    Route(
        "/communities/{community}/membership/removal",
        communities.leave,
        methods=["POST"],
        name="members:leave",
    ),
    Route("/communities/{community}/people", people.people, name="members:people"),
    Route(
        "/communities/{community}/people/{person}/role",
        people.change_role,
        methods=["POST"],
        name="members:role",
    ),
    Route("/communities/{community}/people/{person}/removal", people.ask, name="members:remove"),
    Route("/communities/{community}/people/{person}/removal", people.remove, methods=["POST"]),
    Route("/communities/{community}/following", following.ask, name="members:following"),
    Route("/communities/{community}/following", following.choose, methods=["POST"]),
    Route(
        "/communities/{community}/following/removal",
        following.unfollow,
        methods=["POST"],
        name="members:unfollow",
    ),
    Route("/communities/{community}/kept-out", kept_out.index, name="members:kept-out"),
    Route("/communities/{community}/kept-out", once(kept_out.add), methods=["POST"]),
    Route(
        "/communities/{community}/kept-out/{kept}/removal",
        kept_out.lift,
        methods=["POST"],
        name="members:lift",
    ),
    #
    Route("/settings", account.settings, name="members:settings"),
    Route("/settings/account", account.account, name="members:account"),
    Route("/settings/account", account.change, methods=["POST"]),
    Route(
        "/settings/account/picture/removal",
        account.remove_picture,
        methods=["POST"],
        name="members:remove-picture",
    ),
    Route("/settings/account/removal", account.erasing_page, name="members:erase"),
    Route("/settings/account/removal", account.erase, methods=["POST"]),
    Route("/settings/email", own_address.show, name="members:new-address"),
    Route("/settings/email", once(own_address.ask), methods=["POST"]),
    Route("/settings/account/email/removal", own_address.stop, methods=["POST"], name="members:stop-address"),
    Route("/settings/email/{token}", own_address.look, name="members:address"),
    Route("/settings/email/{token}", own_address.confirm, methods=["POST"]),
    Route("/settings/email/{token}/removal", own_address.look_at_stopping, name="members:keep-address"),
    Route("/settings/email/{token}/removal", own_address.stop_by_letter, methods=["POST"]),
    Route("/settings/sessions", browsers.browsers, name="members:sessions"),
    Route("/settings/sessions/removal", browsers.end_all, methods=["POST"], name="members:end-sessions"),
    Route(
        "/settings/sessions/{session:int}/removal", browsers.end, methods=["POST"], name="members:end-session"
    ),
    Route("/settings/letters", letters.letters, name="members:letters"),
    Route("/settings/letters", letters.choose, methods=["POST"]),
    Route("/settings/letters/pause", letters.pause, methods=["POST"], name="members:pause-letters"),
    Route("/settings/letters/pause/removal", letters.go_on, methods=["POST"], name="members:go-on"),
    Route("/settings/letters/quiet-hours", letters.be_quiet, methods=["POST"], name="members:quiet-hours"),
    Route("/letters/{token}/unsubscribe", letters.unsubscribing, name="members:unsubscribe"),
    Route("/letters/{token}/unsubscribe", letters.unsubscribe, methods=["POST"]),
    Route("/letters/{token}/following/removal", following.stopping, name="members:stop-hearing"),
    Route("/letters/{token}/following/removal", following.stop, methods=["POST"]),
    Route("/settings/away", away.show, name="members:away"),
    Route("/settings/away", away.go, methods=["POST"]),
    Route("/settings/away/removal", away.come_back, methods=["POST"], name="members:come-back"),
    Route("/settings/blocks", blocks.index, name="members:blocks"),
    Route("/people/{person}/block", blocks.ask, name="members:block"),
    Route("/people/{person}/block", blocks.block, methods=["POST"]),
    Route("/people/{person}/block/removal", blocks.unblock, methods=["POST"], name="members:unblock"),
]
