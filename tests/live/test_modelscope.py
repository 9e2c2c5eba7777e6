"""ModelScope's own client, unmodified, from nothing to a running Studio and back."""

from __future__ import annotations

import pytest
from modelscope_hub import HubApi

from tests.harness import Platform, tiny, wait

ID = "admin/moved-in"
WEIGHTS = bytes(range(256)) * 1024
APP = tiny("studio")["app.py"].replace('VERSION = "studio"', 'VERSION = str(os.path.getsize("weights.bin"))')


@pytest.fixture
def api(platform: Platform, tmp_path, monkeypatch) -> HubApi:
    monkeypatch.setenv("MODELSCOPE_HOME", str(tmp_path / "modelscope"))
    return HubApi(endpoint=platform.url, token=platform.token)


def comes_to(api: HubApi, *words: str, seconds: float = 300) -> None:
    seen: list[dict] = []

    def there() -> bool:
        seen.append(api.get_repo(ID, "studio").runtime)
        return seen[-1]["status"] in words

    wait(there, seconds, lambda: str(seen[-1]))


def test_a_studio_from_creation_to_its_end(platform: Platform, api: HubApi, tmp_path):
    api.create_repo(ID, "studio", sdk_type="docker")
    folder = tmp_path / "app"
    folder.mkdir()
    files = {"Dockerfile": tiny()["Dockerfile"].replace("COPY app.py .", "COPY app.py weights.bin ./"), "app.py": APP}
    for name, text in files.items():  # no card: what the Studio is was said at its creation
        (folder / name).write_text(text)
    (folder / "weights.bin").write_bytes(WEIGHTS)
    api.upload_folder(ID, "studio", str(folder), use_cache=False, disable_tqdm=True)
    comes_to(api, "Running", "BuildFailed", "DeployFailed")
    assert api.get_repo(ID, "studio").runtime["status"] == "Running", platform.build_log(ID)
    assert platform.get(ID).text == str(len(WEIGHTS)), "what was sent apart is there as a file"
    assert platform.host(ID) in api.get_repo(ID, "studio").runtime["url"]

    wait(lambda: api.get_repo_logs(ID, keyword="listening")["total_count"] > 0, 60)
    assert "Built" in str(api.get_repo_logs(ID, log_type="build", keyword="== built")["logs"])
    assert [found.name for found in api.list_repos("studio", search="moved-in").items] == ["moved-in"]

    api.stop_repo(ID)
    comes_to(api, "Stopped", seconds=90)
    wait(lambda: platform.get(ID).status == 503, 60)
    api.deploy_repo(ID)
    comes_to(api, "Running")
    assert platform.get(ID).status == 200
    with pytest.warns(DeprecationWarning):
        api.delete_repo(ID, "studio")
    assert not api.repo_exists(ID, "studio")
