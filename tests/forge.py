"""Somebody else's forge: a real HTTP server in front of git's own `http-backend`, and of a few files by git-lfs."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.gitkit import ENV


class Forge:
    """Serves the bare repositories of `folder` to everybody. `asked` are the lines of all requests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.origin = folder, ""
        self.asked: list[str] = []
        self.large: dict[str, bytes] = {}
        folder.mkdir(parents=True)

    def repository(self, name: str, *commits: dict[str, str | bytes], branch: str = "master") -> str:
        """A bare repository with these commits, each of exactly its files; returns the last."""
        bare = self.folder / name
        git = ["git", f"--git-dir={bare}"]
        subprocess.run(["git", "init", "-q", "--bare", "-b", branch, bare], check=True, env=ENV)
        stream = b""
        for files in commits:
            stream += (
                f"commit refs/heads/{branch}\ncommitter a <a@b.c> 1700000000 +0000\ndata 1\nx\ndeleteall\n".encode()
            )
            for path, content in files.items():
                data = content.encode() if isinstance(content, str) else content
                stream += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
        subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True, env=ENV)
        return subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()

    def pointer(self, content: bytes, keep: bool = True) -> str:
        """Puts a large file on the forge; returns its pointer."""
        oid = hashlib.sha256(content).hexdigest()
        if keep:
            self.large[oid] = content
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"


@contextlib.contextmanager
def running(folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Forge]:
    """A forge on loopback; https with a certificate and its key."""
    forge = Forge(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            forge.asked.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith("/large/"):
                content = forge.large.get(self.path.rpartition("/")[2])
                self.reply(200 if content is not None else 404, content or b"")
            elif self.path.endswith("/info/lfs/objects/batch"):
                self.reply(
                    200,
                    json.dumps({"objects": [self.described(each) for each in json.loads(body)["objects"]]}).encode(),
                )
            else:
                self.backend(body)

        do_POST = do_GET

        def described(self, wanted: dict) -> dict:
            if wanted["oid"] not in forge.large:
                return wanted | {"error": {"code": 404, "message": "not here"}}
            return wanted | {"actions": {"download": {"href": f"{forge.origin}/large/{wanted['oid']}"}}}

        def backend(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            env = ENV | {
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": unquote(parts.path),
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            done = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True)
            head, _, rest = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
            self.reply(int(headers.pop("Status", "200").split()[0]), rest, headers)

        def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        forge.origin = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield forge
        finally:
            server.shutdown()
