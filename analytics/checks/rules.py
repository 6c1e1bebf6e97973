"""Rules in SQL: each `sql/checks/<name>.sql` returns the offenders of one rule.

Its first line is the contract: `-- name | table: core/calls | when: built | severity: error | why: what goes wrong`.
A rule about rows runs when its table is built, on the days that were built; before a publication every rule has judged
whole tables, and judges again what has changed since. A rule about weeks or volumes runs then only (`when: published`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import duckdb
import msgspec
from msgspec import Struct

from analytics.checks.results import CheckResult, Severity, result, store, stored
from analytics.lake import Window, named_in
from analytics.shipped import shipped, sql
from analytics.workspace import Workspace

_HEADER = re.compile(
    r"-- (?P<name>\w+) \| table: (?P<table>\w+/\w+) \| when: (?P<when>built|published)"
    r" \| severity: (?P<severity>error|warning) \| why: (?P<why>.+)"
)
_SHOWN = 3


class Rule(Struct, frozen=True):
    """One file of `sql/checks`; with severity error, an offender blocks the publication."""

    name: str
    table: str
    when: Literal["built", "published"]
    severity: Severity
    why: str
    text: str

    @property
    def inputs(self) -> list[str]:
        """Tables that the statement reads."""
        statement = re.sub(r"--.*", "", self.text)
        return sorted({f"{layer}/{name}" for layer, name in re.findall(r"\b(core|mart)\.(\w+)", statement)})


def shipped_rules() -> list[Rule]:
    """All shipped rules, by name.

    Raises:
        ValueError: a first line does not say name, table, severity and why.
    """
    return [_rule(file.stem, file.read_text("utf-8")) for file in sorted((shipped("sql") / "checks").glob("*.sql"))]


def check_table(workspace: Workspace, table: str, window: Window | None = None) -> list[CheckResult]:
    """Judge a table that was just built, or only the days of it that were; days say nothing about the whole table."""
    judged = [rule for rule in shipped_rules() if rule.table == table and rule.when == "built"]
    results = list(_run(workspace, judged, {}, window)) if judged else []
    if window is None:
        names = {rule.name for rule in judged}
        store(workspace.ledger, [old for old in stored(workspace.ledger) if old.check_name not in names] + results)
    return results


def check_tables(workspace: Workspace) -> list[CheckResult]:
    """The state of every rule: a kept result where nothing that it read has changed, else a new one."""
    return list(_run(workspace, shipped_rules(), {kept.check_name: kept for kept in stored(workspace.ledger)}))


def _run(
    workspace: Workspace, judged: Iterable[Rule], kept: Mapping[str, CheckResult], window: Window | None = None
) -> Iterator[CheckResult]:
    seen: dict[str, str] = {}
    with workspace.connection() as connection:
        connection.execute(sql("core/_macros"))
        for rule in judged:
            for table in rule.inputs:
                if table not in seen:
                    seen[table] = workspace.lake.fingerprint(table)
                    workspace.lake.view(connection, table, window.days if window else None)
            fingerprint = _fingerprint(workspace, rule, seen)
            known = kept.get(rule.name)
            if known is not None and known.fingerprint == fingerprint:
                yield known
            else:
                yield msgspec.structs.replace(_judge(workspace, connection, rule), fingerprint=fingerprint)


def _judge(workspace: Workspace, connection: duckdb.DuckDBPyConnection, rule: Rule) -> CheckResult:
    offenders = connection.execute(rule.text, named_in(rule.text, _parameters(workspace)))
    names = [column[0] for column in offenders.description or []]
    rows = offenders.fetchall()
    shown = "; ".join(", ".join(f"{k} {v}" for k, v in zip(names, row, strict=True)) for row in rows[:_SHOWN])
    message = f"{rule.why}; for example: {shown}" if rows else rule.why
    table = rule.table.replace("/", ".")
    return result(workspace.run_id, rule.name, rule.severity, len(rows), rule.why, message=message, table=table)


def _parameters(workspace: Workspace) -> dict[str, object]:
    """What a rule may name: the parameters of the tables and the thresholds of [quality]."""
    return workspace.parameters() | workspace.settings.quality.model_dump()


def _fingerprint(workspace: Workspace, rule: Rule, tables: Mapping[str, str]) -> str:
    digest = hashlib.sha256(rule.text.encode())
    digest.update(repr(named_in(rule.text, _parameters(workspace))).encode())
    digest.update(" ".join(tables[table] for table in rule.inputs).encode())
    return digest.hexdigest()


def _rule(name: str, text: str) -> Rule:
    found = _HEADER.match(text)
    if found is None or found["name"] != name:
        contract = f"-- {name} | table: layer/name | when: built|published | severity: error|warning | why: ..."
        msg = f"sql/checks/{name}.sql: the first line must read '{contract}'"
        raise ValueError(msg)
    return msgspec.convert(found.groupdict() | {"text": text}, Rule)
