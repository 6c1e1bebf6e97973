"""Tokens before a request is sent: estimated from its bytes, with no tokenizer and no download."""

from msgspec import Struct

from analytics.labeling.journal import Usages

#: Bytes of JSON and English text per token before anything was measured; the first estimate has 15 % on top.
_BYTES_PER_TOKEN = 3.6
_MARGIN = 0.15
_FIRST_OUTPUT_TOKENS = 200
#: So many answers make a line.
_ENOUGH = 20
#: What a server adds to the text: roles, separators, the schema's name.
_OVERHEAD_TOKENS = 64


class Range(Struct, frozen=True):
    """An estimate: low, expected and high."""

    low: float
    expected: float
    high: float


class TokenEstimate(Struct, frozen=True):
    """Input tokens = fixed + per_byte x bytes of the user message; output tokens per call."""

    fixed: float
    per_byte: float
    output_tokens: float
    is_measured: bool

    def input_tokens(self, content_bytes: int) -> float:
        """Expected input tokens of one call."""
        return max(self.fixed + self.per_byte * content_bytes, 0.0)


def estimate_tokens(usages: Usages, static_bytes: int) -> TokenEstimate:
    """A least-squares line over the answers so far; before 20 of them, bytes / 3.6 and 15 % on top.

    Args:
        usages: sums over the journal's answers of this version.
        static_bytes: bytes of the part of a request that is equal for all calls.
    """
    spread = usages.n * usages.bytes_squared - usages.bytes**2
    if usages.n < _ENOUGH:
        per_byte = (1 + _MARGIN) / _BYTES_PER_TOKEN
        return TokenEstimate(static_bytes * per_byte, per_byte, _FIRST_OUTPUT_TOKENS, is_measured=False)
    covariance = usages.n * usages.bytes_times_tokens - usages.bytes * usages.input_tokens
    per_byte = covariance / spread if spread else 0.0
    fixed = (usages.input_tokens - per_byte * usages.bytes) / usages.n
    return TokenEstimate(fixed, per_byte, usages.output_tokens / usages.n, is_measured=True)


def most_input_tokens(request_bytes: int) -> int:
    """No byte-level tokenizer makes more than one token of a byte."""
    return request_bytes + _OVERHEAD_TOKENS
