"""What the tests of the edge share."""

from __future__ import annotations

import itertools

BROWSER = {"Accept": "text/html,*/*;q=0.8", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
BOT = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
numbers = itertools.count(100)


async def get(client, parts, sub, path="/", **headers):
    async with client.get(parts.url(path), headers={"Host": parts.host(sub)} | headers) as answer:
        return answer.status, dict(answer.headers), await answer.text()
