"""`python -m benchmarks.answering`: answers every POST with one label until standard input is closed.

The port is the first line of standard output.
"""

import asyncio
import json
import sys

_LABEL = {
    "evidence": [],
    "sentiment_start": "neutral",
    "sentiment": "neutral",
    "outcome": "resolved",
    "resolved_probability": 0.9,
    "nps_predicted": 8,
    "positive_probability": 0.8,
    "topic": "billing",
    "injection_suspected": False,
}
_ANSWER = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "benchmark",
        "system_fingerprint": "x" * 400,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": json.dumps(_LABEL)}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 2700, "completion_tokens": 60, "total_tokens": 2760},
    }
).encode()
_HEAD = (
    f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(_ANSWER)}\r\n"
    "x-ratelimit-remaining-requests: 10000\r\nx-ratelimit-reset-requests: 1ms\r\n\r\n"
).encode()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            writer.write(_HEAD + _ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, limit=1 << 20)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
