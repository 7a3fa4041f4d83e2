"""Being any person of the demonstration, with one click. These addresses exist in development only."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from members import queries
from members.account import sessions
from members.tables import Person
from server.demo.people import DOMAIN, PEOPLE
from server.errors import NotFound
from server.pages import redirect_to, render
from server.rows import rows_as

TO_TRY = {somebody.email: somebody.try_it for somebody in PEOPLE}


async def people(request: Request) -> Response:
    """Everybody, those first as whom there is something to see."""
    of_the_demonstration = Person.email.like(f"%@{DOMAIN}") & Person.signed_in_at.is_not_null()
    everybody = await rows_as(
        Person, Person.select().where(of_the_demonstration).order_by(Person.id).limit(200)
    )
    return render(
        request,
        "dev/people.html",
        to_try=[(person, TO_TRY[person.email]) for person in everybody if TO_TRY.get(person.email)],
        others=[person for person in everybody if not TO_TRY.get(person.email)],
    )


async def sign_in(request: Request) -> Response:
    """Be this person in this browser. Raises NotFound for whoever is not of the demonstration."""
    person = await _of_the_demonstration(request.path_params["person"])
    if request.user:
        await sessions.end(request.user, request.scope["session_id"])
    secret = await sessions.open_session(person, browser=sessions.browser_of(request))
    return sessions.remember(redirect_to("/", notice=f"You are {person.name} now."), secret)


async def _of_the_demonstration(public_id: str) -> Person:
    person = await queries.person_by_public_id(public_id)
    if person is None or not person.has_account or not person.email.endswith(f"@{DOMAIN}"):
        raise NotFound
    return person


routes: list[BaseRoute] = [
    Route("/dev/people", people, name="dev:people"),
    Route("/dev/people/{person}/session", sign_in, methods=["POST"], name="dev:sign-in"),
]
