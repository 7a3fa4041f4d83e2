"""Whoever may not come any more is counted in no longer."""

import time_machine

from members.communities import keeping_out
from members.communities.keeping_out import Whom
from rsvps.standing import farewell
from rsvps.standing import queries as standing_queries
from rsvps.tables import StandingAnswer
from tests.people import make_person
from tests.rsvps.standing.test_counting_in import SUNDAY, answers, counts_on, soup


@time_machine.travel(SUNDAY)
async def test_who_is_kept_out_is_counted_in_nowhere_in_the_community(walkers, ana, bo):
    series = await soup(walkers, ana)
    await counts_on(bo, series)
    await keeping_out.keep_out(walkers, Whom.named(bo), by=ana)
    assert await standing_queries.series_of(bo.id) == []
    assert await answers(series, bo) == ["withdrawn"] * 4


@time_machine.travel(SUNDAY)
async def test_who_is_kept_out_is_offered_nothing_and_told_so(walkers, ana, bo, signed_in):
    series, browser = await soup(walkers, ana), await signed_in(bo)
    await keeping_out.keep_out(walkers, Whom.named(bo), by=ana)
    here = f"/series/{series.public_id}/standing"
    for page in (await browser.get(here), await browser.post(here, data={"guests": "0"})):
        assert page.status_code == 403 and "<form" not in page.text.split("<main")[1].split("</main>")[0]
    assert await standing_queries.series_of(bo.id) == []


@time_machine.travel(SUNDAY)
async def test_what_was_said_before_an_account_was_made_one_s_own_goes_along(walkers, ana, bo):
    one, other = await soup(walkers, ana), await soup(walkers, ana)
    before = await make_person("Bo before", account=False)
    for series in (one, other):
        await StandingAnswer(series=series.id, person=before.id, guests=1).save()
    mine = await counts_on(bo, one)
    await farewell.take_over(bo, before)
    assert sorted(await standing_queries.series_of(bo.id)) == [one.id, other.id]
    kept = await standing_queries.of_person(one.id, bo.id)
    assert kept is not None and (kept.id, kept.guests) == (mine.id, 0)
