"""The benchmark's own arithmetic."""

from __future__ import annotations

import pytest

from bench import __main__ as bench
from bench import gallery, memory, report, throughput
from bench.measure import Figure, over_floor, percentile

WRK = """Running 5s test @ http://127.0.0.1:8000/
    Latency     6.40ms    2.75ms  41.05ms   87.02%
  Latency Distribution
     50%    6.08ms
     99%   {tail}
{more}Requests/sec:  {rate}
"""


@pytest.mark.parametrize(("tail", "expected"), [("17.28ms", 17.28), ("904.00us", 0.904), ("1.02s", 1020.0)])
def test_wrk_tells_rate_and_tail_in_milliseconds(tail, expected):
    assert throughput.parse_wrk(WRK.format(tail=tail, rate="9876.54", more="")) == (9876.54, pytest.approx(expected))


@pytest.mark.parametrize(
    "more", ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"]
)
def test_a_round_with_failed_requests_is_no_measurement(more):
    with pytest.raises(AssertionError):
        throughput.parse_wrk(WRK.format(tail="1ms", rate="1", more=more))


@pytest.mark.parametrize(("ours", "holds"), [([120.0, 121.0, 122.0], True), ([135.0, 136.0, 137.0], False)])
def test_a_target_over_the_floor_is_judged_by_medians(ours, holds):
    figure = over_floor(Figure("f", "f", "ms", ours, [100.0, 100.0, 400.0]), 30, "at most 30 ms over")
    assert figure.holds is holds


def test_a_figure_without_values_is_neither_kept_nor_broken():
    assert over_floor(Figure("f", "f", "ms", []), 30, "").holds is None


def test_percentiles_are_values_that_were_seen():
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 95) == 95.0
    assert percentile([3.0], 95) == 3.0
    assert percentile([], 95) is None


def test_compression_is_read_from_zrams_own_account(tmp_path):
    (tmp_path / "zram0").mkdir()
    (tmp_path / "zram0" / "mm_stat").write_text("  1000 280 300 0 300 0 0 0 0\n")
    assert memory.compression(tmp_path) == pytest.approx(0.3)
    assert memory.compression(tmp_path / "none") == 1.0


def test_parts_with_equal_settings_share_a_platform_and_none_is_left_out():
    groups = bench.groups(bench.PARTS)
    assert sorted(name for _, names in groups for name in names) == sorted(bench.PARTS)
    assert len({tuple(sorted(settings.items())) for settings, _ in groups}) == len(groups) < len(bench.PARTS)


def test_a_partial_run_replaces_only_its_own_figures(tmp_path):
    where = tmp_path / "latest.json"
    report.save([Figure("a", "a", "ms", [1.0]), Figure("b", "b", "ms", [2.0])], {}, where)
    report.save([Figure("b", "b", "ms", [3.0])], {}, where)
    import json

    figures = json.loads(where.read_text())["figures"]
    assert (figures["a"]["median"], figures["b"]["median"]) == (1.0, 3.0)


def test_rates_are_compared_by_ratio_and_times_by_difference():
    assert report.difference(Figure("t", "t", "requests/s", [98.0], [100.0])) == "× 0.980"
    assert report.difference(Figure("t", "t", "ms", [130.0], [100.0])) == "+30.0 ms"


@pytest.mark.parametrize(("spaces", "wrong"), [(range(gallery.MANY), 0), (range(1, gallery.MANY), 1)])
def test_a_gallery_that_leaves_a_space_out_or_shows_one_twice_is_told(spaces, wrong):
    def page(path: str) -> tuple[float, bytes]:
        first = (int(path.partition("=")[2]) - 1) * 24
        cards = [f'<h2><a href="/spaces/alice/demo-{number}">' for number in spaces[first : first + 24]]
        return 0.0, "".join(cards + cards[:1] * (first == 48 and wrong)).encode()

    figure = gallery.leafed(page)
    assert (figure.ours, figure.holds) == ([2.0 * wrong], not wrong)
