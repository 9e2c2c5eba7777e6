"""Builds of every kind, by a real worker on the real engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder import engine
from spaces import builds, db, env
from spaces.lifecycle import BuildStatus
from spaces.models import Build, Space
from spaces.models.space import EnvKind
from tests.live.building import Yard, yard

pytestmark = pytest.mark.live

PYTHON_STEP = "---\nsdk: static\napp_build_command: python make.py\napp_file: dist/index.html\n---\n"
MAKE = "import os, six; os.mkdir('dist'); open('dist/index.html', 'w').write('six ' + six.__version__)\n"
STREAMLESS = {"README.md": PYTHON_STEP, "make.py": MAKE, "requirements.txt": "six==1.16.0\n"}


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    with yard(tmp_path_factory.mktemp("yard")) as made:
        made.start_valkey()
        made.start_worker()
        yield made


def published(works: Yard, build: Build) -> Build:
    assert build.status == BuildStatus.SUCCEEDED, f"{build.reason}\n{works.log(build)}"
    return build


def test_plain_files_are_published_as_they_are(works):
    space = works.space({"README.md": "---\nsdk: static\n---\n", "index.html": "<h1>hello</h1>"})
    revision = works.revision(published(works, works.build(space)))
    assert revision.image == ""
    assert (builds.static_path(space, revision.id) / "index.html").read_text() == "<h1>hello</h1>"


def test_a_build_command_runs_on_its_requirements_and_its_output_is_published(works):
    space = works.space(STREAMLESS)
    build = published(works, works.build(space))
    folder = builds.static_path(space, works.revision(build).id)
    assert (folder / "dist/index.html").read_text() == "six 1.16.0"
    assert not (folder / "make.py").exists()
    assert "requirements.txt" in works.log(build)


def test_equal_requirements_share_one_layer(works):
    first = works.revision(published(works, works.build(works.space(STREAMLESS))))
    other = works.space(STREAMLESS | {"make.py": MAKE + "# other\n"})
    build = published(works, works.build(other))
    assert works.revision(build).layers == first.layers
    assert "as before" in works.log(build)
    fresh = published(works, works.build(other, factory=True))
    assert json.loads(works.revision(fresh).layers)[-1] != json.loads(first.layers)[-1]


def test_a_failing_build_command_says_so(works):
    space = works.space(STREAMLESS | {"make.py": "raise SystemExit('no luck')\n"})
    build = works.build(space)
    assert (build.status, build.reason.code) == (BuildStatus.FAILED, "build_command")
    assert "no luck" in build.reason.detail


def test_a_missing_package_is_named(works):
    build = works.build(works.space(STREAMLESS | {"requirements.txt": "no-such-package-xyzzy-123\n"}))
    assert (build.status, build.reason.code) == (BuildStatus.FAILED, "package_not_found")
    assert "no-such-package-xyzzy-123" in build.reason.message


def test_a_package_without_wheels_is_built_with_the_spaces_own_cache(works):
    space = works.space(STREAMLESS | {"requirements.txt": "docopt==0.6.2\n", "make.py": MAKE.replace("six", "docopt")})
    build = published(works, works.build(space))
    assert "building packages" in works.log(build)


def test_a_requirement_may_be_a_folder_of_the_repository(works):
    space = works.space(
        STREAMLESS
        | {
            "requirements.txt": "./pkg\n",
            "pkg/pyproject.toml": "[project]\nname = 'six'\nversion = '9.9'\n",
            "pkg/six.py": "__version__ = '9.9'\n",
        }
    )
    revision = works.revision(published(works, works.build(space)))
    assert (builds.static_path(space, revision.id) / "dist/index.html").read_text() == "six 9.9"


def test_an_output_cannot_link_out_of_its_folder(works):
    make = "import os; os.mkdir('dist'); os.symlink('/etc/passwd', 'dist/index.html'); open('dist/a', 'w')\n"
    space = works.space(STREAMLESS | {"make.py": make})
    revision = works.revision(published(works, works.build(space)))
    assert not (builds.static_path(space, revision.id) / "dist/index.html").exists()


def test_a_dockerfile_is_built_and_its_own_command_runs(works):
    docker = 'FROM python:3.11-slim\nRUN useradd -m -u 1000 user\nUSER user\nWORKDIR /app\nCOPY --chown=user . /app\nCMD ["python", "app.py"]\n'
    space = works.space(
        {"README.md": "---\nsdk: docker\napp_port: 7000\n---\n", "Dockerfile": docker, "app.py": "print('hi')"}
    )
    revision = works.revision(published(works, works.build(space)))
    assert json.loads(revision.command) == ["python", "app.py"]
    assert works.run(revision) == "hi\n"


def test_a_failing_dockerfile_names_its_step(works):
    docker = "FROM python:3.11-slim\nRUN echo before && exit 3\nCMD true\n"
    build = works.build(works.space({"README.md": "---\nsdk: docker\n---\n", "Dockerfile": docker}))
    assert (build.status, build.reason.code) == (BuildStatus.FAILED, "dockerfile")
    assert "RUN echo before" in build.reason.message and "exit code 3" in build.reason.message
    assert "before" in build.reason.detail


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../../../../../etc/passwd"])
def test_p11_a_dockerfile_that_links_out_of_the_repository_is_never_followed(works, target):
    card = f"---\nsdk: docker\ndockerfile: {target}\n---\n"
    build = works.build(works.space({"README.md": card, "app.py": ""}, links={"Dockerfile": target}))
    assert build.status == BuildStatus.FAILED
    told = works.log(build) + str(build.reason)
    assert "root:" not in told and "Dockerfile" in told


def test_p11_a_link_in_the_context_brings_no_file_of_the_builders(works):
    docker = "FROM python:3.11-slim\nCOPY . /app\nRUN cat /app/copied; cat /app/inner/copied; true\nCMD true\n"
    links = {"copied": "/etc/machine-id", "inner/copied": "../../../../../../../etc/machine-id"}
    build = works.build(works.space({"README.md": "---\nsdk: docker\n---\n", "Dockerfile": docker}, links=links))
    ours = Path("/etc/machine-id").read_text().strip()
    assert len(ours) == 32 and ours not in works.log(build)


def test_p33_what_the_platform_and_the_space_keep_is_not_in_an_image(works):
    """Not even where the Dockerfile asks for it by name."""
    asks = "FROM python:3.11-slim\nARG CANARY=none\nARG PLAIN\nRUN env; echo asked $CANARY $PLAIN\nCMD x\n"
    space = works.space({"README.md": "---\nsdk: docker\n---\n", "Dockerfile": asks})
    with db.writing() as session:
        env.put_entry(session, session.get(Space, space), EnvKind.SECRET, "CANARY", "the-secret")
        env.put_entry(session, session.get(Space, space), EnvKind.VARIABLE, "PLAIN", "the-variable")
    build = published(works, works.build(space))
    assert "asked none the-variable" in works.log(build)
    told = json.dumps(engine.client().history(works.revision(build).image)) + works.log(build)
    told += json.dumps(engine.client().inspect_image(works.revision(build).image))
    assert "DEMODOCK_" not in told and "redis" not in told.lower() and "the-secret" not in told


def test_streamlit_and_gradio_start_from_a_code_only_layer(works):
    readme = "---\nsdk: gradio\n---\n"
    files = {"README.md": readme, "app.py": "import gradio; print('gradio', gradio.__version__ > '4')"}
    space = works.space(files)
    first = works.revision(published(works, works.build(space)))
    assert works.run(first) == "gradio True\n"
    assert "gradio==" in first.dependencies
    works.commit(space, files | {"app.py": "print('changed')"})
    second = works.revision(published(works, works.build(space)))
    assert works.run(second) == "changed\n"
    assert second.layers == first.layers
    below = len(engine.client().inspect_image(json.loads(second.layers)[-1])["RootFS"]["Layers"])
    assert len(engine.client().inspect_image(second.image)["RootFS"]["Layers"]) == below + 1
