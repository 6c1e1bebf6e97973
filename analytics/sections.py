"""The sections of `lodestar.toml`: every key with its default and what it may be."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"


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
    frozen_sample_calls: int = Field(default=1_000, ge=1)

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
    """The time to first token above which an agent turn is slow, and the silence between turns that is dead air."""

    ttft_ms: int = Field(default=2000, ge=1)
    dead_air_ms: int = Field(default=5000, ge=1)


class Cost(Section):
    """Where prices come from and what makes a call's cost complete."""

    price_book: Path | None = None
    required_components: tuple[str, ...] = ()
    high_call_usd: Decimal = Field(default=Decimal(1), gt=0)


class Quality(Section):
    """When a run is not publishable."""

    max_quarantined_share: float = Field(default=0.01, ge=0, le=1)
    max_label_failure_share: float = Field(default=0.05, ge=0, le=1)
    warn_label_failure_share: float = Field(default=0.01, ge=0, le=1)
    warn_survey_volume_share: float = Field(default=0.6, ge=0, le=1)
    warn_agreement_drop: float = Field(default=0.1, gt=0, le=1)
    warn_age_h: int = Field(default=48, ge=1)
    open_hour_calls: int = Field(default=20, ge=1)


class Schedule(Section):
    """When the scheduler runs, as HH:MM of `timezone` (default: the reporting time zone), and what it reads."""

    timezone: Annotated[str, AfterValidator(_known_zone)] | None = None
    daily: str = Field(default="05:30", pattern=_TIME_OF_DAY)
    weekly: str = Field(default="07:00", pattern=_TIME_OF_DAY)
    final: str = Field(default="00:30", pattern=_TIME_OF_DAY)
    landing: tuple[Path, ...] = ()
    sensor_s: int = Field(default=30, ge=1)


class Alerts(Section):
    """Who is told, and what is worth telling; addresses and passwords that are secret come from the environment."""

    channels: tuple[Literal["log", "webhook", "email"], ...] = ("log",)
    brief: tuple[Literal["log", "webhook", "email"], ...] = ()
    webhook_format: Literal["json", "slack"] = "json"
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = "lodestar@localhost"
    recipients: tuple[str, ...] = ()
    timeout_s: float = Field(default=10.0, gt=0)
    stale_after_h: int = Field(default=26, ge=1)
    weekly_budget_usd: float | None = Field(default=None, gt=0)


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port above 65535, half a bracket
        usable = False
    if not usable:
        msg = f"{url!r} is no address of a server; write one like 'https://api.openai.com/v1'"
        raise ValueError(msg)
    return url


class Labeling(Section):
    """Who labels the calls, and what a model behind an OpenAI-compatible server may cost (docs/labeling.md)."""

    labeler: Literal["offline", "openai"] = "offline"
    model: str = Field(default="gpt-6-luna", min_length=1)
    base_url: Annotated[str, AfterValidator(_web_address)] = "https://api.openai.com/v1"
    temperature: float | None = Field(default=None, ge=0, le=2)
    reasoning_effort: str | None = None
    max_output_tokens: int = Field(default=1024, ge=16)
    max_call_bytes: int = Field(default=32_000, ge=1_000)
    service_tier: Literal["auto", "default", "flex"] | None = None
    concurrency: int = Field(default=64, ge=1, le=1024)
    timeout_s: float = Field(default=60, gt=0)
    max_attempts: int = Field(default=6, ge=1)
    retry_backoff_s: float = Field(default=0.5, ge=0)
    max_usd_per_run: Decimal | None = Field(default=None, ge=0)
    max_usd_per_month: Decimal | None = Field(default=None, ge=0)
    batch_max_requests: int = Field(default=50_000, ge=1)
    batch_max_bytes: int = Field(default=190_000_000, ge=1_000)


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


def _recording_template(template: str) -> str:
    """A web address in which only the known fields stand in braces."""
    if not template.startswith(("https://", "http://")):
        msg = "write an address that begins with https:// or http://"
        raise ValueError(msg)
    try:
        template.format(call_id="", source_call_id="", source="")
    except (KeyError, IndexError, ValueError):
        msg = "only {call_id}, {source_call_id} and {source} can stand in braces"
        raise ValueError(msg) from None
    return template


class Page(Section):
    """What the weekly page links to and reads beside the published file."""

    recording_url_template: Annotated[str, AfterValidator(_recording_template)] | None = None
    annotations: Path | None = None


class Engine(Section):
    """Limits of the computing engine."""

    memory_limit: str = Field(default="2GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB)$")
    threads: int = Field(default=2, ge=1)


class Range(Section):
    """An input that is not known exactly; without bounds it is taken as it is."""

    value: float = Field(ge=0)
    low: float = Field(default_factory=lambda known: known["value"], ge=0)
    high: float = Field(default_factory=lambda known: known["value"], ge=0)
    source: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if not self.low <= self.value <= self.high:
            msg = f"low {self.low}, value {self.value} and high {self.high} are not in this order"
            raise ValueError(msg)
        return self


class WhatIf(Section):
    """Cloud against self-hosting of the language model; what calls show replaces the first five (docs/cost.md)."""

    minutes_per_year: Range = Range(value=14e6, source="4 million calls of 3.5 minutes")
    turns_per_minute: Range = Range(value=6, source="assumed")
    context_tokens: Range = Range(value=2500, source="assumed: tokens that a turn sends")
    cached_share: Range = Range(value=0.8, low=0.5, high=0.9, source="assumed: part of them that is cached")
    output_tokens: Range = Range(value=40, source="assumed: tokens of an answer")
    gpus_per_replica: Range = Range(value=4, source="assumed")
    gpu_hour_usd: Range = Range(
        value=3.13, low=2.29, high=6.69, source="H100 on average, June 2026; low GH200, high 8 x B200 at list"
    )
    concurrent_streams: Range = Range(
        value=48, low=24, high=96, source="assumed: streams that a replica carries within the objective; measure it"
    )
    peak_factor: Range = Range(value=5, low=4, high=6, source="assumed: busiest minute / average minute")
    duty: Range = Range(value=0.25, source="assumed: part of a call in which the model works")
    regions: Range = Range(value=2, source="assumed")
    spare_replicas: Range = Range(value=1, source="assumed: per region")
    staff: Range = Range(value=2, low=1, high=3, source="assumed: full-time people who run it")
    staff_usd: Range = Range(value=220e3, source="assumed: a year of one of them")
    operations_share: Range = Range(value=0.15, low=0.1, high=0.25, source="assumed: storage, network, monitoring")
    outage_usd: Range = Range(value=0, source="expected loss by outages of a year; nothing assumed")
    volumes: tuple[Annotated[float, Field(gt=0)], ...] = (1e6, 3e6, 14e6, 30e6, 100e6, 250e6, 1e9)

    @model_validator(mode="after")
    def _positive(self) -> "WhatIf":
        for name in ("minutes_per_year", "concurrent_streams", "peak_factor", "duty", "regions"):
            if getattr(self, name).low <= 0:
                msg = f"{name} must be above 0"
                raise ValueError(msg)
        return self


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
