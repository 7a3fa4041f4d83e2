"""What a benchmark says, and when it is not to be believed."""

import json
from pathlib import Path

from bench.results import alone, compared, table, write_json

QUIET = [100.0, 101.0, 102.0]
DISTURBED = [100.0, 60.0, 102.0]


def test_a_figure_beside_a_steady_baseline_is_believed():
    result = compared("page", "1 at once", [50.0, 60.0, 52.0], QUIET, baseline="bare")
    assert (result.value, result.ratio, result.noisy) == (52.0, 0.51, False)
    assert "noisy" not in table([result])


def test_where_the_baseline_itself_wavered_the_table_says_so():
    result = compared("page", "1 at once", [50.0, 50.0, 50.0], DISTURBED, baseline="bare")
    said = table([result, compared("page", "16 at once", [50.0] * 3, QUIET, baseline="bare")])
    assert result.noisy
    assert "42% noisy" in said
    assert "too noisy to believe 1 of 2 figures" in said


def test_a_figure_without_a_baseline_is_judged_by_what_ran_beside_it():
    assert alone("page", "p99 / p50", [1.0, 4.0], unit="x").noisy
    assert not alone("page", "p99 / p50", [1.0, 4.0], unit="x", judged_by=QUIET).noisy
    assert alone("page", "p99 / p50", [2.0, 2.0], unit="x", judged_by=DISTURBED).noisy
    assert not alone("page", "queries", [0.0], unit="queries").noisy


def test_machines_read_the_same(tmp_path: Path):
    write_json([compared("page", "1 at once", [50.0] * 3, DISTURBED, baseline="bare")], tmp_path / "figures")
    (found,) = json.loads((tmp_path / "figures").read_text())
    assert found["baseline"] == {"name": "bare", "value": 100.0}
    assert (found["name"], found["case"], found["unit"]) == ("page", "1 at once", "/s")
    assert (found["value"], found["ratio"], found["runs"]) == (50.0, 0.5, 3)
    assert found["noisy"] is True
