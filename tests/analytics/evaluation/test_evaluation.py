"""Verdicts of a home: audits of cases by their probability, several reviewers, two versions side by side."""

from datetime import date
from typing import Any

import pytest

from analytics.core.labels import label_window
from analytics.errors import ConfigurationError
from analytics.evaluation.evaluation import Evaluation, Request, evaluate
from analytics.evaluation.verdicts import Asked, Verdict, read_questions
from analytics.labeling.interface import Labeler
from analytics.lake import Window
from analytics.workspace import Workspace
from tests.audits import answer, sampled, settle
from tests.pipeline import Record, ScriptedLabeler, call, land, refresh


class Newer(ScriptedLabeler):
    """The same labeler in another version."""

    version = "scripted-2"


def nobody(_: str) -> Labeler | None:
    return None


def evaluated(workspace: Workspace, **request: Any) -> Evaluation:
    found = evaluate(workspace, Request(**request), nobody)
    assert found is not None
    return found


def said(call_id: str, by: str, **more: Any) -> Record:
    return {
        "record": "human_label",
        "call_id": call_id,
        "labeled_by": by,
        "labeled_at": "2026-10-06T10:00:00Z",
    } | more


def asked(workspace: Workspace, *weeks: date) -> dict[tuple[str, str, bool], Asked]:
    with workspace.connection() as connection:
        for table in ("human_labels", "calls", "cases", "labels"):
            workspace.lake.view(connection, f"core/{table}")
        found = read_questions(connection, ScriptedLabeler.version, weeks)
    return {(question.question, question.unit, question.drawn): question for question in found}


def by_id(found: Asked) -> dict[str, Verdict]:
    return {verdict.unit_id.removeprefix("native:"): verdict for verdict in found.verdicts}


def test_the_truth_is_what_most_reviewers_say(workspace: Workspace) -> None:
    verdicts = [
        *(
            said("most", by, outcome=outcome)
            for by, outcome in (("a", "resolved"), ("b", "resolved"), ("c", "abandoned"))
        ),
        *(said("tie", by, outcome=outcome) for by, outcome in (("a", "resolved"), ("b", "abandoned"))),
        said("one", "a", outcome="unresolved", sentiment="negative", nps=7),
    ]
    calls = [call(name, "2026-10-05T10:00:00Z") for name in ("most", "tie", "one")]
    land(workspace, "1.jsonl", [*calls, *verdicts])
    refresh(workspace, {"native:one": {"outcome": "abandoned", "sentiment": "positive", "nps_predicted": 6}})
    found = asked(workspace)
    assert sorted(name for name, _, _ in found) == ["negative", "nps_class", "outcome", "resolved", "sentiment"]
    outcome = by_id(found["outcome", "call", False])
    assert {name: verdict.truth for name, verdict in outcome.items()} == {
        "most": "resolved",
        "tie": None,
        "one": "unresolved",
    }
    pairs = {name: (v["one"].truth, v["one"].answer) for (name, _, _), q in found.items() if (v := by_id(q))}
    assert pairs == {
        "outcome": ("unresolved", "abandoned"),
        "resolved": ("not_resolved", "not_resolved"),
        "sentiment": ("negative", "positive"),
        "negative": ("negative", "not_negative"),
        "nps_class": ("neutral_to_positive", "detractor"),
    }


def test_a_case_is_answered_at_its_last_call_and_a_handover_is_not_handled(workspace: Workspace) -> None:
    calls = [
        call("early", "2026-10-05T10:00:00Z", case_id="T-1"),
        call("late", "2026-10-06T10:00:00Z", case_id="T-1"),
        call("given away", "2026-10-05T11:00:00Z", case_id="T-2", end_reason="transferred"),
    ]
    verdicts = [
        {"record": "human_label", "case_id": case_id, "labeled_by": "a", "labeled_at": "2026-10-20T10:00:00Z"}
        | {"sample_id": "s", "sampling_probability": 0.02, "handled": True, "nps": 3}
        for case_id in ("T-1", "T-2")
    ]
    land(workspace, "1.jsonl", [*calls, *verdicts])
    refresh(
        workspace,
        {
            "native:early": {"outcome": "unresolved", "nps_predicted": 2},
            "native:late": {"outcome": "resolved", "nps_predicted": 8},
            "native:given away": {"outcome": "resolved", "nps_predicted": None},
        },
    )
    found = asked(workspace)
    handled = by_id(found["handled", "case", True])
    assert {name: (v.truth, v.answer, v.sampling_probability) for name, v in handled.items()} == {
        "T-1": ("handled", "handled", 0.02),
        "T-2": ("handled", "not_handled", 0.02),
    }
    nps = by_id(found["nps_class", "case", True])
    assert {name: v.answer for name, v in nps.items()} == {"T-1": "neutral_to_positive", "T-2": "unclear"}


