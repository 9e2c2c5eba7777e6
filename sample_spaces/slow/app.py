"""Listens only after a long warm-up, the way an app with a large model does."""

import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WARM_UP = float(os.environ.get("WARM_UP", "12"))
STARTED = time.monotonic()
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Slow starter</title>
<body style="font-family: system-ui; margin: 4rem auto; max-width: 34rem">
<h1>Awake at last</h1><p id="warm-up">The warm-up took {took:.1f} s. From now on every answer is quick.</p></body></html>
"""


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = PAGE.format(took=TOOK).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


for percent in range(0, 100, 10):
    print(f"loading the model: {percent} %", flush=True)
    time.sleep(WARM_UP / 10)
TOOK = time.monotonic() - STARTED
print("loaded", flush=True)

ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "7860"))), Page).serve_forever()
