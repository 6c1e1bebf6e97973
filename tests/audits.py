"""A home with settled cases of one week and scripted labels, for tests of audits."""

import json
from pathlib import Path
from typing import Any

from analytics.audit.candidates import candidates, weeks_to_audit
from analytics.audit.draw import sample_for
from analytics.audit.samples import Drawn
from analytics.audit.strata import stratify
from analytics.workspace import Workspace
from tests.pipeline import Record, call, land, refresh

SURE = {"outcome": "resolved", "nps_predicted": 9, "resolved_probability": 0.99, "positive_probability": 0.95}
UNSURE = {"outcome": "resolved", "nps_predicted": 7, "resolved_probability": 0.7, "positive_probability": 0.7}
NO = {"outcome": "unresolved", "nps_predicted": 3, "resolved_probability": 0.1, "positive_probability": 0.2}


def calls(cases: int) -> tuple[list[Record], dict[str, Any]]:
    """One call per case on two days of 2026-W45, grouped and explicit cases in turn, and their labels."""
    records, labels = [], {}
    for n in range(cases):
        more = {"case_id": f"T-{n:03}", "source": "desk"} if n % 2 else {"customer_id": f"u{n}", "use_case": "x"}
        records.append(call(f"call-{n:03}", f"2026-11-0{2 + n % 2}T10:00:00Z", **more))
        labels[f"{more.get('source', 'native')}:call-{n:03}"] = (SURE, SURE, UNSURE, NO, {"outcome": "unclear"})[n % 5]
    return records, labels


def settle(workspace: Workspace, cases: int = 60) -> None:
    """Land, build and label the cases."""
    records, labels = calls(cases)
    land(workspace, "calls.jsonl", records)
    refresh(workspace, labels)


def sampled(workspace: Workspace, n: int, *, seed: int = 0, again: bool = False) -> list[Drawn]:
    """Draw n cases of the newest settled week, and make core.audit_samples know them."""
    cases, errors = candidates(workspace, weeks_to_audit(workspace, []))
    sample, _ = sample_for(workspace, stratify(cases, errors, n), n, seed, again=again)
    refresh(workspace)
    return sample


def answer(drawn: Drawn, **more: Any) -> Record:
    """The native record of one answer."""
    source, _, case_id = drawn.case_id.partition(":")
    record: Record = {
        "record": "human_label",
        "case_id": case_id,
        "sample_id": drawn.sample_id,
        "sampling_probability": drawn.sampling_probability,
        "labeled_by": "ann",
        "labeled_at": "2026-11-24T10:00:00Z",
        "handled": True,
        "nps": 8,
    }
    return record | ({} if source == "native" else {"call_source": source}) | more


def write(file: Path, records: list[Record]) -> Path:
    """A file of answers outside the landing folder."""
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return file
