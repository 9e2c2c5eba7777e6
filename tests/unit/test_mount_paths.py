"""Where something may be mounted."""

from __future__ import annotations

import pytest

from spaces.errors import Conflict, Invalid
from spaces.mount_paths import check_apart, checked


@pytest.mark.parametrize("path", ["/models", "/models/small/", "/home/user/models", "/data", "/home/user/app/weights"])
def test_a_folder_of_its_own_is_fine(path):
    assert checked(path) == path.rstrip("/")


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "models", "./models", "/a/../etc", "/a/./b", "//a", "/a//b", "/a b", "/a:ro", "/a,b", "/a\n", "/ä"),
        *("/etc", "/etc/", "/etc/ssl", "/proc", "/proc/self", "/sys/fs", "/dev/shm", "/usr/lib", "/bin", "/run/x"),
        *(
            "/home",
            "/home/user",
            "/home/user/app",
            "/home/user/.cache",
            "/tmp",
            "/opt",
            "/opt/venv/lib",
            "/" + "x" * 300,
        ),
    ],
)
def test_what_the_container_or_the_app_needs_is_not_hidden(path):
    with pytest.raises(Invalid) as caught:
        checked(path)
    assert caught.value.code == "bad_mount_path" and caught.value.hint


@pytest.mark.parametrize("paths", [["/a", "/a"], ["/a", "/a/b"], ["/x/y/z", "/x"]])
def test_no_volume_hides_another(paths):
    with pytest.raises(Conflict, match="hide"):
        check_apart(paths)
    check_apart(["/a", "/ab", "/b/a"])
