"""Verdicts about versions and engines, from made-up answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces.gpus.source import Look, Seen
from spaces.host import doctor
from spaces.host.versions import Verdict, judge
from spaces.hostnet import door

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


@pytest.mark.parametrize(
    ("part", "version", "package", "expected"),
    [
        ("runc", "1.1.11", "", FAIL),
        ("runc", "1.1.12", "", OK),
        ("runc", "1.0.3", "", FAIL),
        ("runc", "1.2.0", "", OK),
        ("runc", "1.1.5+ds1", "1.1.5+ds1-1+deb12u1", OK),
        ("runc", "1.1.5+ds1", "1.1.5+ds1-1+b1", FAIL),
        ("runc masked paths", "1.1.15", "", WARN),
        ("runc masked paths", "1.2.7", "", WARN),
        ("runc masked paths", "1.2.8", "", OK),
        ("runc masked paths", "1.3.2", "", WARN),
        ("runc masked paths", "1.3.3", "", OK),
        ("runc masked paths", "1.10.0", "", OK),
        ("buildkit", "v0.12.4", "", FAIL),
        ("buildkit", "v0.12.5", "", OK),
        ("traefik", "3.6.13", "", FAIL),
        ("traefik", "3.7.15", "", OK),
        ("traefik", "2.11.40", "", FAIL),
        ("git", "git version 2.39.3", "", FAIL),
        ("git", "git version 2.39.5", "1:2.39.5-0+deb12u2", OK),
        ("git", "git version 2.34.1", "1:2.34.1-1ubuntu1.11", OK),
        ("git", "git version 2.50.1 (Apple Git-155)", "", OK),
        ("nvidia-toolkit", "1.17.7", "", FAIL),
        ("runc", "", "", WARN),
        ("runc", "unknown", "", WARN),
    ],
)
def test_p18_versions_with_known_escapes_are_told_apart(part, version, package, expected):
    assert judge(part, version, package) == expected


def answers(runc: str, **info) -> list[doctor.Check]:
    version = {"Version": "20.10.24", "Components": [{"Name": "runc", "Version": runc}]}
    return doctor.engine_checks(version, {"SecurityOptions": ["name=seccomp,profile=default"], **info}, lambda _: "")


def test_p18_an_engine_with_an_old_runc_fails_and_says_what_to_upgrade_to():
    check = next(check for check in answers("1.1.4") if check.name == "runc")
    assert check.verdict == FAIL
    assert "CVE-2024-21626" in check.found
    assert "1.1.12" in check.mend


def test_a_good_engine_passes():
    assert doctor.worst(answers("1.3.4")) == OK


@pytest.mark.parametrize(
    ("info", "name", "verdict"),
    [
        ({"DefaultRuntime": "nvidia"}, "runtime", FAIL),
        ({"SecurityOptions": []}, "seccomp", WARN),
        ({"MemoryLimit": False}, "limits", FAIL),
        ({"PidsLimit": False}, "limits", FAIL),
    ],
)
def test_an_engine_that_cannot_keep_spaces_apart_is_noticed(info, name, verdict):
    assert [check.verdict for check in answers("1.3.4", **info) if check.name == name] == [verdict]


def test_one_broken_check_does_not_hide_the_others(place, monkeypatch):
    def broken(_):
        raise OSError("no such thing")

    def fine(_):
        return [doctor.Check(name="fine", verdict=OK, found="")]

    monkeypatch.setattr(doctor, "LOOKS", (broken, fine))
    assert [(check.name, check.verdict) for check in doctor.examine(place)] == [("broken", FAIL), ("fine", OK)]


def test_every_check_that_is_not_ok_says_how_to_mend_it(place):
    settings = place.model_copy(
        update={"docker_host": "unix:///nowhere.sock", "bind": "0.0.0.0", "domain": "no.such.domain.invalid"}
    )
    checks = doctor.examine(settings)
    assert {check.name: check.verdict for check in checks if check.name in {"engine", "address", "names"}} == {
        "engine": FAIL, "address": WARN, "names": WARN,
    }  # fmt: skip
    assert [check.name for check in checks if check.verdict != OK and not check.mend] == []


def test_p87_listening_on_loopback_is_the_default(place):
    assert [check.verdict for check in doctor._bind(place)] == [OK]


def test_doctor_tells_how_spaces_find_the_platform(place):
    (none,) = doctor._door(place)
    assert none.verdict == WARN and none.mend
    place.path(*door.FILE).write_text("10.213.0.1")
    (there,) = doctor._door(place)
    assert there.verdict == OK and "http://hub.localhost:8000 at 10.213.0.1" in there.found
    (outside,) = doctor._door(place.model_copy(update={"public_url": "https://demo.example.com"}))
    assert outside.verdict == OK and "https://hub.demo.example.com" in outside.found


def test_p17_an_engine_that_shows_every_container_every_gpu_fails():
    check = next(check for check in answers("1.3.4", DefaultRuntime="nvidia") if check.name == "runtime")
    assert check.verdict == FAIL and "every GPU" in check.found and "default-runtime" in check.mend


A100 = Seen("GPU-1", 0, "NVIDIA A100-SXM4-80GB", 81920)


@pytest.mark.parametrize(
    ("look", "simulated", "verdict", "found"),
    [
        (Look(obstacle="no NVIDIA driver"), False, OK, "none: no NVIDIA driver"),
        (Look(obstacle="the NVIDIA driver is not loaded", mend="modprobe nvidia"), False, WARN, "not loaded"),
        (Look((A100, replace(A100, uuid="GPU-2"))), False, OK, "2 x A100"),
        (Look((A100,)), True, OK, "1 x A100, simulated"),
        (Look((A100, replace(A100, uuid="GPU-2", failure="It is hot."))), False, WARN, "GPU-2: It is hot."),
    ],
)
def test_gpus_are_counted_or_their_absence_explained(look, simulated, verdict, found):
    check = doctor.gpu_check(look, simulated)
    assert check.verdict == verdict and found in check.found
