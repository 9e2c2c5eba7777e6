"""Clients that give up after five silent seconds live through a longer wake."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from spaces.lifecycle import Stage
from tests.live.private_parts import private_edge

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    with private_edge(tmp_path_factory.mktemp("private")) as parts:
        yield parts


@pytest.mark.parametrize("guarded", [True, False])
async def test_gradios_client_waits_for_a_sleeping_space(parts, guarded):
    """As `gradio_client.Client` asks for `/config`: by httpx with its own five seconds."""
    parts.asleep(stage=Stage.SLEEPING, guarded=guarded)
    parts.waker.seconds = 7.0
    parts.waker.act = lambda _: parts.app.address
    headers = {
        "Host": parts.host(parts.sub),
        "User-Agent": "unknown/None; gradio_client/2.7.2; hf_hub/2.4.0",
        "X-HF-Authorization": f"Bearer {parts.tokens['member']}",
    }
    answer = await asyncio.to_thread(httpx.get, parts.url("/config"), headers=headers)
    assert (answer.status_code, answer.json()["path"]) == (200, "/config")
    with pytest.raises(httpx.ReadTimeout):
        await asyncio.to_thread(httpx.get, parts.url("/config"), headers=headers | {"User-Agent": "else"})
