"""A platform with believable content, to look at its pages: people, an organization, Spaces at many stages, GPUs held and waited for.

`SETTINGS` is what such a platform is started with, `fill` puts the content there, and `pages` names every page to look at.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page

from tests.harness import Platform

SETTINGS = {"DEMODOCK_GPUS": "sim:2xA100-80GB,4xT4-16GB", "DEMODOCK_REGISTRATION": "1"}
ME = "mei"
LAB = "vision-lab"
PASSWORD = "seven quiet harbours"
FULL, STILL = f"{LAB}/depth", f"{ME}/strokes"
"""A Space with everything that a page can show, and one without a process."""
SLEEPING, WAITING, BROKEN, EMPTY = "jonas/birds", f"{ME}/poems", "jonas/fridge", "jonas/idea"
PAUSED, DATASET = "amara/echo", f"{ME}/proverbs"

PEOPLE = {ME: "admin", "jonas": "member", "amara": "member", "tomas": "member", "yuki": "member", "lin": "member"}


@dataclass(frozen=True)
class Demo:
    """A Space to be made. Without hardware it is static."""

    name: str
    title: str
    look: str
    """Emoji and the two colors of its card."""
    about: str
    tags: str
    likes: int = 0
    hardware: str = ""
    card: str = ""
    """Further lines of its card."""
    waits: int = 0
    """Seconds until its app listens."""
    files: dict[str, str] = field(default_factory=dict)


DEMOS = (
    Demo(
        FULL,
        "Depth from one photo",
        "🏔️ indigo blue",
        "Drop a picture and see how far away everything in it is",
        "depth, vision",
        5,
        "a100-large",
        "hf_oauth: true\n",
    ),
    Demo(
        f"{LAB}/cutout",
        "Cut out anything",
        "✂️ purple pink",
        "Click on a thing and get it without its background",
        "vision, segmentation",
        4,
        "a100-large",
    ),
    Demo(WAITING, "古诗续写", "🖌️ red yellow", "输入上句，续写一首七言绝句", "text, poetry", 3, "a100-large"),
    Demo(STILL, "汉字笔顺", "✍️ green yellow", "一笔一画学写汉字，支持简体与繁体", "education, chinese", 4),
    Demo(
        "jonas/tides",
        "Tide tables",
        "🌊 blue green",
        "High and low water for three harbours, drawn as a curve",
        "maps",
        5,
    ),
    Demo(
        "jonas/chess",
        "Chess endings",
        "♟️ gray indigo",
        "Play the last ten moves against a perfect opponent",
        "games",
        2,
    ),
    Demo(
        SLEEPING,
        "Who is singing?",
        "🐦 yellow green",
        "Names the birds in a recording made at your window",
        "audio",
        3,
        "cpu-basic",
        waits=12,
    ),
    Demo(
        f"{ME}/palette",
        "Palette from a painting",
        "🎨 pink purple",
        "Five colors that belong together",
        "vision, color",
        1,
    ),
    Demo(PAUSED, "Echo", "📣 blue purple", "Says it again, an octave lower", "audio", 1, "cpu-basic"),
    Demo("admin/handbook", "Handbook", "📚 gray blue", "How we name, build and retire demos", "docs", 0),
)

README = """\
# {title}

{about}. Everything runs on this platform and nothing is sent elsewhere.

| Input | Limit |
| --- | --- |
| Picture | 12 megapixels |
| Recording | 2 minutes |

```python
from gradio_client import Client

client = Client("{name}")
print(client.predict("mountain.jpg"))
```
"""
PROVERBS = """\
---
license: cc-by-4.0
language: [en, zh]
---

# Proverbs

