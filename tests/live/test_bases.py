"""Base images on the real engine. The image is kept: its tag holds the recipe's hash."""

from __future__ import annotations

import docker
import pytest

from spaces.host import bases, engine

pytestmark = pytest.mark.live


@pytest.fixture
def client(place):
    client = docker.DockerClient(base_url=engine.ensure_engine(place, print))
    yield client
    client.close()


def test_a_base_image_holds_what_every_recipe_relies_on(place, client):
    python = bases.available_pythons(place)[0]
    image = bases.ensure_base(python, print, place)
    script = (
        "import os, shutil, sys; "
        f"assert sys.version.startswith({python!r}), sys.version; assert sys.prefix == '/opt/venv', sys.prefix; "
        "assert all(map(shutil.which, ['uv', 'git', 'gcc', 'g++', 'make', 'curl', 'tini', 'ip'])); "
        "open('/data/x', 'w'); open('/home/user/app/x', 'w'); open('/opt/venv/x', 'w'); "
        "print(os.getuid(), os.path.expanduser('~'))"
    )
    said = client.containers.run(image, ["python", "-c", script], user="1000", remove=True, network_mode="none")
    assert said.decode().split() == ["1000", "/home/user"]


def test_the_second_time_the_image_is_just_found(place, client):
    bases.ensure_base("3.11", print, place)
    lines: list[str] = []
    assert (
        bases.ensure_base("3.11", lines.append, place)
        == client.images.get(bases.base_tag("3.11", "debian:bookworm")).id
    )
    assert lines == []


def test_the_hosts_ca_bundle_is_not_baked_in(place, client):
    image = bases.ensure_base("3.11", print, place)
    said = client.containers.run(
        image,
        ["sh", "-c", "ls -A /tmp; cat /etc/apt/apt.conf.d/* | grep -i cainfo; env | grep -i cert; true"],
        remove=True,
    )
    assert said.decode().strip() == ""
