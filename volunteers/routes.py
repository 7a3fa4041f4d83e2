"""Which address leads to which page about helping."""

from starlette.routing import BaseRoute, Route

from server.once import once
from volunteers.pages import shifts, taking

routes: list[BaseRoute] = [
    Route("/events/{event}/volunteers", shifts.index, name="volunteers:volunteers"),
    Route("/events/{event}/volunteers", once(shifts.add), methods=["POST"]),
    Route("/events/{event}/volunteers/{shift}", taking.ask, name="volunteers:taking"),
    Route("/events/{event}/volunteers/{shift}", taking.take, methods=["POST"]),
    Route("/shifts/{shift}/edit", shifts.edit, name="volunteers:edit"),
    Route("/shifts/{shift}/edit", shifts.change, methods=["POST"]),
    Route("/shifts/{shift}/removal", shifts.remove, methods=["POST"], name="volunteers:remove"),
    Route("/shifts/{shift}/signup", shifts.sign_up, methods=["POST"], name="volunteers:sign-up"),
    Route("/shifts/{shift}/signup/removal", shifts.withdraw, methods=["POST"], name="volunteers:withdraw"),
]
