"""The home: one lock, and a clear word when it cannot be used."""

import subprocess
import sys
from pathlib import Path

import pytest

from analytics.errors import ConfigurationError, HomeLocked
from analytics.home import Home

HOLDER = """
import sys, time
from pathlib import Path
from analytics.home import Home
with Home(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_holds_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(home.root)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeLocked, match=f"in use by process {holder.pid}"), home.locked():
            pass
        holder.kill()
    with home.locked(wait_s=10):
        pass


@pytest.mark.parametrize("name", ["a*b", "a[1]", "a?", "{x}", "100%", "k=v"])
def test_a_home_that_looks_like_a_pattern_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="choose a home without them"):
        Home(tmp_path / name).create()


def test_a_file_in_the_place_of_the_home_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be used as home"):
        Home(tmp_path / "home").create()
