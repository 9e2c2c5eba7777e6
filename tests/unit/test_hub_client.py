"""The Hub's own Python client, unmodified, against the control host."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from spaces import db
from spaces.card import SpaceConfig
from spaces.engines.base import LogLine
from spaces.gpus import inventory
from spaces.gpus.source import choose
from spaces.lifecycle import Stage
from spaces.logs import RunLog, run_log
from spaces.models import Revision, Space
from spaces.models.types import now
from tests.unit.people import token_of


@pytest.fixture
def api(server) -> HfApi:
    return HfApi(endpoint=server, token=token_of("alice"))


def run_it(api: HfApi) -> Space:
    """Puts alice/demo into the state in which a builder and the controller leave it."""
    with db.writing() as session:
        space = session.get_one(Space, 1)
        revision = Revision(space_id=1, build_id=1, commit="a" * 40, config=SpaceConfig(sdk="gradio"))
        session.add(revision)
        session.flush()
        space.revision_id, space.stage, space.sdk = revision.id, Stage.RUNNING, "gradio"
        return space


def test_a_space_from_creation_to_deletion(api, server):
    url = api.create_repo(
        "alice/demo", repo_type="space", space_sdk="gradio", space_secrets=[{"key": "S", "value": "v"}]
    )
    assert str(url) == f"{server}/spaces/alice/demo" and url.repo_id == "alice/demo"
    again = api.create_repo("alice/demo", repo_type="space", space_sdk="gradio", exist_ok=True)
    assert again.repo_id == "alice/demo"
    with pytest.raises(HfHubHTTPError, match="already created"):
        api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    info = api.space_info("alice/demo")
    assert info.sdk == "gradio" and info.sha and [f.rfilename for f in info.siblings] == [".gitattributes"]
    assert info.host.endswith(info.subdomain + ".localhost:" + server.rpartition(":")[2])
    assert [space.id for space in api.list_spaces(author="alice")] == ["alice/demo"]
    assert api.whoami()["name"] == "alice"
    api.delete_repo("alice/demo", repo_type="space")
    with pytest.raises(RepositoryNotFoundError):
        api.space_info("alice/demo")
    with pytest.raises(RepositoryNotFoundError, match="Request ID: [0-9a-f]+"):
        api.delete_repo("alice/demo", repo_type="space")
    assert api.delete_repo("alice/demo", repo_type="space", missing_ok=True) is None


def test_running_it(api):
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    run_it(api)
    assert api.get_space_runtime("alice/demo").stage == "RUNNING"
    assert api.pause_space("alice/demo").stage == "PAUSED"
    assert api.restart_space("alice/demo").stage == "APP_STARTING"
    assert api.request_space_hardware("alice/demo", "cpu-upgrade", sleep_time=90).requested_hardware == "cpu-upgrade"
    assert api.set_space_sleep_time("alice/demo", 120).sleep_time == 120
    stranger = HfApi(endpoint=api.endpoint, token=token_of("bob"))
    with pytest.raises(HfHubHTTPError) as refused:
        stranger.pause_space("alice/demo")
    assert refused.value.response.status_code == 403
    with pytest.raises(RepositoryNotFoundError):
        stranger.get_space_runtime("bare")


def test_its_environment(api):
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    api.add_space_secret("alice/demo", "TOKEN", "hidden", description="for x")
    assert api.get_space_secrets("alice/demo")["TOKEN"].description == "for x"
    assert api.add_space_variable("alice/demo", "MODE", "fast")["MODE"].value == "fast"
    assert api.get_space_variables("alice/demo")["MODE"].updated_at
    assert api.delete_space_variable("alice/demo", "MODE") == {}
    api.delete_space_secret("alice/demo", "TOKEN")
    assert api.get_space_secrets("alice/demo") == {}


def test_its_logs_end_by_themselves_and_follow_as_they_come(api):
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    log, start = RunLog(run_log(1)), now()
    log.append(LogLine(at=start - dt.timedelta(seconds=9 - n), stream="stdout", text=f"line {n}") for n in range(5))
    began = time.monotonic()
    assert list(api.fetch_space_logs("alice/demo")) == [f"line {n}\n" for n in range(5)]
    assert 4 < time.monotonic() - began < 14, "a client that wants what is there takes 5 silent seconds for its end"
    following = iter(api.fetch_space_logs("alice/demo", follow=True))
    assert [next(following) for _ in range(5)][-1] == "line 4\n"
    log.append([LogLine(at=now(), stream="stdout", text="news")])
    assert next(following) == "news\n"
    following.close()


def test_hardware_with_gpus_is_read_and_requested(api, place):
    inventory.sync(choose(place.model_copy(update={"gpus": "sim:2xL4-24GB"})))
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio", space_hardware="l4x1", space_sleep_time=60)
    offered = {each.name: each for each in api.list_spaces_hardware()}
    assert list(offered) == ["cpu-basic", "cpu-upgrade", "l4x1"]
    gpu = offered["l4x1"].accelerator
    assert (gpu.type, gpu.model, gpu.quantity, gpu.vram, gpu.manufacturer) == ("gpu", "L4", "1", "24 GB", "Nvidia")
    assert offered["cpu-basic"].accelerator is None
    assert api.get_space_runtime("alice/demo").requested_hardware == "l4x1"
    assert api.request_space_hardware("alice/demo", "cpu-upgrade").requested_hardware == "cpu-upgrade"
    with pytest.raises(
        HfHubHTTPError, match="No GPU of this installation fits l4x4. Allowed: cpu-basic, cpu-upgrade, l4x1"
    ):
        api.request_space_hardware("alice/demo", "l4x4")
    with pytest.raises(HfHubHTTPError, match="ZeroGPU is not offered here"):
        api.request_space_hardware("alice/demo", "zero-a10g")


def test_hardware_that_a_card_suggests_is_shown_and_never_applied(api, place):
    inventory.sync(choose(place.model_copy(update={"gpus": "sim:2xT4-16GB"})))
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    card = b"---\nsdk: gradio\nsuggested_hardware: t4-small\n---\n"
    api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id="alice/demo", repo_type="space")
    assert api.space_info("alice/demo").card_data["suggested_hardware"] == "t4-small"
    assert api.get_space_runtime("alice/demo").requested_hardware == "cpu-basic"
