"""Kills from inside: a thread ends between any two side effects, as if its process had got a SIGKILL there."""

from __future__ import annotations

import contextlib
import threading

from spaces import db

ACTS = ("launch", "stop", "remove")


class Killed(BaseException):
    """Nothing catches it."""


class Fuse(threading.local):
    """Blows at its thread's n-th side effect from now; 0: never."""

    left = 0

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


def arm(monkeypatch, engine, fuse: Fuse) -> None:
    """Every transaction and every act on the engine burns, before and after it."""
    real = db.writing

    @contextlib.contextmanager
    def writing():
        fuse.burn()
        with real() as session:
            yield session
        fuse.burn()

    monkeypatch.setattr(db, "writing", writing)
    for name in ACTS:
        monkeypatch.setattr(engine, name, _fused(getattr(engine, name), fuse))


def _fused(act, fuse: Fuse):
    def fused(*args, **more):
        fuse.burn()
        done = act(*args, **more)
        fuse.burn()
        return done

    return fused


class Watch:
    """Sees every launch, and whether two running instances ever have the same device."""

    def __init__(self, monkeypatch, engine) -> None:
        self.engine, self.doubles = engine, []
        real = engine.launch

        def launch(spec):
            seen = real(spec)
            self.look()
            return seen

        monkeypatch.setattr(engine, "launch", launch)

    def look(self) -> None:
        with self.engine._changed:
            running = [each.spec for each in self.engine.containers.values() if each.state == "running"]
            given = [device for spec in running for device in spec.gpus]
        if len(given) != len(set(given)):
            self.doubles.append([(spec.name, spec.gpus) for spec in running])
