"""The offline baseline: labels a call from the evidence in it, with no network, no model file and no randomness."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from analytics.labeling.decision import decide
from analytics.labeling.evidence import evidence_of
from analytics.labeling.interface import Conversation, Label
from analytics.labeling.quotes import quotes_for
from analytics.labeling.topic import topic_of

# Everything that can change an answer; fitting and measuring cannot.
ANSWERING_FILES = (
    "decision.py",
    "evidence.py",
    "instructions.py",
    "interface.py",
    "lexicon.py",
    "model.py",
    "offline.py",
    "phrases.py",
    "quotes.py",
    "reading.py",
    "signals.py",
    "tool_names.py",
    "tool_results.py",
    "topic.py",
    "words.py",
    "rules.toml",
    "weights.json",
    "lexicon/de.toml",
    "lexicon/en.toml",
    "lexicon/es.toml",
    "lexicon/fr.toml",
    "lexicon/instructions.toml",
    "lexicon/tool_results.toml",
)
_VERSION_DIGITS = 12


class OfflineLabeler:
    """The baseline: equal input and equal `version` give equal answers; every answer has status `ok`."""

    def __init__(self) -> None:
        """Read the word lists and weights that ship with the package."""
        self.name = "offline"
        self.model = "baseline"
        self.version = content_version(Path(__file__).parent)

    def label(self, conversations: Iterable[Conversation]) -> Iterator[Label]:
        """Yield one label per conversation, in the same order."""
        return map(label_call, conversations)


def label_call(conversation: Conversation) -> Label:
    """The baseline's label for one call."""
    evidence = evidence_of(conversation)
    decision = decide(evidence)
    return Label(
        call_id=conversation.call_id,
        status="ok",
        sentiment_start=decision.sentiment_start,
        sentiment=decision.sentiment,
        outcome=decision.outcome,
        nps_predicted=decision.nps_predicted,
        positive_probability=decision.positive_probability,
        resolved_probability=decision.resolved_probability,
        topic=topic_of(conversation, evidence.call),
        evidence=quotes_for(decision.outcome, evidence.call),
        injection_suspected=evidence.call.injection_suspected,
    )


def content_version(folder: Path) -> str:
    """`offline-` and 12 hex digits of the SHA-256 over names and bytes of all files that can change an answer."""
    digest = sha256()
    for name in ANSWERING_FILES:
        content = folder.joinpath(name).read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return f"offline-{digest.hexdigest()[:_VERSION_DIGITS]}"
