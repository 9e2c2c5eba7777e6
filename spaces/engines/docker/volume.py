"""The optional `/data` volume: made with the container, owned by the app's user whatever the image holds there."""

from __future__ import annotations

import io
import tarfile

from spaces import names
from spaces.engines.docker.client import APIError, Link, NotFound, translated


def hand_over(link: Link, container: str) -> None:
    """Gives `/data` of a container that has not started to the app's user.

    An archive whose only entry is that directory, unpacked one above it: the engine sets its owner, and no code of the
    image runs. (Unpacked into `/data` itself, an entry `.` changes nothing on Docker 20.10.)"""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(names.DATA_MOUNT.lstrip("/"))
        entry.type, entry.mode, entry.uid, entry.gid = tarfile.DIRTYPE, 0o755, names.APP_UID, names.APP_UID
        archive.addfile(entry)
    with translated("hand /data over"):
        link.slow.put_archive(container, "/", buffer.getvalue())


def remove_volume(link: Link, name: str) -> None:
    """Removes it where it is ours."""
    with translated("remove a volume"):
        try:
            record = link.quick.inspect_volume(name)
            if (record.get("Labels") or {}).get(names.LABEL_INSTALLATION) == link.installation:
                link.slow.remove_volume(name)
        except NotFound:
            return
        except APIError as error:
            if error.status_code != 409:  # still in use: whoever removes that container comes by again
                raise
