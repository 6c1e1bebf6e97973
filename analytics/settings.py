"""Settings: `lodestar.toml` and `LODESTAR_<SECTION>__<KEY>`, validated once at the start.

An unknown key is an error that names the nearest key; nothing is read from the environment after `load_settings`.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from analytics.errors import ConfigurationError
from analytics.sections import (
    Alerts,
    Cases,
    Cost,
    Eligibility,
    Engine,
    Labeling,
    Page,
    Publish,
    Quality,
    Redaction,
    Reporting,
    Schedule,
    Section,
    Slo,
    Target,
    Targets,
    WhatIf,
)

ENVIRONMENT_PREFIX = "LODESTAR_"
#: Names with the prefix that are not settings: the home folder and the secrets.
NOT_SETTINGS = frozenset({
    "LODESTAR_HOME", "LODESTAR_CUSTOMER_KEY", "LODESTAR_ALERT_WEBHOOK_URL", "LODESTAR_SMTP_USER",
    "LODESTAR_SMTP_PASSWORD",
})  # fmt: skip


class Settings(Section):
    """All sections with their defaults."""

    reporting: Reporting = Reporting()
    eligibility: Eligibility = Eligibility()
    cases: Cases = Cases()
    slo: Slo = Slo()
    cost: Cost = Cost()
    quality: Quality = Quality()
    labeling: Labeling = Labeling()
    schedule: Schedule = Schedule()
    alerts: Alerts = Alerts()
    redaction: Redaction = Redaction()
    publish: Publish = Publish()
    page: Page = Page()
    engine: Engine = Engine()
    targets: Targets = Targets()
    what_if: WhatIf = WhatIf()


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from a TOML file (absent: defaults) overlaid by `LODESTAR_<SECTION>__<KEY>`.

    Raises:
        ConfigurationError: unreadable file, unknown key (with the nearest known one) or a bad value.
    """
    values = _read_toml(file) if file is not None and file.exists() else {}
    for name, text in sorted(environment.items()):
        if name.startswith(ENVIRONMENT_PREFIX) and name not in NOT_SETTINGS and _is_meant(name):
            _overlay(values, name, text)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_explain(error)) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        msg = f"{file}: not a readable TOML file: {error}"
        raise ConfigurationError(msg) from error


def _is_meant(name: str) -> bool:
    """Whether a variable means a setting: Kubernetes sets LODESTAR_SERVICE_HOST for a service of this name."""
    rest = name.removeprefix(ENVIRONMENT_PREFIX).lower()
    return "__" in rest or rest.split("_")[0] in Settings.model_fields


def _overlay(values: dict[str, Any], name: str, text: str) -> None:
    section, separator, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
    if not separator or not key:
        msg = f"{name}: no such setting; settings are LODESTAR_<SECTION>__<KEY>, secrets {sorted(NOT_SETTINGS)}"
        raise ConfigurationError(msg)
    table = values.setdefault(section, {})
    for part in key.split("__")[:-1]:
        table = table.setdefault(part, {})
    table[key.split("__")[-1]] = _parsed(text)


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        path = [str(part) for part in problem["loc"]]
        hint = _nearest(path) if problem["type"] == "extra_forbidden" else problem["msg"]
        lines.append(f"settings: [{'.'.join(path[:-1])}] {path[-1]}: {hint}")
    return "\n".join(lines)


def _nearest(path: list[str]) -> str:
    model: type[BaseModel] = Settings
    for part in path[:-1]:
        model = type(getattr(model(), part, None) or Target(value=0, source=""))
    names = list(model.model_fields)
    close = difflib.get_close_matches(path[-1], names, n=1, cutoff=0.0)
    return f"unknown key; the nearest is {close[0]!r} (known: {', '.join(names)})"
