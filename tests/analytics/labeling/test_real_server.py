"""Against llama.cpp: a real server with a real grammar, real length stops and a real end of its context."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.labeling.interface import Conversation, SpokenTurn
from analytics.labeling.journal import Journal
from tests.analytics.labeling.remote_calls import ask, conversation, labels, remote_labeler, statuses
from tests.analytics.labeling.tiny_model import CONTEXT_TOKENS, write_tiny_model

pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this platform")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = tmp_path_factory.mktemp("tiny") / "tiny.gguf"
    write_tiny_model(model)
    command = [sys.executable, "-m", "tests.analytics.labeling.tiny_model", str(model)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield f"{server.stdout.readline().strip()}/v1"
        server.stdin.close()
        assert server.wait(20) == 0


def calls(count: int) -> list[Conversation]:
    return [conversation(f"native:{n}", f"please help me {n}") for n in range(count)]


def test_random_labels_in_real_json_end_in_exactly_one_status(base_url: str, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, base_url, model="tiny", concurrency=2, timeout_s=600, temperature=1.5)
    counts = ask(labeler, calls(8))
    found = labels(labeler, calls(8))
    # the grammar bounds words, not numbers or quotes, so noise is a label or invalid, or it never ends; and about one
    # answer in seven is a 500, "output that does not match the expected format": the server reads its answers too
    assert counts.total() == 8
    assert {label.status for label in found.values()} <= {"ok", "invalid", "truncated", "error"}
    assert {label.status for label in found.values()} & {"ok", "invalid"}
    for label in found.values():
        assert (label.outcome is not None) == (label.status == "ok")
        assert (label.input_tokens > 0) == (label.cost_usd > 0) == (label.status != "error")


def test_an_answer_that_stops_at_its_length_is_truncated_after_one_longer_try(base_url: str, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, base_url, model="tiny", max_output_tokens=16, timeout_s=600)
    ask(labeler, calls(1))
    label = labels(labeler, calls(1))["native:0"]
    assert (label.status, label.output_tokens) == ("truncated", 16 + 32)


def test_a_call_beyond_the_context_is_an_error_that_costs_nothing(base_url: str, tmp_path: Path) -> None:
    labeler = remote_labeler(tmp_path, base_url, model="tiny", max_call_bytes=100_000, timeout_s=600)
    endless = [conversation(turns=(SpokenTurn(0, "caller", "help " * CONTEXT_TOKENS),))]
    ask(labeler, endless)
    assert statuses(labeler, endless) == ["error"]
    with Journal.open(tmp_path / "labels.sqlite") as journal:
        assert journal.spent_nano_usd() == 0
