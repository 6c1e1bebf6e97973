"""Tokens before a request is sent: estimated from its bytes, with no tokenizer and no download."""

from msgspec import Struct

from analytics.labeling.journal_records import Usages

#: Bytes of JSON and English text per token before anything was measured, at most and expected.
_MOST_BYTES_PER_TOKEN = 4.4
_BYTES_PER_TOKEN = 3.6
_FIRST_MARGIN = 0.15
_FIRST_OUTPUT_TOKENS = 200
#: So many answers make a line; it is then taken to be right to a tenth.
_ENOUGH = 20
_MARGIN = 0.10
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

    def input_range(self, calls: int, content_bytes: int) -> Range:
        """Input tokens of so many calls with so many bytes of user messages in all."""
        expected = max(self.fixed * calls + self.per_byte * content_bytes, 0.0)
        if self.is_measured:
            return Range(expected * (1 - _MARGIN), expected, expected * (1 + _MARGIN))
        return Range(expected * _BYTES_PER_TOKEN / _MOST_BYTES_PER_TOKEN, expected, expected * (1 + _FIRST_MARGIN))

    def output_range(self, calls: int, max_output_tokens: int) -> Range:
        """Output tokens of so many calls; at most what each may write."""
        expected = min(self.output_tokens, max_output_tokens) * calls
        return Range(expected / 2, expected, float(max_output_tokens * calls))


def estimate_tokens(usages: Usages, static_bytes: int) -> TokenEstimate:
    """A least-squares line over the answers so far; before 20 of them, bytes / 3.6.

    Args:
        usages: sums over the journal's answers of this version.
        static_bytes: bytes of the part of a request that is equal for all calls.
    """
    if usages.n < _ENOUGH:
        fixed = static_bytes / _BYTES_PER_TOKEN
        return TokenEstimate(fixed, 1 / _BYTES_PER_TOKEN, _FIRST_OUTPUT_TOKENS, is_measured=False)
    spread = usages.n * usages.bytes_squared - usages.bytes**2
    covariance = usages.n * usages.bytes_times_tokens - usages.bytes * usages.input_tokens
    per_byte = covariance / spread if spread else 0.0
    fixed = (usages.input_tokens - per_byte * usages.bytes) / usages.n
    return TokenEstimate(fixed, per_byte, usages.output_tokens / usages.n, is_measured=True)


def most_input_tokens(request_bytes: int) -> int:
    """No byte-level tokenizer makes more than one token of a byte."""
    return request_bytes + _OVERHEAD_TOKENS
