"""Letters that others cause are few, and none go to whoever wants none."""

from rsvps.letters import unasked


async def test_three_a_day_go_to_one_address_however_many_are_asked_for() -> None:
    many = [f"e{number}@example.org" for number in range(150)]
    for _ in range(3):
        assert await unasked.these_may_be_written_to(many) == set(many)
    assert not await unasked.may_be_written_to(many[0])
    assert await unasked.these_may_be_written_to([many[0], "new@example.org"]) == {"new@example.org"}
    assert await unasked.these_may_be_written_to([]) == set()


async def test_who_wants_none_gets_none_until_they_answer() -> None:
    await unasked.never_again("Eve@example.org")
    await unasked.never_again("eve@example.org")
    assert await unasked.these_may_be_written_to(["eve@example.org", "fay@example.org"]) == {
        "fay@example.org"
    }
    await unasked.welcome_again("eve@example.org")
    assert await unasked.may_be_written_to("eve@example.org")
