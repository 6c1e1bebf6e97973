"""While nothing can be published, the reason stands where the number would, and the last good weeks stay."""

from datetime import UTC, datetime
from pathlib import Path

from analytics.home import Home
from analytics.publish.state import Refusal
from dashboards.notice import publish_notice

REFUSED = Refusal(
    datetime(2026, 11, 25, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 25, 6, tzinfo=UTC),
    "rule (3): <b>why</b>\nother (1): x",
)


def test_the_reason_replaces_the_number_and_the_weeks_stay(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    for name in ("index.html", "2026-W45.html", "2026-W46.html"):
        (home.site / name).write_text("71.3%")
    page = publish_notice(home, REFUSED).read_text("utf-8")
    assert "71.3%" not in page
    assert "Since 2026-11-25 05:30 UTC" in page
    assert "<li>rule (3): &lt;b&gt;why&lt;/b&gt;</li>" in page
    assert page.index("2026-W46.html") < page.index("2026-W45.html")
    assert (home.site / "2026-W46.html").read_text() == "71.3%"


def test_a_home_that_never_published_says_so(tmp_path: Path) -> None:
    assert "Nothing was published before." in publish_notice(Home(tmp_path).create(), REFUSED).read_text("utf-8")