def test_two_samples_of_one_case_are_one_draw_by_either(workspace: Workspace) -> None:
    drawn = {"record": "human_label", "case_id": "T-1", "labeled_by": "a", "labeled_at": "2026-10-20T10:00:00Z"}
    land(
        workspace,
        "1.jsonl",
        [
            call("a", "2026-10-05T10:00:00Z", case_id="T-1"),
            *(
                drawn | {"sample_id": s, "sampling_probability": p, "handled": True}
                for s, p in (("x", 0.5), ("y", 0.2))
            ),
        ],
    )
    refresh(workspace)
    verdict = by_id(asked(workspace)["handled", "case", True])["T-1"]
    # 1 - 0.5 x 0.8
    assert verdict.sampling_probability == pytest.approx(0.6)


def test_an_audit_is_weighed_by_its_draw_and_kept_apart(workspace: Workspace) -> None:
    settle(workspace, 100)
    sample = sampled(workspace, 70)
    land(workspace, "answers.jsonl", [answer(drawn) for drawn in sample])
    refresh(workspace)
    found = {comparison.question: comparison for comparison in evaluated(workspace).comparisons}
    handled = found["handled"]
    assert (handled.unit, handled.sample, handled.n) == ("case", "random", len(sample))
    labeler = handled.compared[0].figures
    # everybody says handled; one case in five is labeled unresolved and one in five unclear
    assert labeler.decided.value == pytest.approx(0.8, abs=0.07)
    assert labeler.accuracy.value == pytest.approx(0.75, abs=0.07)
    assert labeler.kappa.value == pytest.approx(0, abs=1e-9)


def test_weeks_choose_calls(workspace: Workspace) -> None:
    starts = {"a": "2026-10-05T10:00:00Z", "b": "2026-10-12T10:00:00Z"}
    land(
        workspace,
        "1.jsonl",
        [record for name, at in starts.items() for record in (call(name, at), said(name, "r", outcome="resolved"))],
    )
    refresh(workspace)
    assert list(by_id(asked(workspace, date(2026, 10, 12))["outcome", "call", False])) == ["b"]


def test_versions_flip_on_the_calls_that_both_have_labeled(workspace: Workspace) -> None:
    names = [f"c{n:02}" for n in range(40)]
    land(workspace, "1.jsonl", [call(name, "2026-10-05T10:00:00Z") for name in names])
    old = {f"native:{name}": {"outcome": "resolved", "sentiment": "neutral"} for name in names}
    refresh(workspace, old)
    new = old | {f"native:{name}": {"outcome": "unresolved", "sentiment": "neutral"} for name in names[:3]}
    new |= {"native:c39": {"status": "invalid"}}
    label_window(workspace, Newer(new), Window(date(2026, 10, 5), date(2026, 10, 6)))

    found = evaluated(workspace)
    assert found.version.labeler_version == "scripted-2"
    (against,) = found.stability
    flips = {flips.question: (flips.n, flips.flips) for flips in against.flips}
    assert (against.before, flips) == ("scripted-1", {"outcome": (39, 3), "sentiment": (39, 0), "nps_class": (39, 0)})
    back = evaluated(workspace, version="scripted-1", against="scripted-2").stability[0]
    assert back.flips[0].shift.value == -against.flips[0].shift.value == pytest.approx(3 / 39)


def test_a_version_is_named_by_its_beginning_and_only_one(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
    refresh(workspace)
    label_window(workspace, Newer({}), Window(date(2026, 10, 5), date(2026, 10, 6)))
    with pytest.raises(ConfigurationError, match="more than one labeler version begins with 'scripted'"):
        evaluated(workspace, version="scripted")
    with pytest.raises(ConfigurationError, match="there are scripted-2, scripted-1"):
        evaluated(workspace, against="other")


def test_what_is_missing_is_said(workspace: Workspace) -> None:
    assert evaluate(workspace, Request(), nobody) is None
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z")])
    refresh(workspace)
    found = evaluated(workspace)
    assert (found.comparisons, found.stability, found.injections) == ([], [], [])
    verdicts, other, labeler = found.notes
    assert "lodestar audit draw" in verdicts
    assert other.startswith("no other labeler version")
    assert labeler.startswith("scripted-1 cannot be asked")
