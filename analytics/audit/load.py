"""From checked answers to raw/human_labels, by the same gate, books and ledger as every landed file."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from analytics.audit.agreement import HANDLED, NPS_CLASSES, Agreement, agreement
from analytics.audit.answers import Checked, Samples, check_files
from analytics.audit.samples import stored, view_samples
from analytics.core.build import raw_view
from analytics.ingest import IngestReport, ingest
from analytics.ingest.records import HumanLabel
from analytics.ingest.tombstones import Tombstones
from analytics.lake import select
from analytics.workspace import Workspace


class Progress(Struct, frozen=True):
    """How far a sample is, and how far two reviewers of the same cases agree."""

    sample_id: str
    cases: int
    answered: int
    handled: Agreement
    nps_class: Agreement


def check(workspace: Workspace, files: Sequence[Path]) -> Checked:
    """Hold files of answers against the samples of this home."""
    with workspace.connection() as connection:
        drawn = stored(workspace.lake, connection)
    return check_files(
        files, Samples.of(drawn, Tombstones.of(workspace.home, workspace.ledger.tombstones()), workspace.now)
    )


def take(workspace: Workspace, records: Sequence[HumanLabel]) -> IngestReport:
    """Land the answers under a name of their content, ingest them, and remove the landed file.

    Killed in between, the file lies in the landing folder and the next run ingests it.
    """
    content = b"".join(msgspec.json.encode(record) + b"\n" for record in records)
    landed = workspace.home.landing / f"audit-{hashlib.sha256(content).hexdigest()[:32]}.jsonl"
    staged = workspace.home.stage / landed.name
    with staged.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    staged.replace(landed)
    with workspace.connection(streams=True) as connection:
        report = ingest(
            workspace.home,
            workspace.ledger,
            connection,
            [landed],
            run_id=workspace.run_id,
            received_at=workspace.now,
        )
    landed.unlink()
    return report


def progress(workspace: Workspace, sample_ids: Sequence[str]) -> list[Progress]:
    """Answered cases and agreement of some samples, answers included that no run has worked on yet."""
    with workspace.connection() as connection:
        view_samples(workspace.lake, connection)
        raw_view(workspace, connection, "human_labels")
        answers = select(connection, "audit/answers", {"samples": list(sample_ids)}).fetchall()
        sizes = connection.execute("select sample_id, count(*) from raw.audit_samples group by all").fetchall()
    return [_progress(sample_id, cases, answers) for sample_id, cases in sorted(sizes) if sample_id in sample_ids]


def _progress(sample_id: str, cases: int, answers: list[tuple[str, str, str, str, str]]) -> Progress:
    by_case: dict[str, list[tuple[str, str]]] = {}
    for sample, case_id, _, handled, nps_class in answers:
        if sample == sample_id:
            by_case.setdefault(case_id, []).append((handled, nps_class))
    # of more than two reviewers the first two by name: every pair counts once
    pairs = [given[:2] for given in by_case.values() if len(given) > 1]
    handled_by_both = ([one[0] for one, _ in pairs], [other[0] for _, other in pairs])
    nps_by_both = ([one[1] for one, _ in pairs], [other[1] for _, other in pairs])
    return Progress(
        sample_id,
        cases,
        len(by_case),
        agreement(*handled_by_both, HANDLED),
        agreement(*nps_by_both, NPS_CLASSES),
    )
