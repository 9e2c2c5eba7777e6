"""Settings in the console: every one, with its value in force and where that comes from; never a secret."""

from __future__ import annotations

import re

from spaces import names, processes
from spaces.host.in_force import HIDDEN, Origin, settings_in_force
from spaces.settings import Settings, get_settings

PAGE = "/admin-console/settings"


def found(settings: Settings, **environ: str) -> dict[str, tuple[str, Origin]]:
    told = {f"DEMODOCK_{name.upper()}": text for name, text in environ.items()}
    rows = settings_in_force(settings, told)
    return {row.variable.removeprefix("DEMODOCK_").lower(): (row.value, row.origin) for row in rows}


def test_every_setting_stands_there(root):
    page = root.get(PAGE).text
    assert {name for name in Settings.model_fields if f"DEMODOCK_{name.upper()}<" not in page} == set()


def test_they_are_found_by_name_by_meaning_and_by_being_changed(root, monkeypatch):
    def shown(query: str) -> list[str]:
        return re.findall(r"<code>DEMODOCK_(\w+)</code>", root.get(f"{PAGE}?{query}").text)

    assert shown("q=sleep_after") == ["SLEEP_AFTER"]
    assert "BIND" in shown("q=listen")
    assert "WORKERS" not in shown("changed=1")
    monkeypatch.setenv("DEMODOCK_WORKERS", "2")
    assert "WORKERS" in shown("changed=1"), "set, though to the default"


def test_where_a_value_comes_from_is_told(place):
    settings = place.model_copy(
        update={"workers": 3, "api_port": 4711, "port": 8000, "index_url": "", "base_suite": "trixie"}
    )
    rows = found(settings, workers="3", api_port="4711", port="8000", chosen="api_port,port")
    assert rows["workers"] == ("3", Origin.ENVIRONMENT)
    assert rows["api_port"] == ("4711", Origin.START)
    assert rows["port"] == ("8000", Origin.DEFAULT), "chosen, and the default all the same"
    assert rows["freeze_after"] == ("300", Origin.DEFAULT)
    assert rows["public_url"] == (settings.base_url, Origin.DEFAULT)


def test_what_the_hosts_own_tools_are_told_is_in_force(place, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pypi.lan/simple")
    assert found(place)["index_url"] == ("https://pypi.lan/simple", Origin.HOST)
    named = place.model_copy(update={"index_url": "https://other.lan/simple"})
    assert found(named, index_url="x")["index_url"] == ("https://other.lan/simple", Origin.ENVIRONMENT)


def test_no_secret_is_ever_shown(root, monkeypatch):
    secrets = {
        "oidc_client_secret": "hunter2-oidc",
        "database_url": "postgresql://demodock:hunter2-db@db.lan/demodock",
        "redis_url": "redis://:hunter2-redis@redis.lan",
        "index_url": "https://hunter2-token@pypi.lan/simple",
    }
    for name, value in secrets.items():
        monkeypatch.setattr(get_settings(), name, value)
    page = root.get(PAGE).text
    assert "hunter2" not in page and page.count(HIDDEN) == 4
    assert "@db.lan/demodock" in page


def test_the_processes_know_what_up_has_chosen(place, monkeypatch):
    for name in ("DEMODOCK_PORT", "DEMODOCK_API_PORT", names.ENV_CHOSEN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEMODOCK_BIND", "127.0.0.1")
    told = processes.environment(processes.with_ports(place))
    chosen = told[names.ENV_CHOSEN].split(",")
    assert "api_port" in chosen and "port" in chosen and "bind" not in chosen
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert processes.environment(place)[names.ENV_CHOSEN] == told[names.ENV_CHOSEN], "told again, it stays"
