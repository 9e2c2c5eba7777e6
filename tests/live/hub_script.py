"""What a person does with `huggingface_hub` and nothing else, from the first call to the last. Runs in whatever version it finds.

`python hub_script.py FOLDER NAME` with HF_ENDPOINT and HF_TOKEN set; FOLDER holds the app, and stays as it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import RepositoryNotFoundError

SPACE = {"repo_type": "space"}


def main(folder: Path, name: str) -> None:
    api = HfApi()
    me = api.whoami()["name"]
    first, copy, moved = f"{me}/{name}", f"{me}/{name}-copy", f"{me}/{name}-moved"

    url = api.create_repo(
        first,
        space_sdk="docker",
        space_secrets=[{"key": "PASSWORD", "value": "hunter2"}],
        space_variables=[{"key": "MODE", "value": "fast"}],
        **SPACE,
    )
    assert url.repo_id == first and api.create_repo(first, space_sdk="docker", exist_ok=True, **SPACE).repo_id == first
    commit = api.upload_folder(repo_id=first, folder_path=folder, commit_message="The app", **SPACE)
    wait(api, first)
    assert api.space_info(first).sha == commit.oid
    said("it runs")

    until = time.monotonic() + 60  # it answers a moment before what it prints is collected
    while not any("listening" in line for line in api.fetch_space_logs(first)):
        assert time.monotonic() < until, "what the app printed never came"
    assert "".join(api.fetch_space_logs(first, build=True)).strip()
    said("both logs are read")

    api.add_space_secret(first, "TOKEN", "s3cret", description="for x")
    assert set(api.get_space_secrets(first)) == {"PASSWORD", "TOKEN"}
    assert api.add_space_variable(first, "COLOUR", "blue")["COLOUR"].value == "blue"
    api.delete_space_secret(first, "TOKEN")
    assert set(api.get_space_variables(first)) == {"MODE", "COLOUR"}
    said("secrets and variables are set")

    assert api.pause_space(first).stage == "PAUSED"
    api.restart_space(first)
    wait(api, first)
    said("paused and restarted")

    if hasattr(api, "duplicate_repo"):
        api.duplicate_repo(first, copy, **SPACE)
    else:
        api.duplicate_space(first, copy)
    assert set(api.get_space_variables(copy)) == {"MODE", "COLOUR"} and not api.get_space_secrets(copy)
    said("duplicated")

    api.move_repo(first, moved, **SPACE)
    assert api.space_info(first).id == moved, "the old name leads to the new one"
    found = {space.id for space in api.list_spaces(author=me, search=name)}
    assert found == {copy, moved}, found
    wait(api, moved)
    said("moved and listed")

    local = Path(snapshot_download(moved, cache_dir=folder.parent / f"cache-{name}", **SPACE))
    same = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert {path.relative_to(local) for path in local.rglob("*") if path.is_file()} - same == {Path(".gitattributes")}
    for path in same:
        assert (local / path).read_bytes() == (folder / path).read_bytes(), path
    said("downloaded bit for bit")

    for space in (copy, moved):
        api.delete_repo(space, **SPACE)
        try:
            api.space_info(space)
        except RepositoryNotFoundError:
            continue
        raise AssertionError(f"{space} is still there")
    said("deleted")


def wait(api: HfApi, space: str, seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while (stage := api.get_space_runtime(space).stage) != "RUNNING":
        assert "ERROR" not in stage and time.monotonic() < until, stage
        time.sleep(0.5)


def said(what: str) -> None:
    print(f"{time.monotonic() - BEGAN:6.1f} s  {what}", flush=True)


if __name__ == "__main__":
    BEGAN = time.monotonic()
    main(Path(sys.argv[1]), sys.argv[2])
