"""The simulated operation in numbers: what a reader may want to change, and nothing else.

Shares are 0 to 1. The operation, its customers and its products are invented.
"""

from __future__ import annotations

from typing import Final

from analytics.simulate.clock import DAY_MS, HOUR_MS, MINUTE_MS

# --- demand ---------------------------------------------------------------------------------------
WEEKDAY_WEIGHTS: Final = (1.22, 1.12, 1.06, 1.04, 1.00, 0.56, 0.38)
HOUR_WEIGHTS: Final = (1, 1, 1, 1, 1, 2, 8, 22, 60, 88, 100, 92, 74, 78, 84, 82, 76, 66, 50, 36, 24, 14, 6, 3)
CUSTOMERS_PER_WEEKLY_CASE: Final = 14
"""Size of the customer base; some customers come back with a new need of the same kind in the same week."""
ANONYMOUS_SHARE: Final = 0.08
USE_CASE_UNKNOWN_SHARE: Final = 0.02
STAGING_SHARE: Final = 0.003
LANGUAGES: Final = {"en": 0.62, "de": 0.18, "es": 0.12, "fr": 0.08}
LANGUAGE_ABSENT_SHARE: Final = 0.01
CHANNELS: Final = {"phone": 0.86, "web": 0.07, "sip": 0.04, "chat": 0.03}
OUTBOUND_SHARE: Final = 0.07

# --- the release ----------------------------------------------------------------------------------
OLD_VERSION: Final = "41"
NEW_VERSION: Final = "42"
ROLLOUT_SHARES: Final = (0.1, 0.25, 0.5, 0.8, 1.0)
"""Share of calls on the new version, per day from the release on; the last share stays."""

# --- what becomes of a call -----------------------------------------------------------------------
CONTACTS_INBOUND: Final = {
    "conversation": 0.928,
    "silent": 0.024,
    "empty": 0.008,
    "wrong_number": 0.012,
    "abandoned_before_connect": 0.014,
    "failed_to_connect": 0.005,
    "rejected": 0.002,
    "cancelled": 0.003,
    "blocked_by_limit": 0.002,
    "ivr_reached": 0.002,
}
CONTACTS_OUTBOUND: Final = {
    "conversation": 0.56,
    "no_answer": 0.18,
    "voicemail": 0.13,
    "busy": 0.05,
    "wrong_number": 0.03,
    "ivr_reached": 0.02,
    "rejected": 0.02,
    "silent": 0.01,
}
DROP_REASONS: Final = {
    "network_drop": 0.62,
    "llm_error": 0.14,
    "stt_error": 0.07,
    "tts_error": 0.07,
    "platform_error": 0.10,
}
DROP_SHARE: Final = 0.016
DROP_AFTER_ANSWER_SHARE: Final = 0.15
"""Drops that come after the need was met, among calls that would have met it."""
CUSTOMER_ENDS_SHARE: Final = 0.7
TIMED_OUT_SHARE: Final = 0.06
"""Unresolved calls that end by silence or by the longest duration."""
TRANSFER_ENDS_SHARE: Final = 0.8
"""Completed handovers that end the record; in the others the human agent is transcribed."""
FAILED_TRANSFER_ENDS_SHARE: Final = 0.6
NOT_MET_RESULTS: Final = {"partially_resolved": 0.24, "unresolved": 0.34, "handed_over": 0.30, "abandoned": 0.12}
HANDOVERS: Final = {"completed": 0.82, "failed": 0.12, "requested": 0.06}
HUMAN_MEETS_NEED_SHARE: Final = 0.8

# --- what the customer feels (0 to 10, before rounding) ---------------------------------------------
SATISFACTION: Final = {
    "resolved": 8.3,
    "partially_resolved": 6.5,
    "unresolved": 4.7,
    "handed_over": 6.9,
    "handover_failed": 4.2,
    "abandoned": 4.2,
    "dropped": 5.0,
}
GOOD_NPS: Final = 7
"""The design's bound of neutral-to-positive."""
MOOD_SIGMA: Final = 0.8
"""Spread between customers; a customer keeps the same mood."""
FEELING_SIGMA: Final = 1.2
REPEAT_PENALTY: Final = 0.5
"""NPS points lost for every earlier conversation about the same need."""
SLOWNESS_PENALTY: Final = 2.0
"""NPS points lost per unit of model slow-down (`LOAD`) beyond 1.25."""

# --- how well texts and tools show the truth ----------------------------------------------------------
RESULT_SHOWN_SHARE: Final = 0.88
TONE_SHOWN_SHARE: Final = 0.90
GOOD_TONES: Final = {"warm": 0.62, "neutral": 0.38}
BAD_TONES: Final = {"cold": 0.44, "polite": 0.22, "sarcastic": 0.10, "neutral": 0.24}
TOOL_AGREES_SHARE: Final = 0.88

