"""Nobody outlives the supervisor: the kernel signals a child when its parent dies, even by SIGKILL."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # looked up here, since after a fork only the plainest calls are safe


def die_with_parent(sig: int = signal.SIGKILL, parent: int | None = None) -> None:
    """Asks for `sig` when the parent dies; survives exec. Call it in the child, with the parent's pid from before the
    fork: where that parent is gone already, nobody would ever tell, so the signal is raised here and now.

    The kernel means the thread that forked: fork from one that lives as long as its process."""
    if _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), sig)
