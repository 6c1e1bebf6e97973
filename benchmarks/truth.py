"""`python -m benchmarks.truth FOLDER`: simulated calls through the whole pipeline, audited, against the truth.

Prints how often each estimator's interval holds the true north star of the simulator.
"""

import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from analytics.simulate import operation
from analytics.simulate.generator import simulate
from analytics.simulate.true_cases import TrueCase, TrueCases

CASES_PER_WEEK, WEEKS, AUDITS, SEEDS = 500, 16, 100, (1, 2)
END, AS_OF = date(2026, 11, 2), "2026-12-01T00:00:00Z"


class WatchedCases(TrueCases):
    """Keeps what is true of every case, by its last call."""

    truth: dict[str, tuple[bool, int]]

    def __init__(self, mondays: Any) -> None:
        super().__init__(mondays)
        WatchedCases.truth = {}

    def _count(self, case: TrueCase) -> None:
        super()._count(case)
        self.truth[case.last_call_id] = (case.need_met and not case.handover_completed, case.felt_nps)


def main(folder: str) -> None:
    """Simulate, publish, audit, publish again, compare."""
    rows = []
    for seed in SEEDS:
        rows += _of_seed(Path(folder) / str(seed), seed)
    for estimator in dict.fromkeys(row[0] for row in rows):
        of = [row for row in rows if row[0] == estimator]
        covered, off = sum(low <= true <= high for *_, low, high, true in of), sum(row[1] - row[4] for row in of)
        sys.stdout.write(
            f"{estimator:<20}{len(of):>5} weeks{covered / len(of):>8.1%} covered{off / len(of):>+9.3f} off\n"
        )


def _of_seed(root: Path, seed: int) -> list[tuple[str, float, float, float, float]]:
    landing, truth_file = root / "landing", root / "truth.json"
    operation.TrueCases = WatchedCases  # type: ignore[misc]
    simulate(landing, cases_per_week=CASES_PER_WEEK, weeks=WEEKS, seed=seed, end=END, truth=truth_file)
    operation.TrueCases = TrueCases  # type: ignore[misc]
    _run(root, landing)
    (landing / "audits.jsonl").write_text("".join(_audits(root, random.Random(seed))))
    _run(root, landing)
    true = {week["week"]: week["all"]["north_star"] for week in json.loads(truth_file.read_text())["weeks"]}
    with _published(root) as connection:
        found = connection.execute(
            "select estimator, value, ci_low, ci_high, week from mart.north_star_estimates"
            " where dimension = 'all' and value is not null and status = 'final' order by estimator, week"
        ).fetchall()
    return [(name, value, low, high, true[str(week)]) for name, value, low, high, week in found]


def _audits(root: Path, chance: random.Random) -> list[str]:
    """A random sample of every week's settled eligible cases, judged as the simulator knows them."""
    with _published(root) as connection:
        cases = connection.execute(
            "select week, list(case_id || ' ' || last_call_id order by case_id) from core.cases"
            " where eligible and settled group by week order by week"
        ).fetchall()
    lines = []
    for week, ids in cases:
        known = [pair for one in ids if (pair := one.split(" "))[1].partition(":")[2] in WatchedCases.truth]
        drawn = chance.sample(known, min(AUDITS, len(known)))
        for case_id, call_id in drawn:
            handled, felt = WatchedCases.truth[call_id.partition(":")[2]]
            answer = {
                "record": "human_label", "case_id": case_id.partition(":")[2], "labeled_by": "r-1",
                "labeled_at": "2026-11-25T00:00:00Z", "sample_id": str(week),
                "sampling_probability": len(drawn) / len(ids), "handled": handled, "nps": felt,
            }  # fmt: skip
            lines.append(json.dumps(answer) + "\n")
    return lines


def _run(root: Path, landing: Path) -> None:
    arguments = ["run", "--home", str(root / "home"), "--landing", str(landing), "--as-of", AS_OF]
    subprocess.run([sys.executable, "-m", "dagster_project.cli", *arguments], check=True, capture_output=True)


def _published(root: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str((root / "home" / "warehouse" / "analytics.duckdb").resolve()), read_only=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