Short sayings with their sources, in two languages.
"""
INDEX = """\
<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="stylesheet" href="style.css">
<main><h1>{look} {title}</h1><p>{about}.</p>
<svg viewBox="0 0 600 160" role="img" aria-label="A curve"><path d="M0 90 C 60 10 110 10 160 85 S 260 160 310 85 S 410 5 460 75 S 550 150 600 80"/></svg>
<p><label>Place <input value="Harbour wall"></label> <button>Show</button></p></main></html>
"""
STYLE = """\
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; background: #f4f7fb; color: #17212f; }
main { max-width: 680px; margin: 0 auto; padding: 40px 24px; }
svg { width: 100%; background: #fff; border-radius: 14px; box-shadow: 0 8px 30px -18px #123; }
path { fill: none; stroke: #2367c9; stroke-width: 4; }
input, button { font: inherit; padding: 6px 12px; border: 1px solid #b7c2d0; border-radius: 8px; }
button { background: #2367c9; color: #fff; }
"""
APP = """\
import functools
import http.server
import time

print("\\x1b[32mloading\\x1b[0m weights of 340 MB", flush=True)
time.sleep({waits})
print("\\x1b[1mready\\x1b[0m in 2.1 s, listening on 7860", flush=True)
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="page")
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), handler).serve_forever()
"""
DOCKERFILE = 'FROM python:3.11-slim\nCOPY . .\nCMD ["python", "-u", "app.py"]\n'


class Showcase:
    """What was put on a platform, and what its people need to get in."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.tokens: dict[str, str] = {"admin": platform.token}
        self.links: dict[str, str] = {}
        """Addresses that are told once, by what they are for."""

    def fill(self) -> None:
        """Makes people and Spaces, and waits until each Space stands as it should."""
        for name, role in PEOPLE.items():
            self._call("POST", "/api/admin/users", {"name": name, "role": role})
            self.tokens[name] = self._call("POST", "/api/tokens", {"name": "laptop", "scope": "write", "owner": name})[
                "token"
            ]
        self._call("POST", "/api/organizations", {"name": LAB, "fullname": "Vision Lab"}, ME)
        *first, last = sorted(DEMOS, key=lambda demo: demo.name == WAITING)
        for demo in first:
            self.publish(demo)
        for template in ("jonas/tides", f"{ME}/palette"):
            self._call("PUT", f"/api/spaces/{template}/settings", {"template": True})
        for name, sdk in ((EMPTY, "gradio"), (BROKEN, "docker")):
            owner, _, called = name.partition("/")
            self._call(
                "POST", "/api/repos/create", {"type": "space", "name": called, "organization": owner, "sdk": sdk}
            )
        self.commit(BROKEN, "Cook with what is there", _broken())
        self._call(
            "POST", "/api/repos/create", {"type": "space", "name": "draft", "sdk": "static", "private": True}, ME
        )
        called = DATASET.partition("/")[2]
        self._call("POST", "/api/repos/create", {"type": "dataset", "name": called}, ME)
        self.commit(
            DATASET, "Three to begin with", {"README.md": PROVERBS, "proverbs.csv": "no,text\n1,a\n"}, "datasets"
        )
        for demo in first:
            self.platform.wait(demo.name)
        self.publish(last)  # to find no GPU free
        self._settle()

    def publish(self, demo: Demo) -> None:
        """Makes the Space, with two commits, and has people like it."""
        more = {"hardware": demo.hardware} if demo.hardware else {}
        self.make(demo.name, "docker" if demo.hardware else "static", _files(demo), **more)
        if demo.name == FULL:
            self.commit(
                demo.name, "Say which weights are loaded", {"app.py": APP.format(waits=1).replace("weights", "small")}
            )
        for person in [*PEOPLE][: demo.likes]:
            self._call("POST", f"/api/spaces/{demo.name}/like", None, person)

    def make(self, name: str, sdk: str, files: dict[str, str], **more: str) -> None:
        """A Space of that name with its first commit."""
        owner, _, called = name.partition("/")
        made = {"type": "space", "name": called, "organization": owner, "sdk": sdk}
        self._call("POST", "/api/repos/create", made | more)
        self.commit(name, "First version", files)

    def commit(self, name: str, title: str, files: dict[str, str], kind: str = "spaces") -> None:
        """One commit by whoever owns the repository."""
        author = name.split("/")[0]
        lines: list[dict[str, object]] = [{"key": "header", "value": {"summary": title, "description": ""}}]
        for path, text in files.items():
            content = base64.b64encode(text.encode()).decode()
            lines.append({"key": "file", "value": {"path": path, "content": content, "encoding": "base64"}})
        body = "\n".join(json.dumps(line) for line in lines).encode()
        headers = {
            "Authorization": f"Bearer {self.tokens.get(author, self.tokens[ME])}",
            "Content-Type": "application/x-ndjson",
        }
        answer = self.platform.request("POST", self.platform.control, f"/api/{kind}/{name}/commit/main", body, headers)
        assert answer.status == 200, answer.text

    def rest(self) -> None:
        """Puts the Space `SLEEPING` to sleep, from which a visit has woken it."""
        if self.platform.runtime(SLEEPING)["stage"] != "SLEEPING":
            self.platform.wait(SLEEPING)
            self._call("POST", f"/api/spaces/{SLEEPING}/sleep")
            self.platform.wait(SLEEPING, "SLEEPING")

    def client_id(self) -> str:
        """Under which the Space `FULL` sends people to sign in."""
        with closing(sqlite3.connect(self.platform.data / "demodock.db")) as database:
            return str(database.execute("SELECT client_id FROM oauthclient WHERE space_id IS NOT NULL").fetchone()[0])

    # -- private

    def _settle(self) -> None:
        self.platform.wait_for(lambda: self.platform.runtime(WAITING).get("phase") == "waiting_for_gpu")
        self.platform.wait(BROKEN, "BUILD_ERROR")
        self._call("POST", f"/api/spaces/{PAUSED}/pause")
        self.links["password"] = str(self._call("POST", "/api/admin/users/lin/link")["link"])
        invited = {"recipient": "ada@example.org", "role": "write"}
        self.links["invitation"] = str(self._call("POST", f"/api/organizations/{LAB}/invitations", invited, ME)["link"])
        wanted = {"url": "https://127.0.0.1:9/nobody/at-home.git", "repository": f"{ME}/at-home"}
        self.links["import"] = f"/new/imports/{self._call('POST', '/api/spaces/import', wanted, ME)['id']}"
        self.rest()
        self._call("POST", f"/api/spaces/{FULL}/variables", {"key": "MODEL", "value": "depth-small"})
        self._call("POST", f"/api/spaces/{FULL}/secrets", {"key": "API_KEY", "value": "not a real one"})

    def _call(self, method: str, path: str, data: object = None, who: str = "admin") -> dict[str, object]:
        answer = self.platform.api(method, path, data, self.tokens[who])
        assert answer.status < 300, f"{method} {path}: {answer.text}"
        return answer.json() if answer.body else {}


def sign_in(page: Page, platform: Platform, name: str = ME) -> None:
    """By a link of an admin's, which sets the password."""
    link = platform.api("POST", f"/api/admin/users/{name}/link").json()["link"]
    page.goto(link)
    page.fill("main [name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/link/" not in url)


@dataclass(frozen=True)
class Look:
    """A page to look at: its name in a file's name, its address, and whether whoever looks is signed in."""

    name: str
    url: str
    signed_in: bool = True
    status: int = 200


def pages(show: Showcase) -> Iterator[Look]:
    """Every page there is."""
    platform = show.platform
    asked = {"client_id": show.client_id(), "response_type": "code", "scope": "openid profile", "state": "x"}
    asked |= {"redirect_uri": f"http://{platform.host(FULL)}/login/callback"}
    for name, path in {
        "gallery": "/",
        "gallery-filtered": "/?q=vision&sdk=docker",
        "gallery-none": "/?q=nothing-of-that-name",
        "person": f"/{ME}",
        "person-likes": f"/{ME}?tab=likes",
        "organization": f"/{LAB}",
        "app": f"/spaces/{STILL}",
        "app-static": "/spaces/jonas/tides",
        "app-sleeping": f"/spaces/{SLEEPING}",
        "app-waiting": f"/spaces/{WAITING}",
        "app-broken": f"/spaces/{BROKEN}",
        "app-empty": f"/spaces/{EMPTY}",
        "app-private": f"/spaces/{ME}/draft",
        "files": f"/spaces/{FULL}/tree/main",
        "folder": f"/spaces/{FULL}/tree/main/page",
        "blob": f"/spaces/{FULL}/blob/main/app.py",
        "blob-readme": f"/spaces/{FULL}/blob/main/README.md",
        "history": f"/spaces/{FULL}/commits/main",
        "diff": f"/spaces/{FULL}/commit/main",
        "edit": f"/spaces/{FULL}/edit/main/app.py",
        "new-file": f"/spaces/{FULL}/new/main",
        "upload": f"/spaces/{FULL}/upload/main",
        "embed": f"/spaces/{FULL}/embed",
        "api": f"/spaces/{FULL}/api",
        "logs": f"/spaces/{FULL}/logs",
        "revisions": f"/spaces/{FULL}/revisions",
        "analytics": f"/spaces/{FULL}/analytics",
        "settings": f"/spaces/{FULL}/settings",
        "new": "/new",
        "new-template": "/new?how=template",
        "new-upload": "/new?how=upload",
        "new-git": "/new?how=git",
        "new-import": "/new?how=import",
        "account": "/settings",
        "organizations": "/settings/organizations",
        "organization-settings": f"/settings/organizations/{LAB}",
        "applications": "/settings/applications",
        "consent": f"/oauth/authorize?{urlencode(asked)}",
        "device": "/oauth/device",
        "import": show.links["import"],
        "dataset": f"/datasets/{DATASET}",
        "console": "/admin-console",
        "console-quotas": "/admin-console/quotas",
        "console-quota": f"/admin-console/quotas/{LAB}",
        "console-flavors": "/admin-console/flavors",
        "console-flavor": "/admin-console/flavors/cpu-basic",
        "console-people": "/admin-console/people",
        "console-builds": "/admin-console/builds",
        "console-health": "/admin-console/health",
        "console-audit": "/admin-console/audit",
        "console-settings": "/admin-console/settings",
    }.items():
        yield Look(name, f"http://{platform.control}{path}")
    for name, path, status in (
        ("sign-in", "/login", 200),
        ("register", "/signup", 200),
        ("gallery-visitor", "/", 200),
        ("app-visitor", f"/spaces/{FULL}", 200),
        ("link", urlsplit(show.links["password"]).path, 200),
        ("join", urlsplit(show.links["invitation"]).path, 200),
        ("join-none", "/join/nonsense", 404),
        ("problem", "/nobody-of-that-name", 404),
    ):
        yield Look(name, f"http://{platform.control}{path}", False, status)
    for name, host, status in (
        ("nobody", f"nobody.{platform.control}", 404),
        ("failed", platform.host(BROKEN), 503),
        ("unbuilt", platform.host(EMPTY), 503),
        ("paused", platform.host(PAUSED), 503),
    ):
        yield Look(name, f"http://{host}/", False, status)
    yield Look("wake", f"http://{platform.host(SLEEPING)}/", False, 200)
    yield Look("in-line", f"http://{platform.host(WAITING)}/", False, 503)


# -- private


def _files(demo: Demo) -> dict[str, str]:
    emoji, first, second = demo.look.split()
    told = {"title": demo.title, "look": emoji, "about": demo.about, "name": demo.name}
    card = (
        f"title: {demo.title}\nemoji: {emoji}\ncolorFrom: {first}\ncolorTo: {second}\n"
        f"sdk: {'docker' if demo.hardware else 'static'}\nshort_description: {demo.about}\n"
        f"tags: [{demo.tags}]\nlicense: apache-2.0\n{demo.card}"
    )
    page = {"index.html": INDEX.format(**told), "style.css": STYLE}
    files = {"README.md": f"---\n{card}---\n{README.format(**told)}", **demo.files}
    if not demo.hardware:
        return files | page
    return files | {
        "app.py": APP.format(waits=demo.waits),
        "Dockerfile": DOCKERFILE,
        **{f"page/{path}": text for path, text in page.items()},
    }


def _broken() -> dict[str, str]:
    card = "---\ntitle: What is in the fridge?\nemoji: 🍜\ncolorFrom: yellow\ncolorTo: red\nsdk: docker\n---\n"
    steps = 'FROM python:3.11-slim\nRUN python -c "import soup"\nCMD ["true"]\n'
    return {"README.md": card, "Dockerfile": steps}
