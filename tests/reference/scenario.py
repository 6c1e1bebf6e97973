"""Seeded landing folders, dense with the cases that the text of the contract decides.

Everything that a real operation does rarely happens often here: windows that end a millisecond before or at a call,
weeks that end in a daylight saving change or a year, records that come late, twice, out of order or for another source.
"""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Record = dict[str, Any]

MS = timedelta(milliseconds=1)
WINDOW = timedelta(hours=168)
SOURCES = ("native", "native", "native", "acme", "silent")
USE_CASES = ("reschedule", "billing", "billing", None)
CHANNELS = ("phone", "phone", "web", "sip", "chat", "email", "fax", None)
END_REASONS = (
    *("customer_hangup",) * 12,
    *("agent_hangup",) * 6,
    *("transferred", "transfer_failed", "silence_timeout", "max_duration", "voicemail", "wrong_number"),
    *("ivr_reached", "no_answer", "busy", "rejected", "failed_to_connect", "abandoned_before_connect"),
    *("network_drop", "network_drop", "llm_error", "stt_error", "tts_error", "platform_error"),
    *("blocked_by_limit", "cancelled", "unknown", "vanished", "Customer_Hangup", None, None),
)
EVENT_TYPES = (
    *("disconnect", "disconnect", "reconnect", "reconnect", "network_degraded", "handover_requested"),
    *("handover_completed", "handover_failed", "barge_in", "hold", "silence", "error", "teleported"),
)
ASKS = (
    "I want to move my appointment to Friday please",
    "my invoice is wrong and I was charged twice",
    "this is useless, I want to talk to a human being",
    "Guten Tag, ich möchte meinen Termin verschieben",
    "no",
    "two words",
    "now three words",
    "now\u00a0three\u2003words",
    "one\u3000two",
    "   ",
    "a\u200bb c",
)
REPLIES = ("Sure, one moment.", "Your appointment is moved to Friday.", "I am sorry, I cannot do that.", "Done.")
CLOSINGS = (
    "thank you, that is perfect",
    "great, thanks a lot, goodbye",
    "that did not help me at all",
    "okay thanks bye",
    "this is terrible, I will cancel my contract",
    "so it is not solved, what a waste of time",
    "yes",
)
TTFTS = (0, -5, 0.4, 0.5, 1, 480, 1124, 1999.5, 2000, 2000.4, 2000.5, 2001, 3500.5, 59_999, 60_000, 60_000.4, 60_000.5)
OFFSETS = (UTC, UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-7)))
ANALYSIS = {"component": "analysis", "provider": "openai", "model": "gpt-4.1-mini", "input_tokens": 700}


@dataclass(frozen=True)
class Plan:
    """What makes one scenario differ from the next."""

    seed: int
    monday: date
    zone: str = "UTC"
    calls: int = 240
    deliveries: int = 3
    conflicts: bool = True

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def midnight(self, days: int) -> datetime:
        """Start of a local day, counted from the first Monday."""
        return datetime.combine(self.monday + timedelta(days=days), time(), self.tz).astimezone(UTC)


@dataclass
class Landing:
    """Files by delivery: `files[delivery][name]`."""

    files: list[dict[str, bytes]] = field(default_factory=list)

    def write(self, folder: Path, deliveries: Iterable[int] | None = None) -> None:
        for number in range(len(self.files)) if deliveries is None else deliveries:
            for name, content in self.files[number].items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


