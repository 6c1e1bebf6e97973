"""Settings: `lodestar.toml` and `LODESTAR_<SECTION>__<KEY>`, validated once at the start.

An unknown key is an error that names the nearest key; nothing is read from the environment after `load_settings`.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from analytics.errors import ConfigurationError

ENVIRONMENT_PREFIX = "LODESTAR_"
#: Names with the prefix that are not settings: the home folder and the secrets.
NOT_SETTINGS = frozenset({"LODESTAR_HOME", "LODESTAR_CUSTOMER_KEY"})


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        msg = f"{name!r} is no time zone of the IANA database; write one like 'Europe/Berlin' or 'UTC'"
        raise ValueError(msg)
    return name


class Section(BaseModel):
    """One table of the file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reporting(Section):
    """How weeks are cut and when they are judged for the last time."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    maturity_days: int = Field(default=10, ge=7, le=60)
    min_n: int = Field(default=30, ge=1)

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.timezone)


class Eligibility(Section):
    """Which calls count at all."""

    min_caller_words: int = Field(default=3, ge=0)


class Cases(Section):
    """How calls become cases; the recontact window of 168 h is part of the definition and no setting."""

    stitch_seconds: int = Field(default=0, ge=0)


class Slo(Section):
    """The time to first token above which an agent turn is slow."""

    ttft_ms: int = Field(default=2000, ge=1)


class Cost(Section):
    """Where prices come from and what makes a call's cost complete."""

    price_book: Path | None = None
    required_components: tuple[str, ...] = ()


class Quality(Section):
    """When a run is not publishable."""

    max_quarantined_share: float = Field(default=0.01, ge=0, le=1)


class Labeling(Section):
    """Which labeler answers."""

    labeler: Literal["offline"] = "offline"


def _known_region(code: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        msg = f"{code!r} is no region with a number plan; write two letters like 'DE' or 'US'"
        raise ValueError(msg)
    return code


def _usable_patterns(patterns: dict[str, str]) -> dict[str, str]:
    for kind, pattern in patterns.items():
        if not re.fullmatch(r"[A-Z][A-Z_]*[A-Z]", kind):
            msg = f"{kind!r} is no kind; write capital letters like 'POLICY' or 'MEMBER_ID'"
            raise ValueError(msg)
        try:
            matches_nothing = re.compile(pattern).match("")
        except re.error as error:
            msg = f"{kind}: not a regular expression: {error}"
            raise ValueError(msg) from error
        if matches_nothing:
            msg = f"{kind}: the regular expression matches the empty text; it must need at least one character"
            raise ValueError(msg)
    return patterns


def _existing_file(file: Path) -> Path:
    if not file.is_file():
        msg = f"{file}: no such file"
        raise ValueError(msg)
    return file


class Redaction(Section):
    """What becomes a placeholder beside cards, bank accounts and e-mail addresses; see docs/redaction.md."""

    min_spoken_digits: int = Field(default=4, ge=3, le=19)
    phone_regions: tuple[Annotated[str, AfterValidator(_known_region)], ...] = ("US", "GB", "DE", "ES", "FR")
    names: tuple[str, ...] = ()
    names_file: Annotated[Path, AfterValidator(_existing_file)] | None = None
    patterns: Annotated[dict[str, str], AfterValidator(_usable_patterns)] = {}


class Publish(Section):
    """What the published file holds."""

    weeks: int = Field(default=13, ge=1)
    keep: int = Field(default=3, ge=1)


class Engine(Section):
    """Limits of the computing engine."""

    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB)$")
    threads: int = Field(default=2, ge=1)


class Target(Section):
    """One threshold that the page judges against, with where it comes from."""

    value: float
    source: str


class Targets(Section):
    """Thresholds by metric: met, missed, or cannot tell when the interval straddles one."""

    north_star: Target | None = None
    ttft_p50_ms: Target = Target(value=1100, source="Twilio core-latency guide, mouth to ear")
    ttft_p95_ms: Target = Target(value=2000, source="EVA turn-taking curve, full marks up to 2.0 s")
    ttft_slo_share: Target = Target(value=0.95, source="house default: one turn in twenty may be slow")
    cost_per_minute_usd: Target | None = None
    browser_share: Target = Target(value=0.0, source="principle 3: no tool call over a browser")


class Settings(Section):
    """All sections with their defaults."""

    reporting: Reporting = Reporting()
    eligibility: Eligibility = Eligibility()
    cases: Cases = Cases()
    slo: Slo = Slo()
    cost: Cost = Cost()
    quality: Quality = Quality()
    labeling: Labeling = Labeling()
    redaction: Redaction = Redaction()
    publish: Publish = Publish()
    engine: Engine = Engine()
    targets: Targets = Targets()


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
