"""`python -m tests.analytics.labeling.batch_process FOLDER BASE_URL CALLS`: submits, to be killed by a test."""

import sys
from pathlib import Path

from tests.analytics.labeling.remote_calls import conversation, remote_labeler, submit


def main(folder: str, base_url: str, calls: str) -> None:
    labeler = remote_labeler(Path(folder), base_url, batch_max_requests=2)
    submit(labeler, [conversation(f"native:{n}", f"please help me {n}") for n in range(int(calls))])


if __name__ == "__main__":
    main(*sys.argv[1:])
