"""The command line as a person uses it: wrong input gets one sentence and its exit code, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from dagster_project import cli
from tests.pipeline import call


def lodestar(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dagster_project.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def land(folder: Path, name: str, lines: list[object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    (folder / name).write_text(text)


pytestmark = pytest.mark.slow

CALLS = [call(f"c{n}", "2026-10-05T10:00:00Z", customer_id=f"u{n}", use_case="x") for n in range(40)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after one good run."""
    folder = tmp_path_factory.mktemp("cli")
    land(folder / "landing", "1.jsonl", [*CALLS])
    done = lodestar(
        "run", "--home", folder / "home", "--landing", folder / "landing", "--as-of", "2026-11-10T00:00:00Z"
    )
    assert done.returncode == 0, done.stderr
    return folder / "home"


def test_help_lists_the_commands() -> None:
    listed = CliRunner().invoke(cli.cli, ["--help"]).output
    for command in (
        *(
            "run",
            "simulate",
            "status",
            "quarantine",
            "query",
            "page",
            "erase",
            "audit",
            "classify",
            "evaluate",
            "brief",
            "alerts",
        ),
        "ui",
    ):
        assert f"\n  {command} " in listed


def test_a_run_prints_the_north_star_and_where_the_page_is(home: Path) -> None:
    done = lodestar("run", "--home", home, "--landing", home.parent / "landing", "--as-of", "2026-11-10T00:00:00Z")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("north star                  2026-W41  ")
    assert done.stdout.splitlines()[-1] == f"page                        {home}/site/index.html"
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr


def test_the_brief_is_printed_for_chat_and_for_mail(home: Path) -> None:
    assert lodestar("brief", "--home", home).stdout.startswith("# Lodestar 2026-W41\n")
    assert lodestar("brief", "--home", home, "--format", "html").stdout.startswith("<!doctype html>")
    assert "write one like 2026-W46" in lodestar("brief", "--home", home, "--week", "41").stderr


def test_a_channel_can_be_tried(home: Path) -> None:
    assert "[Lodestar] Test: This channel works." in lodestar("alerts", "--home", home, "--test").stderr


def test_status_says_what_is_there(home: Path) -> None:
    listed = lodestar("status", "--home", home).stdout
    assert "calls            40, eligible 40" in listed
    assert "rows             40 in = 40 loaded + 0 quarantined + 0 superseded" in listed


def test_status_says_what_each_source_delivers(home: Path) -> None:
    listed = lodestar("status", "--coverage", "--home", home).stdout.splitlines()
    shares = {line[17:].rsplit(" of ", 1)[0].rsplit(None, 1)[0].strip(): line.split()[-1] for line in listed}
    assert listed[0].startswith("native ")
    assert shares["calls with turns"] == "100.0%"
    assert shares["calls with a survey"] == "0.0%"
    assert "of 40" in listed[0]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", '"a","b"\n1,"\'=1+1"'),
        ("json", '[\n {\n  "a": 1,\n  "b": "=1+1"\n }\n]'),
    ],
)
def test_query_writes_what_a_spreadsheet_or_a_program_can_read(home: Path, form: str, expected: str) -> None:
    done = lodestar("query", "--home", home, "--format", form, "select 1 as a, '=1+1' as b")
    assert done.stdout.strip() == expected


def test_query_draws_a_table_and_shows_every_row(home: Path) -> None:
    drawn = lodestar("query", "--home", home, "select source_call_id from core.calls order by 1").stdout
    assert all(f" c{n} " in drawn for n in range(40))


