"""The same arguments give the same bytes, and files are whole or absent."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
import zstandard

from analytics.simulate import simulate

if TYPE_CHECKING:
    from pathlib import Path

END = date(2026, 2, 11)
SCRIPT = """
import sys
from datetime import date
from pathlib import Path
from analytics.simulate import simulate
out = Path(sys.argv[1])
simulate(out, cases_per_week=60, weeks=1, seed=5, end=date(2026, 2, 11), truth=out / "truth.json")
"""


def digest(folder: Path) -> str:
    parts = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted(folder.iterdir())]
    return "\n".join(parts)


def small(out: Path, *, seed: int = 5, compress: bool = True) -> Path:
    simulate(out, cases_per_week=60, weeks=1, seed=seed, end=END, truth=out / "truth.json", compress=compress)
    return out


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert digest(small(tmp_path / "a")) == digest(small(tmp_path / "b"))


def test_another_seed_gives_another_operation(tmp_path: Path) -> None:
    assert digest(small(tmp_path / "a")) != digest(small(tmp_path / "b", seed=6))


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path / "a")], check=True, env=environment)
    assert digest(tmp_path / "a") == digest(small(tmp_path / "b"))


def test_compression_changes_no_line(tmp_path: Path) -> None:
    small(tmp_path / "zst")
    small(tmp_path / "plain", compress=False)
    for path in (tmp_path / "plain").glob("*.jsonl"):
        packed = (tmp_path / "zst" / f"{path.name}.zst").read_bytes()
        assert zstandard.ZstdDecompressor().stream_reader(packed).read() == path.read_bytes()


def test_a_broken_run_leaves_whole_files_only(tmp_path: Path) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path, cases_per_week=60, weeks=1, seed=5, end=END, on_progress=stop)
    assert {path.name[0] for path in tmp_path.iterdir()} <= set("cse")
    assert (tmp_path / "calls-2026-02-02.jsonl.zst").exists()
    assert not (tmp_path / "calls-2026-02-03.jsonl.zst").exists()


@pytest.mark.parametrize(
    ("end", "last_day"),
    [(date(2026, 2, 9), "2026-02-08"), (date(2026, 2, 15), "2026-02-08"), (date(2026, 2, 8), "2026-02-01")],
)
def test_the_last_week_is_the_last_whole_one_before_the_end(tmp_path: Path, end: date, last_day: str) -> None:
    simulate(tmp_path, cases_per_week=20, weeks=1, seed=1, end=end, compress=False)
    assert max(path.name for path in tmp_path.glob("calls-*")) == f"calls-{last_day}.jsonl"


def test_progress_counts_calls_once_a_day(tmp_path: Path) -> None:
    seen: list[int] = []
    summary = simulate(tmp_path, cases_per_week=60, weeks=2, seed=5, end=END, on_progress=seen.append)
    assert len(seen) == 14
    assert seen == sorted(seen)
    assert seen[-1] == summary.calls


@pytest.mark.parametrize(("cases_per_week", "weeks"), [(0, 1), (1, 0)])
def test_an_empty_simulation_is_refused(tmp_path: Path, cases_per_week: int, weeks: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(tmp_path, cases_per_week=cases_per_week, weeks=weeks, seed=1, end=END)
