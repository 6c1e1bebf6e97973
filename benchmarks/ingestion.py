"""What an ingest costs, as ratios from one alternated run (whole processes, CPU seconds, peak memory)."""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import Cost, alternated, cost_of

CALLS = 22_000
LARGE_CALLS = 88_000
DAYS = 36
FIRST_DAY = date(2026, 9, 7)


def measure(large_calls: int) -> None:
    """Print each figure beside what it may be at most."""
    with tempfile.TemporaryDirectory() as folder:
        small = _small(Path(folder))
        _large(Path(folder), large_calls, small)
        _nothing_new(Path(folder))


def _small(folder: Path) -> Cost:
    """One file of two days against DuckDB reading it, plain and compressed; returns the plain ingest's cost."""
    plain, packed = folder / "plain" / "calls.jsonl", folder / "packed" / "calls.jsonl.gz"
    for file in (plain, packed):
        _write(file, CALLS, FIRST_DAY, 2)
    home = str(folder / "home")
    costs = alternated(
        {
            "yardstick": ("benchmarks.yardstick", str(plain)),
            "plain": ("benchmarks.fresh", home, str(plain.parent)),
            "gzip": ("benchmarks.fresh", home, str(packed.parent)),
        },
        rounds=3,
    )
    _say(f"yardstick: {CALLS} calls", costs["yardstick"].cpu_s, "s CPU", None)
    _say("ingest / yardstick", costs["plain"].cpu_s / costs["yardstick"].cpu_s, "x CPU", "4")
    _say("compressed / plain", costs["gzip"].cpu_s / costs["plain"].cpu_s, "x CPU", "1.4")
    return costs["plain"]


def _large(folder: Path, calls: int, small: Cost) -> None:
    """A file a day for 36 days in one go, then one day more."""
    landing, home = folder / "large", str(folder / "large_home")
    for day in range(DAYS):
        _write(landing / f"{day:02}.jsonl", calls // DAYS, FIRST_DAY + timedelta(days=day), 1)
    imports = cost_of("benchmarks.imports").cpu_s
    whole = cost_of("benchmarks.ingest", home, str(landing))
    _write(landing / f"{DAYS}.jsonl", calls // DAYS, FIRST_DAY + timedelta(days=DAYS), 1)
    one = cost_of("benchmarks.ingest", home, str(landing))
    _say(f"peak memory at {calls} calls", whole.peak_mb, "MB", "1500")
    _say(f"peak memory at {calls} / {CALLS} calls", whole.peak_mb / small.peak_mb, "x", "1.3")
    _say(f"{calls} calls in {DAYS} files / {CALLS} in one, per call", _per_call(whole, calls, small), "x CPU", None)
    _say(f"one day more / {DAYS} days, whole processes", one.cpu_s / whole.cpu_s, "x CPU", None)
    _say(
        f"one day more / {DAYS} days, without imports", (one.cpu_s - imports) / (whole.cpu_s - imports), "x CPU", "0.05"
    )


def _per_call(whole: Cost, calls: int, small: Cost) -> float:
    return whole.cpu_s / (calls // DAYS * DAYS) / (small.cpu_s / CALLS)


def _nothing_new(folder: Path) -> None:
    """A run that finds nothing new, beyond its imports."""
    landing, home = str(folder / "simulated"), str(folder / "simulated_home")
    simulate = ("--cases-per-week", "100", "--weeks", "8", "--seed", "1", "--end", "2026-10-05", "--out", landing)
    cost_of("dagster_project.cli", "simulate", *simulate)
    run = ("dagster_project.cli", "run", "--home", home, "--landing", landing)
    first = cost_of(*run)
    costs = alternated({"imports": ("benchmarks.imports", "run"), "again": run}, rounds=3)
    _say("first run of a small home", first.cpu_s, "s CPU", None)
    _say("run with nothing new, beyond its imports", costs["again"].cpu_s - costs["imports"].cpu_s, "s CPU", "1")


def _write(file: Path, calls: int, first_day: date, days: int) -> None:
    file.parent.mkdir(exist_ok=True)
    cost_of("benchmarks.calls", str(file), str(calls), first_day.isoformat(), str(days))


def _say(what: str, value: float, unit: str, at_most: str | None) -> None:
    limit = f"   at most {at_most}" if at_most else ""
    sys.stdout.write(f"{what:<52}{value:9.2f} {unit}{limit}\n")
    sys.stdout.flush()
