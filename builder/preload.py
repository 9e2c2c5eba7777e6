"""`preload_from_hub`: files of models are put on the shelf at build time, from this platform first, else from the upstream Hub.

From here come models that the Space's owner may read, private ones among them; upstream sees no credentials at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from builder import containers, engine
from builder.control import Control
from builder.hub_cache import File, Snapshot, Wanted, archive, read, valid_etag
from builder.log import BuildLog
from spaces import db, names
from spaces.access import Actor, Permission, find_repository, permission_on
from spaces.card import SpaceConfig
from spaces.errors import BuildFailed, DemodockError
from spaces.fetch import addresses
from spaces.fetch.guard import Guard
from spaces.fetch.http import Answer, Client, check
from spaces.models import RepoKind, Space
from spaces.repos import revisions
from spaces.repos.export import export_tree
from spaces.repos.lfs import blobs
from spaces.repos.objects import open_objects
from spaces.repos.revisions import MAIN
from spaces.repos.rules import path_fault
from spaces.settings import get_settings
from spaces.shelf import contents, folders


@dataclass(frozen=True)
class Preload:
    """What is on the shelf for a revision: the folder to mount, and the links for its image."""

    folder: str
    links: bytes


def take(control: Control, config: SpaceConfig, out: BuildLog) -> Preload | None:
    """All that the card asks for; None where it asks for nothing. Raises BuildFailed for what cannot be had."""
    if not config.preload_from_hub or config.sdk == "static":
        return None
    snapshots = []
    for entry in config.preload_from_hub:
        wanted = read(entry)
        out.line(f"== Preloading {entry}")
        try:
            number = _here(control.claim.space_id, wanted)
            snapshot = _from_here(control, number, wanted) if number else _Upstream(control, out, wanted).snapshot()
        except BuildFailed:
            raise
        except DemodockError as error:
            gone = error.code == "source_unreachable"
            raise BuildFailed(
                f"preload_from_hub: {entry}: {error.message}", code="preload", hint=error.hint, platform=gone
            ) from error
        size = sum(contents.path(file.sha256).stat().st_size for file in snapshot.files.values())
        where = "this platform" if number else get_settings().hub_endpoint
        out.line(f"{len(snapshot.files)} files, {size / (1 << 20):.1f} MiB, from {where} at {snapshot.commit[:8]}")
        snapshots.append(snapshot)
    held = {file.sha256: file.sha256 for snapshot in snapshots for file in snapshot.files.values()}
    return Preload(folders.collection(held), archive(snapshots))


def put_on(control: Control, image: str, tag: str, preload: Preload) -> str:
    """`image` with the links on top; all else about it stays."""
    name = names.build_container_name(
        get_settings().installation, control.claim.build_id, control.claim.attempt, "preload"
    )
    containers.remove(name)
    api = engine.client()
    # Never started: what the image would run does not matter.
    made = api.create_container(image, command=["-"], name=name, labels=containers.labels(control))["Id"]
    config = api.inspect_image(image)["Config"]
    try:
        api.put_archive(made, "/", preload.links)
        return containers.commit(made, names.IMAGE_SPACE, tag, config | {"Labels": config.get("Labels") or {}})
    finally:
        containers.remove(made)


# -- private


def _here(space_id: int, wanted: Wanted) -> int | None:
    """The model's number on this platform, where the Space's owner may read it."""
    owner, _, name = wanted.repository.partition("/")
    with db.reading() as session:
        space = session.get_one(Space, space_id)
        found = find_repository(session, RepoKind.MODEL, owner, name)
        power = permission_on(session, Actor(owner_id=space.owner_id), found) if found else None
        return found.id if found and power is not None and power >= Permission.READ else None


def _from_here(control: Control, number: int, wanted: Wanted) -> Snapshot:
    tree = export_tree(number, revisions.commit_at(number, wanted.commit or MAIN))
    files: dict[str, File] = {}
    with open_objects(tree.repository) as objects:
        for path in wanted.files or tree.files:
            control.check()
            if path in tree.links and not wanted.files:
                continue  # a link's target is among the files itself
            if path not in tree.files or path in tree.links:
                raise _no_file(wanted, path)
            if pointer := tree.large.get(path):
                contents.adopt(blobs.path(pointer.oid), pointer.oid)
                files[path] = File(pointer.oid, pointer.oid)
            else:
                oid = tree.files[path].oid
                files[path] = File(oid, contents.add(objects.chunks(oid)))
    return Snapshot(wanted.repository, tree.sha, files, None if wanted.commit else MAIN)


class _Upstream:
    """The Hub that the admin named, spoken to in its own words. A file that is on the shelf already does not come again."""

    def __init__(self, control: Control, out: BuildLog, wanted: Wanted) -> None:
        self.control, self.out, self.wanted = control, out, wanted
        settings = get_settings()
        self.endpoint = settings.hub_endpoint.rstrip("/")
        if not self.endpoint:
            raise BuildFailed(
                f"preload_from_hub: there is no model {wanted.repository} here that the Space's owner may read.",
                code="preload",
                hint="Upload it to this platform, or ask the admin to name an upstream Hub in DEMODOCK_HUB_ENDPOINT.",
            )
        named = addresses.allowed(settings.import_hosts)
        origin = addresses.locate(self.endpoint, plain=True).origin
        # The admin's word for the endpoint itself; where it sends us on to is a stranger's.
        guard = Guard(addresses.Allowed(named.hosts, named.origins | {origin}))
        self.client = Client(guard, control.seconds)
        self.left = settings.tree_limit << 20

    def snapshot(self) -> Snapshot:
        wanted = self.wanted
        with self.client.open(
            f"{self.endpoint}/api/models/{wanted.repository}/revision/{wanted.commit or MAIN}"
        ) as info:
            check(info, f"The model {wanted.repository}")
            told = info.json()
        commit = str(told.get("sha", ""))
        listed = [str(file["rfilename"]) for file in told.get("siblings", [])]
        if len(commit) != 40 or not commit.isalnum():
            raise BuildFailed(f"{self.endpoint} names no commit of {wanted.repository}.", code="preload")
        for path in wanted.files:
            if path not in listed:
                raise _no_file(wanted, path)
        files = {}
        for path in wanted.files or listed:
            self.control.check()
            if path_fault(path):
                raise _no_file(wanted, path)
            files[path] = self._file(f"{self.endpoint}/{wanted.repository}/resolve/{commit}/{quote(path)}", path)
        return Snapshot(wanted.repository, commit, files, None if wanted.commit else MAIN)

    def _file(self, url: str, path: str) -> File:
        with self.client.open(url, "HEAD", follow=False) as head:
            if head.status >= 400:
                check(head, path)
            etag = _etag(head)
        if not valid_etag(etag):
            raise BuildFailed(f"{self.endpoint} gives no ETag for {path}.", code="preload")
        if len(etag) == 64 and contents.path(etag).exists():
            return File(etag, etag)
        with self.client.open(url) as answer:
            check(answer, path)
            sha256 = contents.add(self._counted(answer))
        if len(etag) == 64 and etag != sha256:
            raise BuildFailed(
                f"{path} came with other bytes than {self.endpoint} announced.", code="preload", platform=True
            )
        return File(etag, sha256)

    def _counted(self, answer: Answer) -> Iterator[bytes]:
        for piece in answer.pieces(self.left):
            self.left -= len(piece)
            self.control.check()
            yield piece


def _etag(head: Answer) -> str:
    """Of the file itself, also where the answer sends us on to a store that has words of its own."""
    text = head.headers.get("X-Linked-Etag") or head.headers.get("ETag") or ""
    plain = text.removeprefix("W/").strip('"')
    return plain if valid_etag(plain) else hashlib.sha256(text.encode()).hexdigest()[:40] if text else ""


def _no_file(wanted: Wanted, path: str) -> BuildFailed:
    return BuildFailed(
        f"preload_from_hub: {wanted.repository} has no file {path[:200]}.",
        code="preload",
        hint="Correct the file's name in README.md, or leave the files out for all of them.",
    )
