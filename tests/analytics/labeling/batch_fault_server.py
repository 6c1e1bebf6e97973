"""The fault server with files and batches: carries lines out when it is told to, and fails where a real one may.

A call says what happens to its line: `fault:<kind>` as in the fault server, and `expired` (error line), `lost` (no line),
`twice` (two lines), `text` (the body is JSON in a string). A batch is carried out at the first look after `finish`.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from aiohttp import web

from tests.analytics.labeling.fault_server import _DOCUMENT, _FAULT, FaultServer, answer, completion


class BatchFaultServer(FaultServer):
    """Use `batch_fault_server()`; `ends_as` is the status with which batches end."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.finish = True
        self.ends_as = "completed"
        self.foreign_lines = 0
        self.gone: str | None = None  # what the server forgot: batch, answers; all: what another project's key sees
        self.creating = (
            "well"  # well, hang (made, never answered), slow (made after a second), drop (never made), 500, 400
        )
        self.creating_second: str | None = None  # the mode of the second request to create
        self.asked_to_create = 0

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{id}", self._file)
        app.router.add_get("/v1/files/{id}/content", self._content)
        app.router.add_delete("/v1/files/{id}", self._delete)
        app.router.add_post("/v1/batches", self._create)
        app.router.add_get("/v1/batches", self._list)
        app.router.add_get("/v1/batches/{id}", self._retrieve)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """All requests of all batches, whether or not their files are still here."""
        return [line for batch in self.batches.values() for line in batch["lines"]]

    async def _upload(self, request: web.Request) -> web.Response:
        # not request.post(): where a boundary falls between two reads, aiohttp calls what it has deprecated itself
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        form = message_from_bytes(head + await request.read(), policy=HTTP)
        parts = {part.get_param("name", header="Content-Disposition"): part for part in form.iter_parts()}
        assert parts["purpose"].get_payload(decode=True) == b"batch"
        content = parts["file"].get_payload(decode=True)
        return web.json_response(self._stored(content, parts["file"].get_filename()))

    def _stored(self, content: bytes, name: str) -> dict[str, Any]:
        file_id = f"file-{len(self.files) + 1}"
        self.files[file_id] = content
        return {"id": file_id, "object": "file", "bytes": len(content), "created_at": 1, "filename": name,
                "purpose": "batch", "status": "processed"}  # fmt: skip

    async def _file(self, request: web.Request) -> web.Response:
        file_id = request.match_info["id"]
        if self.gone == "all" or file_id not in self.files:
            return _no_such()
        return web.json_response({"id": file_id, "object": "file", "purpose": "batch"})

    async def _content(self, request: web.Request) -> web.Response:
        if self.gone == "answers":
            return _no_such()
        return web.Response(body=self.files[request.match_info["id"]])

    async def _delete(self, request: web.Request) -> web.Response:
        file_id = request.match_info["id"]
        self.files[file_id] = b""
        return web.json_response({"id": file_id, "object": "file", "deleted": True})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked_to_create += 1
        mode = (self.creating_second if self.asked_to_create == 2 else None) or self.creating
        if mode == "400":
            return web.json_response({"error": {"message": "please help", "code": "billing_hard_limit"}}, status=400)
        if mode == "drop":
            await asyncio.sleep(60)
        if mode == "slow":
            await asyncio.sleep(1)
        batch = self._made(asked)
        if mode == "hang":
            await asyncio.sleep(60)
        return web.json_response(_shown(batch), status=500 if mode == "500" else 200)

    def _made(self, asked: dict[str, Any]) -> dict[str, Any]:
        batch_id = f"batch_{len(self.batches) + 1}"
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        assert len({line["custom_id"] for line in lines}) == len(lines)
        self.batches[batch_id] = {
            "id": batch_id, "object": "batch", "created_at": 1795593600, "endpoint": asked["endpoint"],
            "completion_window": "24h", "input_file_id": asked["input_file_id"], "status": "in_progress",
            "metadata": asked["metadata"], "lines": lines,
        }  # fmt: skip
        return self.batches[batch_id]

    async def _list(self, _: web.Request) -> web.Response:
        newest = [_shown(batch) for batch in reversed(self.batches.values()) if self.gone != "all"]
        return web.json_response({"object": "list", "data": newest, "has_more": False})

    async def _retrieve(self, request: web.Request) -> web.Response:
        if self.gone in ("batch", "all"):
            return _no_such()
        batch = self.batches[request.match_info["id"]]
        if self.finish and batch["status"] == "in_progress":
            self._carry_out(batch)
        return web.json_response(_shown(batch))

    def _carry_out(self, batch: dict[str, Any]) -> None:
        batch["status"] = self.ends_as
        if self.ends_as == "failed":
            batch["errors"] = {
                "object": "list",
                "data": [{"code": "token_limit_exceeded", "message": "please", "line": 1}],
            }
            return
        good, bad = [], []
        for line in reversed(batch["lines"]):  # the order of the output is any order
            for one in self._carried_out(line):
                (good if one["error"] is None and one["response"]["status_code"] == 200 else bad).append(one)
        good += [{"custom_id": f"foreign-{n}", "response": good[0]["response"], "error": None}
                 for n in range(self.foreign_lines)]  # fmt: skip
        for name, rows in (("output_file_id", good), ("error_file_id", bad)):
            if rows:
                batch[name] = self._stored("\n".join(json.dumps(row) for row in rows).encode(), name)["id"]

    def _carried_out(self, line: dict[str, Any]) -> Iterator[dict[str, Any]]:
        message = line["body"]["messages"][-1]["content"]
        match = _DOCUMENT.search(message)
        assert match is not None
        fault = _FAULT.search(match[2])
        key = hashlib.sha256(message.encode()).hexdigest()
        self.received[key] += 1
        kind = fault[1] if fault and not (fault[2] and self.received[key] > 1) else "none"
        row: dict[str, Any] = {"id": "r", "custom_id": line["custom_id"], "response": None, "error": None}
        if kind == "lost":
            return
        if kind == "expired":
            yield row | {"error": {"code": "batch_expired", "message": "late"}}
            return
        if kind in ("400", "429", "500"):
            error = {"error": {"message": "please help", "code": None}}
            yield row | {"response": {"status_code": int(kind), "request_id": "q", "body": error}}
            return
        self.paid[key] += 1
        said: Any = completion(line["body"], answer(json.loads(match[2]), kind), kind)
        body = json.dumps(said) if kind == "text" else said
        for _ in range(2 if kind == "twice" else 1):
            yield row | {"response": {"status_code": 200, "request_id": "q", "body": body}}


def _no_such() -> web.Response:
    return web.json_response({"error": {"message": "please help", "code": None}}, status=404)


def _shown(batch: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in batch.items() if name != "lines"}


@contextmanager
def batch_fault_server() -> Iterator[BatchFaultServer]:
    """A running server; it ends with the block."""
    server = BatchFaultServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
