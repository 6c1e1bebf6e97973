"""Settings: one file, every key by environment, and errors that say what to write instead."""

from pathlib import Path

import pytest

from analytics.errors import ConfigurationError
from analytics.settings import Settings, load_settings


def test_without_file_and_environment_the_defaults_hold() -> None:
    assert load_settings(None, {}) == Settings()


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "lodestar.toml"
    file.write_text(
        '[reporting]\ntimezone = "Europe/Berlin"\nmin_n = 50\n[targets.north_star]\nvalue = 0.7\nsource = "plan"\n'
    )
    settings = load_settings(file, {"LODESTAR_REPORTING__MIN_N": "40", "LODESTAR_HOME": "x", "PATH": "y"})
    assert (settings.reporting.timezone, settings.reporting.min_n) == ("Europe/Berlin", 40)
    assert settings.targets.north_star is not None
    assert settings.targets.north_star.value == 0.7


def test_a_list_and_a_nested_key_come_through_the_environment() -> None:
    settings = load_settings(None, {
        "LODESTAR_COST__REQUIRED_COMPONENTS": '["llm", "tts"]',
        "LODESTAR_TARGETS__NORTH_STAR__VALUE": "0.8",
        "LODESTAR_TARGETS__NORTH_STAR__SOURCE": "plan 2027",
    })  # fmt: skip
    assert settings.cost.required_components == ("llm", "tts")
    assert settings.targets.north_star is not None
    assert settings.targets.north_star.source == "plan 2027"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[reporting]\ntimezon = 'UTC'", r"\[reporting\] timezon: unknown key; the nearest is 'timezone'"),
        ("[reportin]\nmin_n = 1", r"reportin: unknown key; the nearest is 'reporting'"),
        ("[targets.ttft_p50_ms]\nvalue = 1\nsource = 'x'\nsourc = 'y'", r"sourc: unknown key; the nearest is 'source'"),
        ("[reporting]\ntimezone = 'Berlin'", "no time zone of the IANA database"),
        ("[reporting]\nmaturity_days = 3", "maturity_days: Input should be greater than or equal to 7"),
        ("[reporting", "not a readable TOML file"),
        ("[what_if.gpu_hour_usd]\nvalue = 3\nlow = 4", "low 4.0, value 3.0 and high 3.0 are not in this order"),
        ("[what_if.duty]\nvalue = 0", "duty must be above 0"),
        ("[labeling]\nbase_url = 'ftp://x/v1'", "'ftp://x/v1' is no address of a server"),
        ("[labeling]\nbase_url = 'http://x:99999'", "no address of a server; write one like"),
        ("[labeling]\nbase_url = 'http://[x'", "no address of a server; write one like"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "lodestar.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        load_settings(file, {})


@pytest.mark.parametrize("name", ["LODESTAR_REPORTING_MIN_N", "LODESTAR_REPORTING__"])
def test_a_variable_that_is_no_setting_is_an_error(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: no such setting"):
        load_settings(None, {name: "1"})


def test_variables_that_an_orchestrator_sets_are_no_settings() -> None:
    assert load_settings(None, {"LODESTAR_SERVICE_HOST": "10.0.0.1", "LODESTAR_PORT_80_TCP": "tcp"}) == Settings()


def test_an_input_without_bounds_is_taken_as_it_is() -> None:
    settings = load_settings(None, {"LODESTAR_WHAT_IF__GPU_HOUR_USD__VALUE": "4"})
    span = settings.what_if.gpu_hour_usd
    assert (span.low, span.value, span.high) == (4, 4, 4)
