"""What an instance may do, whatever its image says: inspected, and tried from inside."""

from __future__ import annotations

import ast
import io
import json

import docker
import pytest

from spaces import names
from spaces.engines.base import ContainerState, Mount
from spaces.engines.docker import DockerEngine
from spaces.errors import StartFailed
from spaces.settings import Settings
from tests import guinea

INSTALLATION = names.LABEL_INSTALLATION


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("hardening"))


@pytest.fixture
def engine(place):
    engine = DockerEngine(place)
    yield engine
    guinea.clean(place)


@pytest.fixture(scope="module")
def api():
    return docker.APIClient(version="auto", timeout=120)


def image(api, place, *instructions: str) -> str:
    """An image of the base with these instructions on top."""
    text = "\n".join([f"FROM {guinea.base_image()}", *instructions, ""])
    said = [json.loads(line) for line in api.build(fileobj=io.BytesIO(text.encode()), rm=True, labels={INSTALLATION: place.installation}) for line in line.splitlines()]  # fmt: skip
    return next(each["aux"]["ID"] for each in said if "aux" in each)


HOST_CONFIG = {
    "Binds": [],
    "CapDrop": ["ALL"],
    "CgroupnsMode": "private",
    "CpuPeriod": 100000,
    "CpuQuota": 100000,
    "Init": True,
    "IpcMode": "private",
    "LogConfig": {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10485760"}},
    "Memory": 256 << 20,
    "MemorySwap": 256 << 20,
    "OomScoreAdj": 500,
    "PidsLimit": 64,
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "Runtime": "runc",
    "SecurityOpt": ["no-new-privileges"],
    "ShmSize": 128 << 20,
    "Ulimits": [{"Name": "nofile", "Hard": 16384, "Soft": 16384}, {"Name": "core", "Hard": 0, "Soft": 0}],
}
NEUTRAL = {"ConsoleSize", "Isolation", "MaskedPaths", "NetworkMode", "ReadonlyPaths"}
"""Held elsewhere, or the engine's own defaults."""


def test_p8_the_engine_holds_an_instance_to_exactly_this(engine, place, api):
    spec = guinea.make_spec(place, guinea.base_image())
    engine.launch(spec)
    record = api.inspect_container(spec.name)
    host = {key: value for key, value in record["HostConfig"].items() if key not in NEUTRAL}
    assert {key: host.get(key) for key in HOST_CONFIG} == HOST_CONFIG
    beyond = {key: value for key, value in host.items() if key not in HOST_CONFIG and value}
    assert beyond == {}, "the engine was asked for, or gave, more than is written here"
    assert record["HostConfig"]["NetworkMode"] == spec.network and record["Mounts"] == []
    assert record["HostConfig"]["MaskedPaths"] and record["HostConfig"]["ReadonlyPaths"]
    config = record["Config"]
    assert (config["User"], config["StopSignal"], config["Healthcheck"]) == ("1000:1000", "SIGTERM", {"Test": ["NONE"]})
    assert (config["Entrypoint"] or [], config["Cmd"]) == ([], list(spec.command))


def test_p8_what_is_mounted_comes_from_the_shelf_read_only(engine, place, api):
    (place.data / "shelf/commits/1/a").mkdir(parents=True)
    (place.data / "shelf/commits/1/a/f").write_text("f")
    spec = guinea.make_spec(place, guinea.base_image(), mounts=(Mount(folder="commits/1/a", target="/models"),))
    seen = engine.launch(spec)
    options = {"Propagation": "rprivate", "NonRecursive": True}
    source = f"{place.data}/shelf/commits/1/a"
    bound = {"Type": "bind", "Source": source, "Target": "/models", "ReadOnly": True, "BindOptions": options}
    assert api.inspect_container(spec.name)["HostConfig"]["Mounts"] == [bound]
    assert guinea.evaluate(seen, "open('/models/f').read()") == "'f'"
    assert "Read-only file system" in guinea.evaluate(seen, "open('/models/f', 'w')")
    missing = spec.model_copy(update={"mounts": (Mount(folder="commits/1/none", target="/models"),)})
    with pytest.raises(StartFailed, match="does not see the files"):
        engine.launch(missing)


def test_p8_from_inside_there_are_no_privileges_left(engine, place):
    seen = engine.launch(guinea.make_spec(place, guinea.base_image()))
    lines = "dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)"
    status = ast.literal_eval(guinea.evaluate(seen, lines))
    assert {status[key] for key in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert status["Uid"].split() == ["1000"] * 4 and status["Gid"].split() == ["1000"] * 4


def test_p7_no_socket_of_the_engine_is_inside(engine, place):
    seen = engine.launch(guinea.make_spec(place, guinea.base_image()))
    found = guinea.evaluate(
        seen,
        "[p for p in ('/var/run/docker.sock','/run/docker.sock','/run/containerd') if __import__('os').path.exists(p)]",
    )
    assert found == "[]"
    mounts = guinea.evaluate(
        seen, "[l.split()[4] for l in open('/proc/self/mountinfo') if l.split()[4].endswith('.sock')]"
    )
    assert mounts == "[]"


LIES = {
    "entrypoint": ['ENTRYPOINT ["sleep", "1000"]', 'CMD ["sleep", "1000"]'],
    "user": ["USER root"],
    "healthcheck": ["HEALTHCHECK --interval=1s CMD sleep 1000"],
    "stopsignal": ["STOPSIGNAL SIGUSR1"],
    "expose": ["EXPOSE 22 80"],
    "shell": ['SHELL ["false"]'],
    "environment": ["ENV NVIDIA_VISIBLE_DEVICES=all SYSTEM=bare"],
}


@pytest.mark.parametrize("lie", LIES)
def test_p71_p17_the_platforms_values_win_over_the_images(engine, place, api, lie):
    spec = guinea.make_spec(place, image(api, place, *LIES[lie]), env=(("SYSTEM", "spaces"),))
    seen = engine.launch(spec)
    inside = "(os:=__import__('os')).getuid(), os.environ['NVIDIA_VISIBLE_DEVICES'], os.environ['SYSTEM']"
    assert guinea.evaluate(seen, f"({inside})") == "(1000, 'void', 'spaces')"
    record = api.inspect_container(spec.name)
    assert "Health" not in record["State"] and not record["HostConfig"]["PortBindings"]
    assert not any(record["NetworkSettings"]["Ports"].values())
    engine.stop(spec.name, grace=20)
    assert engine.observe(spec.name)[0].exit_code == 0, "SIGTERM reached the app, which then ends by itself"


def test_p71_an_app_that_ignores_the_signal_is_killed_after_its_grace(engine, place):
    deaf = guinea.APP.replace("lambda *_: os._exit(0)", "signal.SIG_IGN")
    spec = guinea.make_spec(place, guinea.base_image(), command=("python3", "-u", "-c", deaf))
    guinea.ask(engine.launch(spec))
    engine.stop(spec.name, grace=1)
    (ended,) = engine.observe(spec.name)
    assert (ended.state, ended.exit_code) == (ContainerState.EXITED, 137)


def test_p52_anonymous_volumes_of_an_image_go_with_the_container(engine, place, api):
    spec = guinea.make_spec(place, image(api, place, "VOLUME /home/user/scratch /var/more"))
    guinea.ask(engine.launch(spec))
    made = [mount["Name"] for mount in api.inspect_container(spec.name)["Mounts"]]
    assert len(made) == 2
    engine.remove(spec.name, space_id=spec.space_id)
    left = [volume["Name"] for volume in api.volumes()["Volumes"] or []]
    assert not set(made) & set(left)
    assert not api.networks(names=[spec.network])


def test_p52_data_belongs_to_the_app_outlives_the_container_and_goes_with_the_space(engine, place, api):
    volume = names.volume_name(place.installation, 1)
    bare = image(api, place, "USER root", "RUN rm -rf /data")
    spec = guinea.make_spec(place, bare, volume=volume)
    seen = engine.launch(spec)
    assert guinea.evaluate(seen, "open('/data/kept', 'w').write('x')") == "1"
    engine.remove(spec.name)
    assert guinea.evaluate(engine.launch(spec), "open('/data/kept').read()") == "'x'"
    engine.remove(spec.name, space_id=1)
    assert volume not in [each["Name"] for each in api.volumes()["Volumes"] or []]


def test_p4_an_images_labels_make_nobody_an_owner(engine, place, api):
    claims = {
        INSTALLATION: "other",
        names.LABEL_KIND: "build",
        names.LABEL_SPACE: "99",
        names.LABEL_SPEC: "x",
        names.LABEL_LAYER: "y",
    }
    lying = image(api, place, "LABEL " + " ".join(f"{key}={value}" for key, value in claims.items()))
    spec = guinea.make_spec(place, lying)
    seen = engine.launch(spec)
    assert (seen.space_id, seen.spec) == (1, spec.digest())
    worn = api.inspect_container(spec.name)["Config"]["Labels"]
    assert (worn[INSTALLATION], worn[names.LABEL_KIND], worn[names.LABEL_SPACE]) == (
        place.installation,
        "instance",
        "1",
    )
    assert worn[names.LABEL_LAYER] == ""


@pytest.mark.parametrize("name", ["demodock-{id}-s1-r1-g0x", "demodock-ffffffff-s1-r1-g0", "bystander-{id}"])
def test_p4_a_container_with_our_label_and_a_foreign_name_is_left_alone(engine, place, api, name):
    name = name.format(id=place.installation)
    labels = {INSTALLATION: place.installation, names.LABEL_KIND: "instance", names.LABEL_SPACE: "1"}
    body = {"Image": guinea.base_image(), "Entrypoint": [], "Cmd": ["sleep", "1000"], "Labels": labels}
    api.create_container_from_config(body, name)
    api.start(name)
    assert engine.observe() == [] and engine.observe(name) == []
    engine.stop(name, grace=0)
    engine.remove(name, space_id=1)
    assert api.inspect_container(name)["State"]["Running"]


def test_p4_a_container_with_our_name_and_no_label_is_left_alone_and_explained(engine, place, api):
    spec = guinea.make_spec(place, guinea.base_image())
    made = api.create_container_from_config({"Image": guinea.base_image(), "Cmd": ["sleep", "1000"]}, spec.name)["Id"]
    try:
        with pytest.raises(StartFailed, match="not ours"):
            engine.launch(spec)
        engine.remove(spec.name)
        assert engine.observe() == [] and api.inspect_container(made)["State"]["Status"] == "created"
    finally:
        api.remove_container(made, force=True)


def test_a_command_that_does_not_exist_ends_at_once_and_the_log_names_it(engine, place):
    spec = guinea.make_spec(place, guinea.base_image(), command=("no-such-command",))
    engine.launch(spec)
    ended = guinea.until(lambda: [seen for seen in engine.observe(spec.name) if seen.state == ContainerState.EXITED])[0]
    assert ended.exit_code == 127
    assert "no-such-command" in " ".join(line.text for line in engine.logs(spec.name))


def test_p62_what_people_do_by_hand_is_seen_and_mended(engine, place, api):
    spec = guinea.make_spec(place, guinea.base_image())
    first = engine.launch(spec)
    api.disconnect_container_from_network(spec.name, spec.network, force=True)
    assert engine.observe(spec.name)[0].address is None
    assert guinea.ask(engine.launch(spec))
    api.kill(spec.name)
    assert engine.observe(spec.name)[0].exit_code == 137
    assert engine.launch(spec).container_id == first.container_id
    api.stop(spec.name, timeout=0)
    api.remove_network(spec.network)
    assert guinea.ask(engine.launch(spec)), "a container remembers its network by id: it is made anew with the network"
    api.remove_container(spec.name, force=True)
    assert engine.observe(spec.name) == []
    assert guinea.ask(engine.launch(spec))