def test_the_quarantine_names_file_line_path_reason_and_code(tmp_path: Path) -> None:
    land(tmp_path / "landing", "bad.jsonl", [*CALLS, '{"record":"call","id":"x"}', '{"secret transcript'])
    environment = "LODESTAR_QUALITY__MAX_QUARANTINED_SHARE"
    command = ["-m", "dagster_project.cli", "run", "--home", tmp_path / "home", "--landing", tmp_path / "landing"]
    done = subprocess.run(
        [sys.executable, *command],
        env={environment: "0.5", "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    listed = lodestar("quarantine", "--home", tmp_path / "home", "--export", tmp_path / "out")
    assert listed.stdout.splitlines() == [
        "bad.jsonl:41: $.started_at: required key is missing [missing_key]",
        "bad.jsonl:42: $: not JSON at character 1: Unterminated string starting at [invalid_json]",
    ]
    (exported,) = (tmp_path / "out").iterdir()
    assert exported.read_text().splitlines() == ['{"record":"call","id":"x"}', '{"secret transcript']
    only = lodestar("quarantine", "--home", tmp_path / "home", "--reason", "missing_key").stdout
    assert len(only.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "--landing", "nowhere"], 2, "nowhere: no such landing folder"),
        (["run", "--as-of", "2026-11-10"], 2, "has no offset"),
        (["run", "--as-of", "soon"], 2, "is no timestamp"),
        (["run", "--from", "2026-02-02", "--to", "2026-02-01"], 2, "--to 2026-02-01 is before --from 2026-02-02"),
        (["run", "--labeler", "magic"], 2, "'magic' is not"),
        (["run"], 3, "no call was ever loaded"),
        (["query", "select 1"], 3, "nothing is published yet"),
        (["query"], 2, "give either a statement or --saved NAME"),
        (["query", "--saved", "norht_star_by_week"], 2, "the nearest is 'north_star_by_week'"),
        (["status"], 2, "no home of Lodestar"),
        (["quarantine"], 2, "no home of Lodestar"),
        (["alerts"], 2, "no home of Lodestar"),
        (["page"], 2, "no home of Lodestar"),
        (["erase", "--call", "c-1"], 2, "no home of Lodestar"),
        (["erase"], 2, "give either --customer ID or --call ID"),
        (["flyy"], 2, "No such command 'flyy'"),
        (["simulate", "--cases-per-week", "0"], 2, "--cases-per-week"),
    ],
)
def test_wrong_input_is_one_sentence_and_its_exit_code(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    done = lodestar(*arguments, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert message in done.stderr


def test_a_mistyped_id_is_no_failed_run_and_reaches_neither_books_nor_alerts(home: Path) -> None:
    before = lodestar("status", "--home", home).stdout
    done = lodestar("erase", "--home", home, "--call", "no-such-id")
    assert (done.returncode, "no such call" in done.stderr, "[Lodestar]" in done.stderr) == (2, True, False)
    after = lodestar("run", "--home", home, "--from", "2026-10-06", "--to", "2026-10-05")
    assert (after.returncode, "[Lodestar]" in after.stderr) == (2, False), after.stderr
    assert lodestar("status", "--home", home).stdout == before


def test_an_empty_quarantine_says_so(home: Path) -> None:
    done = lodestar("quarantine", "--home", home, "--reason", "nope")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing is in quarantine with the reason code 'nope'\n"


def test_a_statement_that_fails_is_explained(home: Path) -> None:
    done = lodestar("query", "--home", home, "select nothing from nowhere")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "the query failed: Catalog Error" in done.stderr


def test_an_unknown_setting_stops_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "lodestar.toml").write_text("[reporting]\ntimezon = 'UTC'\n")
    done = lodestar("run", "--home", tmp_path / "home", cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown key; the nearest is 'timezone'" in done.stderr


def test_too_many_refused_lines_keep_the_last_publication(home: Path, tmp_path: Path) -> None:
    before = (home / "warehouse" / "analytics.duckdb").resolve()
    land(tmp_path, "bad.jsonl", ["{broken"] * 3 + [call("new", "2026-10-06T10:00:00Z")])
    done = lodestar("run", "--home", home, "--landing", tmp_path, "--as-of", "2026-11-10T00:00:00Z")
    assert done.returncode == 3
    assert "3 of 4 lines read since the last publication are in quarantine" in done.stderr
    assert (home / "warehouse" / "analytics.duckdb").resolve() == before


def test_a_column_name_that_stands_twice_is_said(home: Path) -> None:
    done = lodestar("query", "--home", home, "--format", "csv", "select 1 as a, 2 as a")
    assert (done.returncode, "two columns are called 'a'" in done.stderr) == (2, True)


def test_status_tells_of_a_run_that_published_nothing(tmp_path: Path) -> None:
    lodestar("run", "--home", tmp_path / "home")
    listed = lodestar("status", "--home", tmp_path / "home")
    assert listed.returncode == 0
    assert "not_publishable: no call was ever loaded" in listed.stdout


@pytest.mark.parametrize(("book", "message"), [(None, "no such price book"), ("a,b\n1,2\n", "not a price book")])
def test_a_price_book_that_cannot_be_read_is_named(book: str | None, message: str, tmp_path: Path) -> None:
    land(tmp_path / "landing", "1.jsonl", [*CALLS])
    file = tmp_path / "prices.csv"
    if book is not None:
        file.write_text(book)
    (tmp_path / "lodestar.toml").write_text(f"[cost]\nprice_book = '{file}'\n")
    done = lodestar("run", "--home", tmp_path / "home", "--landing", tmp_path / "landing", cwd=tmp_path)
    assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_erasing_all_withdraws_the_publication_and_an_early_clock_keeps_it(tmp_path: Path) -> None:
    land(tmp_path / "landing", "1.jsonl", [CALLS[0]])
    where = ("--home", tmp_path / "home")
    assert lodestar("run", *where, "--landing", tmp_path / "landing", "--as-of", "2026-11-10T00:00:00Z").returncode == 0
    early = lodestar("run", *where, "--as-of", "2026-01-01T00:00:00Z")
    assert (early.returncode, "no call started before 2026-01-01" in early.stderr) == (3, True), early.stderr
    assert (tmp_path / "home" / "warehouse" / "analytics.duckdb").exists()
    erased = lodestar("erase", *where, "--customer", "u0")
    assert (erased.returncode, "erased 1 calls" in erased.stdout) == (0, True), erased.stderr
    assert list((tmp_path / "home" / "warehouse").iterdir()) == []
    assert list((tmp_path / "home" / "site").iterdir()) == []


def test_an_erasure_while_nothing_can_be_published_reaches_the_lake_and_says_what_is_left(tmp_path: Path) -> None:
    land(tmp_path / "landing", "1.jsonl", [*CALLS])
    where = ("--home", tmp_path / "home")
    assert lodestar("run", *where, "--landing", tmp_path / "landing").returncode == 0
    land(tmp_path / "landing", "2.jsonl", ['{"record":"call"}', "{broken"])
    assert lodestar("run", *where, "--landing", tmp_path / "landing").returncode == 3
    erased = lodestar("erase", *where, "--customer", "u7")
    assert (erased.returncode, "the last publication still shows it" in erased.stderr) == (3, True), erased.stderr
    for table, column in (("raw/calls", "id"), ("core/calls", "source_call_id")):
        files = [str(file) for file in (tmp_path / "home" / "lake" / table).rglob("*.parquet")]
        held = duckdb.execute(f"select distinct {column} from read_parquet($files)", {"files": files}).fetchall()
        assert {name for (name,) in held} == {f"c{n}" for n in range(40)} - {"c7"}


def test_a_final_week_without_a_case_is_passed_over(tmp_path: Path) -> None:
    voicemail = call("v", "2026-10-05T10:00:00Z", end_reason="voicemail")
    land(tmp_path / "landing", "1.jsonl", [voicemail, call("a", "2026-11-03T10:00:00Z")])
    done = lodestar(
        "run", "--home", tmp_path / "home", "--landing", tmp_path / "landing", "--as-of", "2026-11-10T12:00:00Z"
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout.startswith("no week is final")


def test_deleting_the_only_call_withdraws_the_publication(tmp_path: Path) -> None:
    land(tmp_path / "landing", "1.jsonl", [CALLS[0]])
    where = ("--home", tmp_path / "home", "--landing", tmp_path / "landing")
    assert lodestar("run", *where).returncode == 0
    land(tmp_path / "landing", "2.jsonl", [CALLS[0] | {"revision": 2, "deleted": True}])
    done = lodestar("run", *where)
    assert (done.returncode, "no call is left" in done.stderr) == (3, True)
    assert list((tmp_path / "home" / "warehouse").iterdir()) == []


def test_a_new_price_leaves_history_and_a_corrected_one_revises_it(tmp_path: Path) -> None:
    usage = [{"component": "tts", "provider": "acme", "model": "voice", "characters": 1_000_000}]
    land(tmp_path / "landing", "1.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z", usage=usage) for n in range(40)])
    (tmp_path / "lodestar.toml").write_text("[cost]\nprice_book = 'prices.csv'\n")
    header = "component,provider,model,unit,per,usd,valid_from,valid_to,source,retrieved_at\n"
    row = "tts,acme,voice,character,1000000,{},{},,a test,2026-01-01\n"

    def publish(*rows: str, reprice: bool = False) -> list[object]:
        (tmp_path / "prices.csv").write_text(header + "".join(rows))
        where = ("--home", tmp_path / "home", "--landing", tmp_path / "landing", "--as-of", "2026-11-10T00:00:00Z")
        done = lodestar("run", *where, *(["--reprice"] if reprice else []), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        asked = "select old_value, new_value, reason from mart.kpi_revisions where dimension = 'all'"
        asked += " and metric = 'cost_per_minute_usd'"
        return json.loads(lodestar("query", "--home", tmp_path / "home", "--format", "json", asked).stdout)  # type: ignore[no-any-return]

    old, new = row.format("2.00", "2026-01-01"), row.format("1.00", "2026-10-06")
    assert publish(old) == []
    assert publish(old, new) == []
    revised = [{"old_value": 2.0, "new_value": 3.0, "reason": "price"}]
    assert publish(row.format("3.00", "2026-01-01"), new, reprice=True) == revised
    assert publish(row.format("3.00", "2026-01-01"), new, reprice=True) == revised