class Operation:
    """Makes the records of one plan, each with the delivery that brings it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = random.Random(plan.seed)
        self.records: list[tuple[int, Record | bytes]] = []
        self.number = 0
        self.known: list[Record] = []
        self.whole_files: list[bytes] = []
        self.growing: list[tuple[int, Record]] = []
        self.measuring_weeks = {0, 2}

    # Small decisions

    def pick(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def often(self, probability: float) -> bool:
        return self.random.random() < probability

    def send(self, record: Record | bytes, delivery: int | None = None) -> None:
        last = self.plan.deliveries - 1
        self.records.append((self.random.randint(0, last) if delivery is None else delivery, record))

    def stamp(self, moment: datetime) -> str:
        local = moment.astimezone(self.pick(OFFSETS))
        text = local.isoformat(timespec="milliseconds" if self.often(0.8) else "microseconds")
        return text.replace("+00:00", "Z")

    def moment(self) -> datetime:
        """Somewhere in the three weeks, often next to a midnight."""
        if self.often(0.35):
            edge = self.plan.midnight(self.pick((0, 1, 6, 7, 7, 13, 14, 20)))
            return edge + self.random.choice((-MS, timedelta(), MS, timedelta(hours=1), timedelta(hours=3, minutes=30)))
        span = int((self.plan.midnight(21) - self.plan.midnight(0)) / MS)
        return self.plan.midnight(0) + self.random.randrange(span) * MS

    # Calls

    def call(self, started: datetime | None = None, delivery: int | None = None, **fixed: Any) -> Record:
        """Send one call with its children, in one of the forms; return its record as first sent."""
        started = started or self.moment()
        self.number += 1
        record = {"record": "call", "id": f"c-{self.number}", **self.call_fields(started), **fixed}
        record = {key: value for key, value in record.items() if value is not None or self.often(0.3)}
        self.known.append(record)
        children = self.children(record, started)
        for key, items in children.items():
            if self.often(0.65):
                record[key] = items
            else:
                self.send_apart(record, key, items, delivery)
        self.send(record, delivery)
        return record

    def call_fields(self, started: datetime) -> Record:
        length = self.pick((timedelta(), -MS, MS, timedelta(seconds=9.9), timedelta(seconds=10), timedelta(minutes=3)))
        length = length if self.often(0.2) else timedelta(seconds=self.random.randint(20, 400), microseconds=7)
        record: Record = {
            "started_at": self.stamp(started),
            "ended_at": self.stamp(started + length),
            "source": self.pick(SOURCES),
            "customer_id": f"u-{self.random.randint(1, 25)}" if self.often(0.85) else None,
            "use_case": self.pick(USE_CASES),
            "channel": self.pick(CHANNELS),
            "direction": self.pick(("inbound", "outbound", "sideways", None)),
            "language": self.pick(("en", "de", "de", None)),
            "agent": {"id": "billing", "version": self.pick(("41", "42"))} if self.often(0.9) else None,
            "end_reason": self.pick(END_REASONS),
            "case_id": f"T-{self.random.randint(1, 30)}" if self.often(0.25) else None,
            "environment": "staging" if self.often(0.04) else self.pick(("production", None)),
            "connected": self.pick((True, False)) if self.often(0.06) else None,
            "human_agent_ms": self.pick((0, 0.4, 0.5, -3, 12_000)) if self.often(0.08) else None,
        }
        if self.often(0.07):
            record["ended_at"] = None
        if self.often(0.5):
            record["answered_at"] = self.stamp(started + self.pick((-MS, timedelta(), MS, timedelta(seconds=2))))
        if record["source"] == "native" and self.often(0.5):
            record["source"] = None
        return record

    def children(self, record: Record, started: datetime) -> dict[str, list[Record]]:
        turns = self.turns(record, started) if self.often(0.95) else []
        return {"turns": turns, "tool_calls": self.tools(), "events": self.events(), "usage": self.usage()}

    def send_apart(self, call: Record, key: str, items: list[Record], delivery: int | None) -> None:
        kind = {"turns": "turn", "tool_calls": "tool_call", "events": "event", "usage": "usage"}[key]
        for item in items:
            line = {"record": kind, "call_id": call["id"], **item}
            if call.get("source") is not None:
                line["source"] = call["source"]
            if kind in ("turn", "tool_call") and self.often(0.06):
                older = {"speaker": "human_agent"} if kind == "turn" else {"interface": "browser"}
                self.send({**line, **older, "revision": self.pick((0, 1))})
                line["revision"] = self.pick((2, 3))
            self.send(line, delivery if self.often(0.5) else None)

    def turns(self, record: Record, started: datetime) -> list[Record]:
        week = (started.astimezone(self.plan.tz).date() - self.plan.monday).days // 7
        measures = week in self.measuring_weeks
        silent = record.get("source") == "silent" or self.often(0.04)
        clock, seq, turns = self.pick((0, -200, 1500.5)), self.pick((0, 1, 7)), []
        more = self.random.choices(
            ("caller", "agent", "human_agent", "system"), (12, 12, 1, 1), k=self.random.randint(0, 6)
        )
        speakers = ["agent", "caller", "agent", "caller", "agent", *more]
        if self.often(0.1):
            speakers = speakers[:1] if self.often(0.5) else ["agent", "agent"]
        for place, speaker in enumerate(speakers):
            turn, clock = self.turn(seq, speaker, clock, place > 3)
            if silent:
                turn.pop("text", None)
            if speaker == "agent" and measures and self.often(0.7):
                turn["latency"] = self.latency()
            turns.append(turn)
            seq += self.pick((1, 1, 1, 5))
        self.random.shuffle(turns)
        return turns

    def turn(self, seq: int, speaker: str, clock: float, closing: bool) -> tuple[Record, float]:
        gap = self.pick((-400, 0, 1, 700, 1400, 1999.5, 2000.5, 2600, 60_001))
        gap = gap if self.often(0.3) else self.random.randint(200, 3000)
        start = clock + gap
        end = start + self.pick((0, -10, 0.5, 900)) if self.often(0.08) else start + self.random.randint(300, 6000)
        said_by_caller = CLOSINGS if closing else ASKS
        text = self.pick(said_by_caller if speaker == "caller" else REPLIES)
        turn: Record = {"seq": seq, "speaker": speaker, "text": text, "start_ms": start, "end_ms": end}
        for key in ("start_ms", "end_ms"):
            if self.often(0.04):
                turn.pop(key)
        if speaker == "agent":
            turn |= {key: True for key in ("interrupted", "cancelled") if self.often(0.08)}
        return turn, max(end, clock)

    def latency(self) -> Record:
        ttft = self.pick(TTFTS) if self.often(0.35) else self.random.randint(300, 3500)
        latency: Record = {"ttft_ms": None if self.often(0.1) else ttft}
        if self.often(0.7):
            latency |= {"endpointing_ms": 300, "stt_ms": 120.5, "llm_ttft_ms": self.pick((250, -1)), "tool_ms": None}
        return latency

    def tools(self) -> list[Record]:
        found = []
        for number in range(self.random.choice((0, 0, 1, 2))):
            tool = {
                "id": f"t-{number}",
                "name": self.pick(("lookup", "reschedule")),
                "interface": self.pick(("mcp", "api", "api", "browser", "telepathy", None)),
                "transport_ok": self.pick((True, True, True, False, None)),
                "business_ok": self.pick((True, False, None)),
                "duration_ms": self.pick((0, -4, 700, 12.5)),
                "turn_seq": self.pick((None, 1, 2, 3, 4)),
                "start_ms": self.pick((None, 500, 4000.5, 9000)),
                "error_type": self.pick((None, "TimeoutError", "http_502")),
            }
            found.append({key: value for key, value in tool.items() if value is not None})
        return found

    def events(self) -> list[Record]:
        found = []
        for number in range(self.random.choice((0, 0, 1, 2, 3))):
            event: Record = {"type": self.pick(EVENT_TYPES), "offset_ms": self.pick((1000, 1000.4, 2000, 31_000))}
            if self.often(0.3):
                event["id"] = f"e-{number}"
            else:
                event["code"] = f"{self.number}-{number // 2}"
            found.append(event)
        return found

    def usage(self) -> list[Record]:
        if self.often(0.1):
            return []
        tag = {"span": self.number}
        found: list[Record] = [
            {"component": "llm", "provider": "openai", "model": self.pick(("gpt-4.1-mini",) * 9 + ("gpt-x",))}
            | {"input_tokens": self.random.randint(900, 9000), "cached_input_tokens": 800, "output_tokens": 90},
            {"component": "stt", "provider": "deepgram", "model": "nova-3"}
            | {"audio_s": self.pick((61.25, 3, 0.001, -4.0) if self.often(0.1) else (30.5, 90.25))},
        ]
        if self.often(0.6):
            currency = self.pick(("USD",) * 12 + ("EUR",))
            found.append({"component": "telephony", "billed_s": 60, "cost": {"amount": "0.0085", "currency": currency}})
        if self.often(0.2):
            found.append({"component": "telephony", "provider": "twilio", "model": "voice-us-inbound", "billed_s": 60})
        if self.often(0.1):
            found.append({"component": "teapot", "cost": {"amount": "0.01", "currency": "USD"}})
        if self.often(0.1):
            found.append(dict(ANALYSIS))
        if self.often(0.05):
            found[0]["input_tokens"] = -1
        found = [{**usage, **tag} for usage in found]
        return [*found, dict(found[0])] if self.often(0.1) else found

    # What the rules are about

    def chains(self) -> None:
        """Calls of one customer around the edges of the window, some of them late or not eligible."""
        steps = (timedelta(), WINDOW - MS, WINDOW, WINDOW + MS, timedelta(hours=1), timedelta(hours=100))
        for number in range(14):
            start = self.moment()
            who: Record = {
                "customer_id": f"chain-{number}",
                "use_case": "reschedule",
                "case_id": None,
                "environment": None,
            }
            who |= {"end_reason": "customer_hangup", "connected": None, "source": "native"}
            self.call(start, **who)
            for step in self.random.sample(steps, 3):
                fixed = dict(who)
                if self.often(0.15):
                    fixed["end_reason"] = "voicemail"
                if self.often(0.15):
                    fixed["case_id"] = f"T-{number}"
                if self.often(0.15):
                    fixed["source"] = "acme"
                self.call(start + step, **fixed)
            if self.often(0.6):
                self.call(start - self.pick((timedelta(hours=1), WINDOW - MS, WINDOW)), self.plan.deliveries - 1, **who)

    def equal_ids(self) -> None:
        """The same call id from two sources is two calls."""
        for _ in range(5):
            twin = self.pick([call for call in self.known if call.get("source") in (None, "native")])
            other = {**twin, "source": "acme", "started_at": self.stamp(self.moment()), "use_case": "twin"}
            other.pop("ended_at", None)
            self.send(other)

    def revisions(self) -> None:
        for call in self.random.sample(self.known, 30):
            revised = {**call, "revision": self.pick((2, 3))}
            revised |= {"end_reason": self.pick(END_REASONS), "use_case": self.pick(USE_CASES)}
            if self.often(0.4):
                revised |= {"started_at": self.stamp(self.moment()), "ended_at": None, "answered_at": None}
            if self.often(0.3):
                revised["customer_id"] = self.pick((None, f"u-{self.random.randint(1, 25)}"))
            if self.often(0.2):
                revised["case_id"] = self.pick((None, f"T-{self.random.randint(1, 30)}"))
            for key in ("turns", "tool_calls", "events", "usage"):
                self.revise_array(revised, key)
            self.send(revised)
            if self.often(0.2):
                self.send({**call, "revision": 0, "end_reason": "network_drop", "turns": []})

    def revise_array(self, call: Record, key: str) -> None:
        chance = self.random.random()
        if chance < 0.3:
            call.pop(key, None)
        elif chance < 0.4:
            call[key] = []
        elif chance < 0.5:
            call[key] = None
        elif call.get(key):
            call[key] = call[key][:-1]

    def deletions(self) -> None:
        for call in self.random.sample(self.known, 6):
            gone: Record = {key: call[key] for key in ("record", "id", "source", "started_at") if key in call}
            self.send({**gone, "revision": 9, "deleted": True})
            if self.often(0.3):
                self.send({**call, "revision": 10, "deleted": self.pick((False, None))})

    def conflicts(self) -> None:
        """Other content of the same revision: the later received wins, a repetition of the loser changes nothing."""
        for call in self.random.sample(self.known, 8):
            self.send({**call, "use_case": "conflict", "language": "fr"})
            if self.often(0.5):
                self.send(call)
        for call in self.random.sample([one for one in self.known if "turns" in one], 4):
            self.send({**call, "turns": call["turns"][:1], "events": []})

        changes: dict[str, Record] = {"turn": {"interrupted": True}, "tool_call": {"interface": "browser"}}
        changes |= {"case": {"handled": False}}
        kinds = ("turn", "tool_call", "survey", "case")
        apart = [one for _, one in self.records if isinstance(one, dict) and one["record"] in kinds]
        for line in self.random.sample(apart, 20):
            other = {**line, **changes.get(line["record"], {"channel": "email"})}
            if line["record"] == "survey" and line["score"] is not None:
                other["score"] = (line["score"] + 5) % 11
            self.send(other)
            if self.often(0.3):
                self.send(line)

    def floods(self) -> None:
        """The same event once, twice and three times in the files of the deliveries: three in all."""
        call = self.pick(self.known)
        line = {"record": "event", "call_id": call["id"], "type": "disconnect", "offset_ms": 77, "code": "flood"}
        line |= {"source": call.get("source")}
        for delivery in range(self.plan.deliveries):
            for _ in range(delivery + 1):
                self.growing.append((delivery, line))

    def repetitions(self) -> None:
        for delivery, record in self.random.sample(self.records, 25):
            identified = isinstance(record, dict) and (record["record"] not in ("event", "usage") or "id" in record)
            self.send(record, delivery if identified and self.often(0.3) else None)

    def orphans(self) -> None:
        self.send({"record": "turn", "call_id": "nobody", "seq": 0, "speaker": "caller", "text": "is anyone there"})
        self.send({"record": "event", "call_id": "nobody", "type": "disconnect"})
        self.send({"record": "usage", "call_id": "c-1", "source": "elsewhere", "component": "llm"})
        self.send({"record": "survey", "id": "s-orphan", "call_id": "nobody", "instrument": "nps", "score": None})
        self.send({"record": "case", "id": "T-nobody", "handled": True})
        self.send({"record": "call", "id": "broken", "started_at": "2026-02-30T00:00:00Z"})
        self.send({"record": "turn", "call_id": "broken", "seq": 0, "speaker": "caller", "text": "is anyone there"})

    def broken_lines(self) -> None:
        for line in (
            b'{"record":"call"',
            b"null",
            b"[]",
            b'{"record":"call","id":"x-1","started_at":"2026-02-06 11:33:09Z"}',
            b'{"record":"call","id":"x-2","started_at":"2026-02-06T11:33:09"}',
            b'{"record":"turn","call_id":"c-1","seq":-1,"speaker":"caller"}',
            b'{"record":"turn","call_id":"c-1","seq":900,"speaker":"robot"}',
            b'{"record":"survey","id":"x-3","call_id":"c-1","instrument":"nps","score":11,"answered_at":"2026-02-06T11:33:09Z"}',
            b'{"record":"call","id":"x-4","started_at":"2026-02-06T11:33:09Z","turns":[{"seq":0,"speaker":"caller"},{"seq":1}]}',
        ):
            self.send(line)

    # What is said about cases

    def case_records(self) -> None:
        for number in range(1, 31):
            for revision in range(1, self.pick((1, 2, 2, 3))):
                closed = self.plan.midnight(self.pick((3, 9, 16, 17, 20, 24, 31))) + self.pick((-MS, timedelta(), MS))
                record = {"record": "case", "id": f"T-{number}", "revision": revision}
                record |= {"handled": self.pick((True, False, None)), "closed_at": self.stamp(closed)}
                if self.often(0.25):
                    record.pop("closed_at")
                if self.often(0.2):
                    record |= {"source": self.pick(("acme", "silent"))}
                self.send(record)
        for number in range(1, 6):
            self.send(
                {"record": "case", "id": f"T-{number}", "source": "crm", "call_source": "silent", "handled": True}
            )

    def surveys(self) -> None:
        for number, call in enumerate(self.random.choices(self.known, k=110)):
            survey: Record = {"record": "survey", "id": f"s-{number}", "instrument": "nps", "channel": "sms"}
            survey |= {"call_id": call["id"], "score": self.random.randint(0, 10)}
            source = call.get("source")
            survey |= {"source": "crm", "call_source": source or "native"} if self.often(0.3) else {"source": source}
            started = datetime.fromisoformat(call["started_at"])
            self.answer(survey, started)
            self.send(survey)
            if self.often(0.3):
                self.send({**survey, "id": f"s-{number}-b", "score": self.random.randint(0, 10)})
            if self.often(0.15):
                self.send({**survey, "revision": 2, "score": self.random.randint(0, 10)})

    def answer(self, survey: Record, started: datetime) -> None:
        delay = self.pick((-MS, timedelta(), MS, timedelta(hours=2), timedelta(hours=2), timedelta(days=3)))
        delay = self.pick((timedelta(days=8), timedelta(days=12), timedelta(days=17))) if self.often(0.2) else delay
        answered = started + delay
        if self.often(0.1):
            answered = self.plan.midnight(self.pick((17, 24))) + self.pick((-MS, timedelta(), MS))
        if self.often(0.2):
            survey["score"] = None
        else:
            survey["answered_at"] = self.stamp(answered)
        if self.often(0.6):
            survey["invited_at"] = self.stamp(started + timedelta(minutes=5))
        if self.often(0.1):
            survey["instrument"] = "csat"

    def case_surveys(self) -> None:
        for number in range(1, 15):
            answered = self.plan.midnight(self.random.randint(2, 25)) + timedelta(hours=self.random.randint(0, 23))
            survey = {"record": "survey", "id": f"cs-{number}", "instrument": "nps", "case_id": f"T-{number}"}
            self.send({**survey, "score": self.random.randint(0, 10), "answered_at": self.stamp(answered)})

    def human_labels(self) -> None:
        for call in self.random.sample(self.known, 5):
            label = {"record": "human_label", "call_id": call["id"], "labeled_by": "r-1", "sentiment": "neutral"}
            self.send({**label, "source": call.get("source"), "labeled_at": self.stamp(self.plan.midnight(30))})

    # Files

    def landing(self) -> Landing:
        self.chains()
        while self.number < self.plan.calls:
            self.call()
        self.revisions()
        self.deletions()
        if self.plan.conflicts:
            self.conflicts()
        self.surveys()
        self.case_surveys()
        self.case_records()
        self.human_labels()
        self.equal_ids()
        self.orphans()
        self.broken_lines()
        self.repetitions()
        self.floods()
        landing = Landing([{} for _ in range(self.plan.deliveries)])
        for delivery in range(self.plan.deliveries):
            lines = [self.line(record) for number, record in self.records if number == delivery]
            self.random.shuffle(lines)
            self.fill(landing.files[delivery], delivery, lines)
        return landing

    def fill(self, files: dict[str, bytes], delivery: int, lines: list[bytes]) -> None:
        names = ("calls.jsonl", "more/Calls.NDJSON.gz", "z [1] *.json.zst", "späte anrufe.jsonl.gz")
        for place, name in enumerate(names):
            content = self.pick((b"", b"\xef\xbb\xbf")) + self.pick((b"\n", b"\r\n")).join(lines[place :: len(names)])
            if name.endswith(".gz"):
                content = gzip.compress(content, mtime=0)
            elif name.endswith(".zst"):
                content = zstandard.ZstdCompressor().compress(content)
            files[f"day-{delivery}/{name}"] = content
        files["growing.jsonl"] = self.grown(delivery)
        files[f"day-{delivery}/notes.txt"] = b"not for the pipeline"
        self.whole_files.append(files[f"day-{delivery}/calls.jsonl"])
        if delivery:
            files[f"copies/of day {delivery - 1}.jsonl"] = self.whole_files[delivery - 1]

    def grown(self, delivery: int) -> bytes:
        """A file that is still being written: every delivery repeats it, with more lines, the last one cut."""
        lines = [b""] + [json.dumps(line).encode() for number, line in self.growing if number <= delivery]
        lines += [json.dumps(call).encode() for call in self.known[5 : 10 + 5 * delivery]]
        content = b"\n".join(lines)
        return content if delivery == self.plan.deliveries - 1 else content[:-30]

    def line(self, record: Record | bytes) -> bytes:
        if isinstance(record, bytes):
            return record
        items = list(record.items())
        if self.often(0.2):
            self.random.shuffle(items)
        return json.dumps(dict(items), ensure_ascii=self.often(0.5)).encode()


def landing(plan: Plan) -> Landing:
    return Operation(plan).landing()
