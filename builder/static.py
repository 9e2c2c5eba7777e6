"""Static Spaces: the files to serve, taken out of the repository or out of the build command's container."""

from __future__ import annotations

import io
import posixpath
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from docker.errors import NotFound

from builder import engine
from builder.containers import StepContainer
from builder.plan import LayerStep
from builder.reasons import StepFailed
from spaces import names
from spaces.builds import Claim
from spaces.errors import BuildFailed
from spaces.settings import get_settings


def draft_path(claim: Claim) -> Path:
    """Where an attempt gathers its files before it publishes."""
    return get_settings().path("static", str(claim.space_id), f".draft-{claim.build_id}-{claim.attempt}")


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def run_command(box: StepContainer, step: LayerStep, env: dict[str, str]) -> None:
    """Runs the card's build command on the files, as the Space's user."""
    box.log.line(f"== {step.title}")
    code = box.run(step.argv, env=env, workdir=names.APP_DIR)
    if code != 0:
        raise StepFailed(step.kind, step.title, code, list(box.log.tail))


def take(box: StepContainer, output: str, into: Path) -> None:
    """Copies the folder `output` of the app's directory to the same place below `into`."""
    clear(into)
    where = posixpath.normpath(posixpath.join(names.APP_DIR, output))
    if where != names.APP_DIR and not where.startswith(names.APP_DIR + "/"):
        raise _missing(output)
    try:
        pieces, about = engine.client().get_archive(box.id, where)
    except NotFound:
        raise _missing(output) from None
    if about.get("linkTarget") and not about["linkTarget"].startswith(names.APP_DIR):
        raise _missing(output)
    settings = get_settings()
    place = into / output
    place.mkdir(parents=True)
    extract(_Stream(pieces), place, settings.build_disk << 20, settings.file_limit)


def extract(stream: io.RawIOBase, into: Path, most_bytes: int, most_files: int) -> None:
    """Unpacks plain files and folders of a tar archive, without its first path part. Links and devices are left out:
    nothing is written or later read outside `into`."""
    total = count = 0
    with tarfile.open(fileobj=stream, mode="r|") as tar:  # type: ignore[call-overload]
        for member in tar:
            parts = PurePosixPath(member.name).parts[1:]
            if not parts or ".." in parts or member.name.startswith("/") or not (member.isfile() or member.isdir()):
                continue
            total, count = total + member.size, count + 1
            if total > most_bytes or count > most_files:
                raise BuildFailed(
                    f"The output has more than {most_files} files or {most_bytes >> 20} MiB.",
                    code="output_too_large",
                    hint="Leave out what the page does not need, such as node_modules.",
                )
            where = into.joinpath(*parts)
            if member.isdir():
                where.mkdir(parents=True, exist_ok=True)
                continue
            where.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            assert source is not None
            with where.open("wb") as file:
                shutil.copyfileobj(source, file)


class _Stream(io.RawIOBase):
    """A readable file over the engine's pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _missing(output: str) -> BuildFailed:
    return BuildFailed(
        f"The build command left no folder `{output}`.",
        code="output_missing",
        hint="`app_file` in README.md names the page that the command makes, such as dist/index.html.",
    )
