"""`lodestar audit` as a person uses it: the commands of docs/audits.md, and wrong input in one sentence."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dagster_project.run import run_pipeline
from tests.audits import calls
from tests.pipeline import land, workspace_at

pytestmark = pytest.mark.slow

DOCS = (Path(__file__).parents[2] / "docs" / "audits.md").read_text("utf-8")


def lodestar(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dagster_project.cli", *map(str, arguments), "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published home with 240 settled cases of one week."""
    folder = tmp_path_factory.mktemp("audit") / "home"
    with workspace_at(folder) as workspace:
        land(workspace, "calls.jsonl", calls(240)[0])
        run_pipeline(workspace, [], None)
    return folder


def answered(page: Path) -> Path:
    """The answers that the page would download, every case handled with an 8."""
    (block,) = re.findall(r'(?s)id="sample">(.*?)</script>', page.read_text("utf-8"))
    sample: dict[str, Any] = json.loads(block)
    given = {"record": "human_label", "labeled_at": "2026-11-24T10:00:00Z", "handled": True, "nps": 8}
    names = {key: sample[key] for key in ("sample_id", "labeled_by")}
    file = page.with_suffix(".jsonl")
    file.write_text("".join(json.dumps(given | names | case) + "\n" for case in sample["cases"]))
    return file


def test_the_commands_of_the_docs_draw_and_load_a_sample(home: Path) -> None:
    plan, draw, load = (shlex.split(line, comments=True)[1:] for line in re.findall(r"(?m)^lodestar .*", DOCS))
    planned = lodestar(home, *plan).stdout
    assert re.search(r"(?m)^ +100 +\d+\.\d points +\d+\.\d points$", planned)
    assert not (home / "audits").exists()
    drawn = lodestar(home, *draw).stdout.splitlines()
    assert drawn == [
        "sample 2026-W45-1: 200 cases drawn, 20 for two reviewers",
        f"  {home}/audits/2026-W45-1-ann.html",
        f"  {home}/audits/2026-W45-1-ben.html",
    ]
    pages = [home / "audits" / f"2026-W45-1-{name}.html" for name in ("ann", "ben")]
    before = [page.read_bytes() for page in pages]
    assert "200 cases drawn earlier; its pages are written again" in lodestar(home, *draw).stdout
    assert [page.read_bytes() for page in pages] == before
    files = [answered(page) for page in pages]
    loaded = lodestar(home, *load[:2], *files)
    assert loaded.stdout.splitlines() == [
        "220 answers read, 220 of them new",
        "sample 2026-W45-1: 200 cases answered, 0 open",
        "  handled    100% of 20 pairs equal, Cohen's kappa unknown, Gwet's AC1 1.00",
        "  NPS class  100% of 20 pairs equal, Cohen's kappa unknown, Gwet's AC1 1.00",
    ]
    assert lodestar(home, "run", "--as-of", "2026-11-25T08:00:00Z").returncode == 0
    stands = lodestar(home, "query", "--format", "csv", (
        "select count(*) as labels, count(distinct case_id) as cases, sum(reviewers) as of_each"
        " from core.human_labels join core.audit_samples using (sample_id, case_id, sampling_probability)"
        " join core.cases using (case_id)"
    )).stdout  # fmt: skip
    assert stands.splitlines()[1] == "220,200,260"


def test_the_line_of_the_docs_is_what_the_gate_takes() -> None:
    (line,) = re.findall(r'(?m)^\{"record".*', DOCS)
    assert set(json.loads(line)) == {
        "record", "case_id", "sample_id", "sampling_probability", "labeled_by", "labeled_at", "handled", "nps",
    }  # fmt: skip


def test_a_wrong_file_is_refused_with_its_lines_and_nothing_is_stored(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"record":"human_label"}\nno json\n')
    done = lodestar(home, "audit", "load", bad, tmp_path / "gone")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{bad}:1: $.labeled_by: required key is missing [missing_key]",
        f"{bad}:2: $: not JSON at character 0: Expecting value [invalid_json]",
        f"{tmp_path}/gone: $: no such file, or not a regular one [not_a_file]",
        "lodestar: nothing was stored: correct what is listed above and load the files again",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["draw"], 2, "Missing option '--n'"),
        (["draw", "--n", "0"], 2, "--n"),
        (["draw", "--n", "9", "--week", "2026-45"], 2, "'2026-45' is no ISO week"),
        (["draw", "--n", "9", "--week", "2026-W60"], 2, "'2026-W60' is no ISO week"),
        (["draw", "--n", "9", "--week", "2026-W30"], 2, "2026-W30: no eligible case"),
        (["draw", "--n", "9", "--reviewers", "ann,../ben"], 2, "a name has 1 to 64 letters"),
        (["draw", "--n", "9", "--again", "--reviewers", "ann,ann"], 2, "every reviewer needs a name of their own"),
        (["load"], 2, "Missing argument 'FILE...'"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_2(home: Path, arguments: list[str], code: int, message: str) -> None:
    done = lodestar(home, "audit", *arguments)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr


def test_a_home_without_cases_says_what_to_do(tmp_path: Path) -> None:
    done = lodestar(tmp_path / "home", "audit", "draw", "--n", "60")
    assert (done.returncode, "run `lodestar run` first" in done.stderr) == (2, True)
