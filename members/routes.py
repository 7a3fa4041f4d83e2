"""Which address leads to which page of the members'."""

from starlette.routing import BaseRoute, Route

from members.pages import signing_in

routes: list[BaseRoute] = [
    Route("/sign-in", signing_in.ask, name="members:sign-in"),
    Route("/sign-in", signing_in.send_link, methods=["POST"]),
    Route("/sign-in/{token}", signing_in.look, name="members:sign-in-link"),
    Route("/sign-in/{token}", signing_in.use, methods=["POST"]),
    Route("/sign-out", signing_in.sign_out, methods=["POST"], name="members:sign-out"),
]
