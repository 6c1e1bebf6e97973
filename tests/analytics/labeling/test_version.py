"""The version names the code and data that can change an answer."""

import ast
import re
import shutil
from pathlib import Path

import pytest

import analytics.labeling
from analytics.labeling.offline import ANSWERING_FILES, OfflineLabeler, content_version

PACKAGE = Path(analytics.labeling.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / "labeling"))


def test_the_version_is_offline_and_twelve_hex_digits_and_stays():
    assert re.fullmatch(r"offline-[0-9a-f]{12}", OfflineLabeler().version)
    assert OfflineLabeler().version == content_version(PACKAGE)


@pytest.mark.parametrize("name", ["weights.json", "rules.toml", "lexicon/de.toml", "signals.py"])
def test_a_changed_weight_rule_word_or_line_of_code_is_another_version(copy, name):
    before = content_version(copy)

    copy.joinpath(name).write_text(copy.joinpath(name).read_text(encoding="utf-8") + "\n", encoding="utf-8")

    assert content_version(copy) != before


def test_fitting_and_measuring_do_not_change_the_version(copy):
    before = content_version(copy)

    for name in ("fit.py", "agreement.py", "labelled_calls.py"):
        copy.joinpath(name).unlink()

    assert content_version(copy) == before


def test_every_module_that_the_labeler_imports_and_every_data_file_is_in_the_version():
    reached, waiting = set(), ["offline.py"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _imports(PACKAGE / name)
    data = {
        path.relative_to(PACKAGE).as_posix()
        for pattern in ("*.toml", "*.json", "*/*.toml")
        for path in PACKAGE.glob(pattern)
        if path.name != "model_families.toml"  # of the labelers behind a server
    }

    assert set(ANSWERING_FILES) == reached | data


def _imports(module: Path) -> list[str]:
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return [
        f"{name.removeprefix('analytics.labeling.')}.py" for name in names if name.startswith("analytics.labeling.")
    ]
