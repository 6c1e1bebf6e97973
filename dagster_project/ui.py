"""`lodestar ui`: Dagster's own web server and daemon on a home that stays."""

import os
import sys
from collections.abc import Sequence

from analytics.home import Home
from dagster_project.instance import prepare_instance


def start_ui(home: Home, arguments: Sequence[str]) -> None:
    """Replace this process by `dagster dev`, so that signals reach it directly."""
    environment = os.environ | prepare_instance(home.dagster) | {"LODESTAR_HOME": str(home.root)}
    command = [sys.executable, "-m", "dagster", "dev", "-m", "dagster_project.definitions", *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606 (our own interpreter, no shell)
