"""Promise 1, in hundreds of random worlds: whatever Anna keeps to herself, nobody else can tell.

Hypothesis makes up who was there, who is connected, who blocks, wishes, writes and ends, and what Anna does in secret.
Each world is lived through twice, with her secrets and without (see `tests/promises/twins.py`).
"""

from collections.abc import Collection

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followups.survey import queries
from followups.survey.queries import Asked
from members.tables import Community, Person
from server import db
from tests.promises.twins import ANNA, EYES, MOMENTS, OTHERS, Act, Base, Plan, begin, differences, live

WORLDS = settings(
    max_examples=200,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
FEW = settings(WORLDS, max_examples=4, derandomize=True)
WHOLE = settings(WORLDS, max_examples=2)

WORDS = st.sampled_from(["Tom, with the red hat", "Thank you for the soup.", "<b>Ana</b> & co"])
PEOPLE = st.sampled_from([ANNA, *OTHERS])
PAIRS = st.tuples(PEOPLE, PEOPLE).filter(lambda pair: pair[0] < pair[1])

ABOUT_PEOPLE = ("both_wish", "both_wish", "wish", "block", "end", "write", "write", "keep")
SECRETS_ABOUT_PEOPLE = ("met", "wish", "keep", "pin")
TO_CONNECTIONS = ("end", "write", "keep", "pin")  # So these two are connected.
SECRETS = ("note", "note_back", "message", "be_told_less")
CHOICES = ("", "later", "silence", "less", "never")


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """What somebody does that somebody else may notice."""
    kind = draw(st.sampled_from([*ABOUT_PEOPLE, "tell_hosts", "ask"]))
    by = draw(PEOPLE)
    about = draw(PEOPLE.filter(lambda name: name != by)) if kind in ABOUT_PEOPLE else ""
    return Act(kind, by, about, draw(WORDS))


@st.composite
def secrets(draw: st.DrawFn) -> Act:
    """What Anna does for herself alone."""
    kind = draw(st.sampled_from([*SECRETS_ABOUT_PEOPLE, *SECRETS]))
    if kind == "be_told_less":
        return Act(kind, ANNA, words=draw(st.sampled_from(["monthly", "never"])))
    if kind in SECRETS_ABOUT_PEOPLE:
        return Act(kind, ANNA, draw(st.sampled_from(OTHERS)), draw(WORDS))
    return Act(kind, ANNA, words=draw(WORDS))


@st.composite
def plans(draw: st.DrawFn, *, looks: int = 4, everybody: bool = False) -> Plan:
    """A world. What Anna wishes in secret is wished by nobody in return: that would be no secret."""
    least = 3 if everybody else 0
    done = draw(st.lists(acts(), min_size=least, max_size=least + 5))
    mutual = {
        name
        for act in done
        if act.kind == "both_wish" or act.about == ANNA
        for name in (act.by, act.about)
        if "wish" in act.kind and ANNA in (act.by, act.about)
    }
    hers = draw(st.lists(secrets(), min_size=1 + least, max_size=4 + least))
    hers = [act for act in hers if act.kind != "wish" or act.about not in mutual]
    pairs = {tuple(sorted((act.by, act.about))) for act in [*done, *hers] if act.kind in TO_CONNECTIONS}
    connected = {*draw(st.sets(PAIRS, min_size=least, max_size=least + 2)), *pairs}
    coming = draw(st.sets(PEOPLE, min_size=least, max_size=least + 3))
    if draw(st.booleans()):  # So there is something that may bring them together again.
        coming |= {name for pair in connected for name in pair}
    return Plan(
        hidden=frozenset(draw(st.sets(st.sampled_from(OTHERS), max_size=2))),
        connected=frozenset(connected),
        coming=frozenset(coming),
        acts=tuple(done),
        secret=tuple(hers),
        afterwards=draw(st.sampled_from(CHOICES)),
        moments=tuple(MOMENTS) if everybody else tuple(sorted(draw(_MOMENTS), key=list(MOMENTS).index)),
        eyes=EYES if everybody else tuple(draw(_eyes({act.about for act in hers} - {""}))),
        looks=looks,
        chance=draw(st.integers(0, 1000)),
        whole=everybody,
    )


_MOMENTS = st.sets(st.sampled_from(list(MOMENTS)), min_size=1, max_size=2)


def _eyes(concerned: set[str]) -> st.SearchStrategy[list[str]]:
    """Those whom it is about look most of all."""
    return st.sets(st.sampled_from(EYES), max_size=2).map(lambda some: sorted({*some, *concerned}))


@pytest_asyncio.fixture(loop_scope="session")
async def base(app: object, client: httpx.AsyncClient, walkers: Community, ana: Person) -> Base:
    return await begin(app, client, walkers, ana)


async def _nobody_can_tell(base: Base, plan: Plan) -> None:
    without, secretly = (
        await live(base, plan, secretly=False),
        await live(base, plan, secretly=True),
    )
    assert differences(without, secretly) == []


@FEW
@given(plan=plans())
async def test_nobody_can_tell_in_some_worlds(base: Base, plan: Plan) -> None:
    await _nobody_can_tell(base, plan)


@pytest.mark.slow
@WORLDS
@given(plan=plans())
async def test_nobody_can_tell_in_hundreds_of_worlds(base: Base, plan: Plan) -> None:
    await _nobody_can_tell(base, plan)


@pytest.mark.slow
@WHOLE
@given(plan=plans(looks=20, everybody=True))
async def test_nobody_can_tell_on_all_pages_of_some_worlds(base: Base, plan: Plan) -> None:
    await _nobody_can_tell(base, plan)


async def test_these_eyes_notice_what_both_wished(base: Base) -> None:
    """Or the tests above would prove nothing."""
    plan = Plan(acts=(Act("wish", "Bo", ANNA),), secret=(Act("wish", ANNA, "Bo"),), eyes=("Bo",), looks=2)
    without, both = await live(base, plan, secretly=False), await live(base, plan, secretly=True)
    found = differences(without, both)
    assert any("/connections" in line for line in found)
    assert any(line.startswith("letters:") for line in found)
    assert not any("the same day" in line for line in found), "nothing is told before six"


async def test_these_eyes_notice_one_more_statement(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(secret=(Act("wish", ANNA, "Bo"),), moments=("the same day",), eyes=("Bo",), looks=2)
    without = await live(base, plan, secretly=False)
    as_before = queries.wishes_beside

    async def curious(asked: Asked, people: Collection[int]) -> int:
        if await db.value("SELECT count(*) FROM met_marks WHERE about = $1", asked.person.id):
            await db.value("SELECT 1")
        return await as_before(asked, people)

    monkeypatch.setattr(queries, "wishes_beside", curious)
    assert any(
        "other statements" in line for line in differences(without, await live(base, plan, secretly=True))
    )
