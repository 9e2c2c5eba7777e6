"""An API that shows what reaches an app: headers, streams, uploads, WebSockets, and patience."""

import asyncio
import hashlib
import json
import os

from fastapi import FastAPI, Query, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

app = FastAPI(title="Echo API")


@app.get("/")
def hello() -> dict:
    return {"hello": os.environ.get("GREETING", "world"), "space": os.environ.get("SPACE_ID"), "uid": os.getuid()}


@app.get("/headers")
def headers(request: Request) -> dict:
    return dict(request.headers)


@app.get("/slow")
async def slow(seconds: float = Query(30, ge=0, le=120)) -> dict:
    await asyncio.sleep(seconds)
    return {"slept": seconds}


@app.get("/events")
async def events(count: int = Query(5, ge=1, le=10_000), pause: float = Query(0.2, ge=0, le=60)) -> StreamingResponse:
    async def tell():
        for number in range(count):
            yield f"data: {json.dumps({'number': number})}\n\n"
            await asyncio.sleep(pause)

    return StreamingResponse(tell(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


@app.post("/upload")
async def upload(request: Request) -> dict:
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


@app.websocket("/ws")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            message = await socket.receive_text()
            await socket.send_text(message)
    except WebSocketDisconnect:
        pass