# --- what happens next --------------------------------------------------------------------------------
RECALL_SHARES: Final = {
    "resolved": 0.09,
    "partially_resolved": 0.62,
    "unresolved": 0.64,
    "handed_over": 0.12,
    "handover_failed": 0.70,
    "abandoned": 0.72,
    "dropped": 0.82,
    "not_reached": 0.62,
}
RECALL_DECAY: Final = 0.8
CALLS_PER_NEED_LIMIT: Final = 6
RESUME_SHARE: Final = 0.45
"""Dropped customers who dial again within a minute, among those who dial again at all."""
RECALL_DELAYS_MS: Final = (
    (0.26, 2 * MINUTE_MS, HOUR_MS),
    (0.30, HOUR_MS, 8 * HOUR_MS),
    (0.27, 8 * HOUR_MS, 2 * DAY_MS),
    (0.14, 2 * DAY_MS, 6 * DAY_MS),
    (0.03, 7 * DAY_MS, 10 * DAY_MS),
)

# --- latency: median in ms, sigma of the logarithm ------------------------------------------------------
ENDPOINTING_MS: Final = (470, 0.22)
STT_MS: Final = (125, 0.34)
LLM_TTFT_MS: Final = (410, 0.42)
TTS_TTFB_MS: Final = (185, 0.30)
UNATTRIBUTED_MS: Final = (48, 0.60)
TOOL_MS: Final = (640, 0.58)
LOAD: Final = (1.0, 0.16)
"""Slow-down of the model during one call."""
TOOL_TIMEOUT_MS: Final = 10_000
TOOL_TIMEOUT_SHARE: Final = 0.008
TOOL_ERROR_SHARE: Final = 0.012
BROWSER_SCALE: Final = 5.0

# --- incidents inside a conversation --------------------------------------------------------------------
BARGE_IN_SHARE: Final = 0.05
"""Of agent turns."""
UNMEASURED_TURN_SHARE: Final = 0.015
UNMEASURED_CALL_SHARE: Final = 0.012
FILLER_SHARE: Final = 0.35
"""Of agent turns that wait for a tool."""
CALL_INCIDENTS: Final = {
    "reconnect": 0.010,
    "false_interruption": 0.020,
    "silence": 0.025,
    "hold": 0.012,
    "dtmf": 0.015,
    "cancelled_turn": 0.015,
    "double_turn": 0.040,
    "network_degraded": 0.012,
    "agent_handoff": 0.010,
}

# --- surveys ----------------------------------------------------------------------------------------------
INVITED_SHARE: Final = 0.60
ANSWER_SHARES: Final = (0.17, 0.16, 0.14, 0.12, 0.10, 0.07, 0.05, 0.045, 0.06, 0.085, 0.12)
"""Chance to answer, by what the customer feels (0 to 10): the extremes answer more."""
ANSWER_REVISED_SHARE: Final = 0.1
"""Answers that arrive as revision 2 of an invitation sent earlier."""
CALLBACK_SHARE: Final = 0.005
CALLBACK_ANSWERED_SHARE: Final = 0.85
TICKET_LEFT_OPEN_SHARE: Final = 0.05

# --- usage --------------------------------------------------------------------------------------------------
TELEPHONY_BILLED_SHARE: Final = 0.6
TELEPHONY_USD_E4_PER_MINUTE: Final = 85
PLATFORM_BILLED_SHARE: Final = 0.3
PLATFORM_USD_E4_PER_MINUTE: Final = 100
EUR_SHARE: Final = 0.002
"""Of billed telephony lines."""
UNPRICED_MODEL: Final = "gpt-x-preview"
UNPRICED_SHARE: Final = 0.023
"""Of LLM lines, which makes about 0.5 % of all usage lines."""
ANALYSIS_SHARE: Final = 0.01

# --- delivery -------------------------------------------------------------------------------------------------
LOG_FORM_SHARE: Final = 0.03
"""Of calls whose children come as separate lines."""
NEXT_DAY_SHARE: Final = 0.06
"""Of those lines that arrive a day later."""
DIRT_PER_CALL: Final = 0.0045
"""Calls that get one piece of dirt; with about 2.5 lines a call this is about 0.2 % of the lines."""
DIRT_KINDS: Final = {
    "truncated_json": 0.12,
    "wrong_type": 0.08,
    "not_a_number": 0.06,
    "naive_time": 0.08,
    "duplicate": 0.14,
    "older_revision": 0.09,
    "corrected": 0.12,
    "orphan_survey": 0.07,
    "negative_latency": 0.07,
    "ended_before_started": 0.05,
    "unknown_value": 0.06,
    "unknown_key": 0.06,
}
