"""`python -m tests.analytics.labeling.asking_process FOLDER BASE_URL CALLS WORKERS`: asks, to be killed by a test."""

import sys
from pathlib import Path

from tests.analytics.labeling.remote_calls import ask, conversation, remote_labeler


def main(folder: str, base_url: str, calls: str, workers: str) -> None:
    labeler = remote_labeler(Path(folder), base_url, concurrency=int(workers))
    ask(labeler, [conversation(f"native:{n}", f"please help me {n}") for n in range(int(calls))])


if __name__ == "__main__":
    main(*sys.argv[1:])
