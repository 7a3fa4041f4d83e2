"""What is compared is measured in turns."""

from functools import partial

from bench.turns import in_turns


async def test_each_goes_once_a_round_and_neither_is_always_first():
    order = []

    async def measured(name: str) -> int:
        order.append(name)
        return len(order)

    seen = await in_turns(2, {"kith": partial(measured, "kith"), "bare": partial(measured, "bare")})
    assert order == ["kith", "bare", "bare", "kith"]
    assert seen == {"kith": [1, 4], "bare": [2, 3]}
