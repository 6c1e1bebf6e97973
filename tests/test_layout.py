"""The shape of the project: imports point one way, and names can be found without a map."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from analytics.publish.dictionary import dictionary

ROOT = Path(__file__).parents[1]
#: What each package may import of the others; it must not even load what stands behind `never`.
MAY_IMPORT = {
    "analytics": {"analytics"},
    "dashboards": {"analytics", "dashboards"},
    "dagster_project": {"analytics", "dashboards", "dagster_project"},
}
NEVER_AT_THE_TOP = {
    "analytics": {"dagster", "plotly", "great_expectations"},
    "dashboards": {"dagster", "great_expectations"},
    "dagster_project": {"great_expectations"},
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield str(node.module).split(".")[0]


def top_level_imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = set()
    for node in tree.body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]  # type: ignore[union-attr]
        found |= {name.split(".")[0] for name in names}
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    for file in modules(package):
        ours = set(imports(file)) & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package], f"{file} imports {ours - MAY_IMPORT[package]}"
        heavy = top_level_imports(file) & NEVER_AT_THE_TOP[package]
        assert not heavy, f"{file} imports {heavy} at module level"


def test_the_command_line_starts_without_the_heavy_parts() -> None:
    probe = (
        "import sys, dagster_project.cli\n"
        "print([m for m in ('dagster', 'plotly', 'duckdb', 'pyarrow', 'deltalake', 'numpy') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", probe], text=True).strip() == "[]"


def test_the_root_holds_no_loose_module_and_no_utils() -> None:
    assert list(ROOT.glob("*.py")) == []
    assert [file for package in MAY_IMPORT for file in modules(package) if "utils" in file.name] == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_module_is_longer_than_300_lines(package: str) -> None:
    assert {str(f): n for f in modules(package) if (n := len(f.read_text("utf-8").splitlines())) > 300} == {}


@pytest.mark.parametrize("package", ["analytics"])
def test_no_transform_reads_a_clock_or_the_environment(package: str) -> None:
    hidden = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|os\.environ|os\.getenv")
    assert [str(file) for file in modules(package) if hidden.search(file.read_text("utf-8"))] == []


def test_every_core_and_mart_table_has_its_sql_and_its_words() -> None:
    for table, entry in dictionary().tables.items():
        layer, name = table.split(".")
        assert len(entry.grain) > 10
        if layer != "meta" and name != "labels":
            assert (ROOT / "sql" / layer / f"{name}.sql").exists(), table


def test_sql_files_say_what_they_are_and_bind_their_dates() -> None:
    for file in (ROOT / "sql").rglob("*.sql"):
        text = file.read_text("utf-8")
        assert text.startswith("-- "), f"{file}: the first line says what a row is"
        assert not re.search(r"\{[a-z_]+\}", text), f"{file}: a value is pasted in"


def test_no_statement_averages_a_rate() -> None:
    average = re.compile(r"\b(?:avg|mean)\s*\([^)]*(?:_rate|_share|value)\b")
    files = [*(ROOT / "sql").rglob("*.sql"), *(ROOT / "sql").rglob("*.yaml")]
    assert [file.name for file in files if average.search(file.read_text("utf-8"))] == []
    assert average.search("select avg(handled_rate)"), "a week is a ratio of sums, not a mean of rates"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_index(name: str) -> None:
    lock = (ROOT / name).read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert "http" not in re.sub(r"httptools|httpx?\d?", "", lock)


def test_what_is_tested_is_what_is_installed() -> None:
    shipped, tested = (pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    assert shipped <= tested
    assert not any(pin.startswith("pytest") for pin in shipped)


def pins(lock: Path) -> set[str]:
    without_extras = re.sub(r"\[[\w,]+\]", "", lock.read_text("utf-8"))
    return set(re.findall(r"^[\w.-]+==\S+", without_extras, re.MULTILINE))


def test_yaml_files_parse() -> None:
    for file in (ROOT / "sql").rglob("*.yaml"):
        assert yaml.safe_load(file.read_text("utf-8"))
