"""The map of GPUs and the queue: what is seen, what stays as it is, and what the buttons do."""

from __future__ import annotations

import re

from spaces import audit, db
from spaces.gpus.devices import DeviceState
from spaces.lifecycle import Intent, Reason
from spaces.models import GpuDevice, Space
from spaces.models.types import now


def change(**values: object) -> None:
    with db.writing() as session:
        session.get_one(GpuDevice, "GPU-1").sqlmodel_update(values)


def lines() -> list[tuple[str, str, str]]:
    with db.reading() as session:
        return [(entry.actor, entry.action, entry.subject) for entry in audit.entries(session)]


def live(root, page: str):
    return root.get(re.search(r'hx-get="([^"]+mark=[^"]+)"', page)[1])


def test_a_device_shows_who_holds_it_and_the_queue_who_waits(root, held):
    page = root.get("/admin-console").text
    for text in ("80 GiB", "alice/demo", "alice/second", "In use", "Borrowed", "In line", "1 × A100, 80 GiB"):
        assert text in page, text


def test_what_is_shown_is_drawn_anew_only_where_something_changed(root, held):
    page = root.get("/admin-console").text
    change(seen_at=now(), busy=0.5)
    assert live(root, page).status_code == 204
    change(state=DeviceState.FAILED)
    assert "Failed" in live(root, page).text


def test_an_admin_cordons_a_device_and_it_is_written_down(root, held):
    assert (
        root.send("/admin-console", do="cordoned", gpu="GPU-1")
        .headers["location"]
        .startswith("/admin-console?done=cordoned")
    )
    assert "Cordoned by root." in root.get("/admin-console").text
    assert root.send("/admin-console", do="ready", gpu="GPU-1").status_code == 303
    assert ("root", "gpu.cordoned", "GPU-1") in lines() and ("root", "gpu.ready", "GPU-1") in lines()


def test_an_admin_puts_a_holder_to_sleep_and_it_is_written_down(root, held):
    assert root.send("/admin-console", do="sleep", space=held.id).status_code == 303
    with db.reading() as session:
        assert session.get_one(Space, held.id).intent == Intent.ASLEEP
    assert ("root", "space.sleep", "alice/demo") in lines()


def test_only_a_device_that_is_gone_is_forgotten(root, held):
    answer = root.send("/admin-console", do="forget", gpu="GPU-1")
    assert answer.status_code == 409 and "Cordon it" in answer.text


def test_mig_instances_of_one_gpu_stand_together(root, held):
    with db.writing() as session:
        for number in range(2):
            slice_ = {"mig_profile": "1g.10gb", "parent": "GPU-2", "index": 1, "memory": 9728}
            session.add(GpuDevice(uuid=f"MIG-{number}", model="A100", product="A100", **slice_))
    assert root.get("/admin-console").text.count('class="card flat gpu"') == 2


def test_p42_what_others_wrote_is_text(root, held):
    evil = "<script>alert(1)</script>"
    change(model=evil, reason=Reason(code="x", message=evil, hint=evil), state=DeviceState.FAILED)
    page = root.get("/admin-console").text
    assert evil not in page and page.count("&lt;script&gt;") >= 3
