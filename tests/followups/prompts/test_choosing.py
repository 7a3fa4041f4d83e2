"""What somebody is told: one thing or nothing, about whom they have not seen for longest, nobody twice in a row."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from followups.prompts.choosing import IN_ORDER, Candidate, choose

NOW = datetime(2026, 11, 16, 10, tzinfo=UTC)
FEW = st.integers(1, 5)


def candidate(
    connection: int, days: int, *, kind: str = "coming", event: int = 1, ahead: int = 3
) -> Candidate:
    return Candidate(
        1,
        connection,
        kind,  # type: ignore[arg-type]
        event,
        NOW + timedelta(days=ahead),
        NOW - timedelta(days=days),
    )


CANDIDATES = st.lists(
    st.builds(candidate, FEW, FEW, kind=st.sampled_from(IN_ORDER), event=FEW, ahead=FEW), max_size=12
)


def test_whoever_was_not_seen_for_longest_comes_first() -> None:
    assert choose([candidate(1, 20), candidate(2, 100), candidate(3, 50)]) == candidate(2, 100)


def test_the_same_one_is_not_told_of_twice_in_a_row() -> None:
    assert choose([candidate(1, 20), candidate(2, 100)], told_last=2) == candidate(1, 20)
    assert choose([candidate(2, 100)], told_last=2) is None


def test_nobody_is_told_the_same_thing_twice() -> None:
    assert choose([candidate(1, 20, event=7), candidate(1, 20, event=8)], told={(1, 7)}) == candidate(
        1, 20, event=8
    )


def test_nothing_is_said_when_there_is_nothing_to_say() -> None:
    assert choose([]) is None


def test_of_one_person_news_comes_first_then_what_is_soonest() -> None:
    said = [
        candidate(1, 20, kind="season", ahead=1),
        candidate(1, 20, kind="coming", ahead=2),
        candidate(1, 20, kind="first_time", ahead=5, event=5),
        candidate(1, 20, kind="first_time", ahead=4, event=4),
    ]
    assert choose(said) == said[3]
    assert choose(said[:2]) == said[1]


@given(CANDIDATES, st.none() | FEW, st.sets(st.tuples(FEW, FEW), max_size=4))
def test_it_is_what_the_rules_say_one_after_the_other(
    said: list[Candidate], last: int | None, told: set[tuple[int, int]]
) -> None:
    """The model: strike out what may not be said, keep the longest not seen, and of these what comes first."""
    left = [each for each in said if each.connection != last]
    left = [each for each in left if (each.connection, each.event) not in told]
    for of in (
        lambda each: each.seen_at,
        lambda each: each.connection,
        lambda each: IN_ORDER.index(each.kind),
        lambda each: each.starts_at,
        lambda each: each.event,
    ):
        left = [each for each in left if of(each) == min(of(other) for other in left)]
    chosen = choose(said, told_last=last, told=told)
    assert chosen == (left[0] if left else None)
    assert chosen == choose(said[::-1], told_last=last, told=told)


@given(CANDIDATES)
def test_week_after_week_nobody_is_named_twice_in_a_row_and_nothing_twice(said: list[Candidate]) -> None:
    told: list[Candidate] = []
    for _ in range(20):
        last = told[-1].connection if told else None
        one = choose(said, told_last=last, told={(each.connection, each.event) for each in told})
        if one is None:
            break
        told.append(one)
    named = [each.connection for each in told]
    assert all(one != other for one, other in pairwise(named))
    assert len({(each.connection, each.event) for each in told}) == len(told)
