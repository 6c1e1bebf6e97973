"""A seeded operation for the marts: enough settled cases for drivers and estimates, dated prices, and odd usage lines.

Six weeks in Berlin, the clocks change in the fourth. Cases are mostly one call of one customer; what a case was worth
is said by tickets, surveys, call-backs and audits, so that little depends on the labeler.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 9)
WEEKS = 6
CASES_PER_WEEK = 95
HEADER = "component,provider,model,unit,per,usd,valid_from,valid_to,source,retrieved_at"
PRICES = """\
llm,openai,gpt-4.1-mini,input_token,1000000,0.40,2025-04-14,,list,2026-03-01
llm,openai,gpt-4.1-mini,cached_input_token,1000000,0.10,2025-04-14,,list,2026-03-01
llm,openai,gpt-4.1-mini,cache_write_token,1000000,0.50,2025-04-14,,list,2026-03-01
llm,openai,gpt-4.1-mini,output_token,1000000,1.60,2025-04-14,2026-03-25,list,2026-03-01
llm,openai,gpt-4.1-mini,output_token,1000000,2.00,2026-03-25,,a dearer year,2026-03-01
stt,deepgram,nova-3,second,60,{stt},2020-01-01,,contract,2026-03-01
stt,deepgram,nova-3,second,60,0.0051,2026-04-05,,contract without an end of the old row,2026-03-01
tts,cartesia,sonic-3,character,1000000,38.00,2020-01-01,,contract,2026-03-01
fixed,livekit,licence,month,1,310.00,2020-01-01,,contract,2026-03-01
fixed,livekit,licence,month,1,300.00,2026-04-01,,a cheaper one from April on,2026-03-01
fixed,twilio,numbers,month,1,15.50,2026-03-18,2026-04-10,rented for a while,2026-03-01
"""
OPENINGS = ("I want to move my appointment to Friday please", "my invoice is wrong and I was charged twice")
CLOSINGS = (
    ("that did not help me at all", "this is terrible, I will cancel"),
    ("thank you, that is perfect", "great, thanks a lot"),
)
REPLIES = ("I am sorry, I cannot do that.", "Your appointment is moved to Friday, it is confirmed.")
TOOLS = (("lookup", "mcp"), ("lookup", "mcp"), ("reschedule", "api"), ("portal", "browser"), ("portal", None))


def price_book(folder: Path, stt_usd: str) -> Path:
    """A price book of its own; the price of speech recognition is what a correction corrects."""
    file = folder / f"prices-{stt_usd}.csv"
    file.write_text(f"{HEADER}\n{PRICES.format(stt=stt_usd)}", encoding="utf-8")
    return file


def midnight(days: int) -> datetime:
    """Start of a local day, counted from the first Monday."""
    return datetime.combine(MONDAY + timedelta(days=days), time(), ZONE).astimezone(UTC)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Operation:
    """The records of two deliveries: the second brings late usage, deletions and answers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.deliveries: tuple[list[Record], list[Record]] = ([], [])
        self.number = 0

    def often(self, probability: float) -> bool:
        return self.random.random() < probability

    def send(self, record: Record, *, late: float = 0.0) -> None:
        self.deliveries[int(self.often(late))].append(record)

    def records(self) -> tuple[list[Record], list[Record]]:
        for week in range(WEEKS):
            for _ in range(CASES_PER_WEEK):
                self.case(week)
        for number in self.random.sample(range(1, self.number), 5):
            self.deliveries[1].append({**self.call_key(number), "revision": 3, "deleted": True})
        return self.deliveries

    def call_key(self, number: int) -> Record:
        return {"record": "call", "id": f"c-{number}", "started_at": stamp(midnight(0))}

    # Cases and what is known of them

    def case(self, week: int) -> None:
        started = midnight(7 * week) + timedelta(seconds=self.random.randrange(7 * 86_400))
        use_case = self.random.choices(("move", "bill", "rare"), (60, 35, 5))[0]
        version = "43" if week >= 3 and self.often(0.55) else "42"
        good = self.random.random() < (0.8 if use_case == "move" else 0.55) - (0.15 if version == "43" else 0)
        self.number += 1
        customer, ticket = f"u-{self.number}", f"T-{self.number}" if self.often(0.8) else None
        about: Record = {"customer_id": customer, "use_case": use_case, "case_id": ticket}
        about |= {"language": self.random.choice(("en", "en", "de", None)), "agent": {"id": "a", "version": version}}
        liked = good != self.often(0.2)
        call = self.call(started, liked, about)
        if self.often(0.12):
            self.number += 1
            self.call(started + timedelta(seconds=self.random.choice((120, 200_000, 604_799, 604_800))), liked, about)
        if ticket is not None:
            handled = (good or self.often(0.2)) if self.often(0.95) else None
            self.send({"record": "case", "id": ticket, "handled": handled}, late=0.05)
            self.audit(ticket, week, good)
        self.answers(call, started, liked)

    def audit(self, ticket: str, week: int, good: bool) -> None:
        label: Record = {"record": "human_label", "case_id": ticket, "handled": good, "nps": 9 if good else 3}
        label |= {"labeled_at": stamp(midnight(7 * week + 16)), "labeled_by": "r-1", "sample_id": f"w{week}"}
        if self.often(0.25):
            self.send({**label, "sampling_probability": 0.25})
        elif self.often(0.05):
            self.send({key: value for key, value in label.items() if key != "sample_id"})

    def answers(self, call: str, started: datetime, liked: bool) -> None:
        score = self.random.choice((7, 8, 9, 10) if liked != self.often(0.1) else (0, 3, 5, 6))
        survey: Record = {"record": "survey", "instrument": "nps", "call_id": call, "score": score}
        survey |= {"invited_at": stamp(started + timedelta(minutes=9))}
        answered = started + timedelta(hours=self.random.choice((1, 5, 60, 24 * 9)))
        if self.often(0.2 if liked else 0.5):
            self.send({**survey, "id": f"s-{call}", "answered_at": stamp(answered)}, late=0.1)
        if self.often(0.9):
            arm = {**survey, "id": f"arm-{call}", "sampling_probability": 0.9, "channel": "phone"}
            reached = {"answered_at": stamp(started + timedelta(hours=80))} if self.often(0.9) else {"score": None}
            self.send({**arm, **reached})

    # Calls

    def call(self, started: datetime, liked: bool, about: Record) -> str:
        call_id = f"c-{self.number}"
        length = timedelta(
            seconds=self.random.choice((0, 4.25, 61.001)) if self.often(0.06) else self.random.randint(30, 400)
        )
        ends = ("customer_hangup",) * 12 + (
            "agent_hangup",
            "transferred",
            "transfer_failed",
            "network_drop",
            "llm_error",
        )
        end_reason = self.random.choice((*ends, "no_answer", "voicemail", "unknown", None))
        record: Record = {
            "record": "call",
            "id": call_id,
            "started_at": stamp(started),
            "ended_at": stamp(started + length),
        }
        record |= {"channel": self.random.choice(("phone", "phone", "web", "chat")), "end_reason": end_reason, **about}
        record["billed_s"] = self.random.choice((None, None, 60, 0, 90.5))
        if self.often(0.05):
            record["ended_at"] = None
        turns, tools = self.conversation(liked, measured=started < midnight(28))
        record |= {"turns": turns, "tool_calls": tools, "events": self.events()}
        usage = self.usage()
        if self.often(0.8):
            record["usage"] = usage
        else:
            for line in usage:
                self.send({"record": "usage", "call_id": call_id, **line}, late=0.3)
        self.send({key: value for key, value in record.items() if value is not None})
        return call_id

    def conversation(self, liked: bool, *, measured: bool) -> tuple[list[Record], list[Record]]:
        clock, turns, tools = 0.0, list[Record](), list[Record]()
        talk = [
            ("agent", "Hello, would you tell me your customer number please?"),
            ("caller", self.random.choice(OPENINGS)),
        ]
        talk += [("agent", "One moment."), ("caller", "my number is in the letter")] * self.random.randint(0, 2)
        talk += [
            ("agent", REPLIES[liked]),
            ("caller", self.random.choice(CLOSINGS[liked])),
        ]
        if self.often(0.06):
            talk.append(("human_agent", "Would you tell me your customer number please?"))
        for seq, (speaker, text) in enumerate(talk if self.often(0.97) else talk[:1]):
            wait = self.random.choice((-300, 5001, 9000)) if self.often(0.08) else self.random.randint(300, 3600)
            start, end = clock + wait, clock + wait + self.random.randint(400, 5000)
            turn: Record = {"seq": seq, "speaker": speaker, "text": text, "start_ms": start, "end_ms": end}
            if speaker == "agent" and seq:
                turn |= {key: True for key in ("interrupted", "cancelled") if self.often(0.07)}
                used = [self.tool(seq, start, len(tools))] if self.often(0.4) else []
                used += [self.tool(seq, start, len(tools) + 1, one) for one in used if self.often(0.3)]
                tools += used
                if measured and self.often(0.8):
                    turn["latency"] = self.latency(wait, bool(used))
            if self.often(0.03):
                turn.pop("end_ms")
            turns.append(turn)
            clock = end
        return turns, tools

    def latency(self, wait: int, uses_tool: bool) -> Record:
        ttft = max(wait, 0)
        parts = {"endpointing_ms": 100, "stt_ms": 80.4, "llm_ttft_ms": ttft // 3, "tts_ttfb_ms": None}
        return {"ttft_ms": ttft, **parts, "tool_ms": self.random.choice((None, 0, 120)) if uses_tool else None}

    def tool(self, seq: int, start: float, number: int, again: Record | None = None) -> Record:
        name, interface = (again["name"], again.get("interface")) if again else self.random.choice(TOOLS)
        tool = {
            "id": f"t-{number}",
            "name": name,
            "interface": interface,
            "turn_seq": self.random.choice((seq, seq, None)),
        }
        tool |= {
            "start_ms": self.random.choice((None, start - 900, start - 100)),
            "duration_ms": self.random.randint(5, 900),
        }
        tool |= {"transport_ok": self.random.choice((True, True, True, False, None))}
        tool |= {"business_ok": self.random.choice((True, False, None))}
        tool |= {"error_type": self.random.choice((None, None, "TimeoutError", "timed_out", "http_502"))}
        return {key: value for key, value in tool.items() if value is not None}

    def events(self) -> list[Record]:
        types = ("disconnect", "reconnect", "handover_requested", "barge_in", "silence", "false_interruption")
        return [
            {"type": self.random.choice(types), "offset_ms": number * 1000}
            for number in range(self.random.choice((0, 0, 2)))
        ]

    # What calls cost

    def usage(self) -> list[Record]:
        llm: Record = {
            "component": "llm",
            "provider": "openai",
            "model": "gpt-4.1-mini",
            "input_tokens": self.random.randint(2000, 9000),
        }
        llm |= {
            "cached_input_tokens": self.random.choice((0, 900, 1500)),
            "output_tokens": self.random.randint(20, 300),
        }
        if self.often(0.2):
            llm["cache_write_tokens"] = self.random.choice((0, 300, 500))
        stt = {
            "component": "stt",
            "provider": "deepgram",
            "model": "nova-3",
            "audio_s": self.random.choice((30.5, 61.25)),
        }
        tts = {
            "component": "tts",
            "provider": "cartesia",
            "model": "sonic-3",
            "characters": self.random.randint(100, 900),
        }
        lines = [llm, stt, tts, self.bill("telephony", "0.0085", billed_s=60)]
        chance = self.random.random()
        if chance < 0.03:
            return []
        if chance < 0.05:
            return [{**llm, "model": "gpt-x"}]
        if chance < 0.08:
            return [self.bill("total", "0.25"), *([self.bill("analysis", "0.01")] if self.often(0.5) else [])]
        if chance < 0.12:
            lines.append(self.bill("total", "0.25"))
        elif chance < 0.15:
            lines.append(self.bill("tool", "0.02", currency="EUR"))
        elif chance < 0.17:
            lines.append({**llm, "model": "gpt-x"})
        elif chance < 0.2:
            llm["cached_input_tokens"] = llm["input_tokens"] + 1
        elif chance < 0.23:
            lines += [self.bill("human", "1.50"), self.bill("platform", "0.9999")]
        return lines

    def bill(self, component: str, amount: str, currency: str = "USD", **more: Any) -> Record:
        return {"component": component, "cost": {"amount": amount, "currency": currency}, **more}


def deliver(seed: int) -> list[bytes]:
    """The content of two files, to be landed one after the other."""
    return ["\n".join(map(json.dumps, records)).encode() for records in Operation(seed).records()]
