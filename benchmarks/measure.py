"""Whole processes, measured from outside: CPU seconds and peak memory of each, alternated."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    cpu_s: float
    peak_mb: float


def cost_of(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Cost:
    """Run `python -m module arguments` and read its resource usage."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        msg = f"{module} {' '.join(arguments)} ended with status {status}"
        raise RuntimeError(msg)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def alternated(commands: Mapping[str, tuple[str, ...]], rounds: int) -> dict[str, Cost]:
    """Median cost per command; the commands take turns, so that a busy machine is busy for all."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(cost_of(*command))
    return {
        name: Cost(median(cost.cpu_s for cost in costs), median(cost.peak_mb for cost in costs))
        for name, costs in seen.items()
    }
