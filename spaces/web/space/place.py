"""Which repository a page is about: its address, the door, and how much of it the visitor may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request

from spaces import db
from spaces.access import Permission, access_contribution, access_repository, permission_on
from spaces.api.deps import Segment
from spaces.hub import facts, wire
from spaces.hub.info import AnyFacts
from spaces.models import RepoKind, Space, Visibility
from spaces.web.visitors import Visitor

Handler = TypeVar("Handler", bound=Callable[..., Any])

STARTS = ("/{kind:kinds}/{owner}/{name}", "/{owner:owner}/{name}")
"""How addresses of repositories begin; those of models have nothing before their owner."""


@dataclass(frozen=True)
class Place:
    """What an address names; there may be no such repository."""

    kind: RepoKind
    owner: str
    name: str


def _place(request: Request, owner: Segment, name: Segment) -> Place:
    kind = request.path_params.get("kind") or ("spaces" if request.url.path.startswith("/spaces/") else "models")
    return Place(RepoKind(kind.removesuffix("s")), owner, name)


Asked = Annotated[Place, Depends(_place)]
"""The repository in a route's address, of whatever kind."""


@dataclass(frozen=True)
class Seen:
    """A repository behind the door, as its pages know it."""

    kind: RepoKind
    facts: AnyFacts
    visibility: Visibility
    power: Permission

    @property
    def number(self) -> int:
        return self.facts.number

    @property
    def owner(self) -> str:
        return self.facts.owner

    @property
    def name(self) -> str:
        return self.space.name if isinstance(self.facts, wire.Facts) else self.facts.row.name

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def space(self) -> Space:
        """The row of a Space; its own tabs are asked for Spaces alone."""
        assert isinstance(self.facts, wire.Facts)
        return self.facts.space

    @property
    def is_space(self) -> bool:
        return self.kind == RepoKind.SPACE

    @property
    def card(self) -> dict[str, Any]:
        return self.facts.card

    @property
    def path(self) -> str:
        """Its address on the control host."""
        return f"/{self.kind.prefix}{self.full_name}"

    @property
    def reads(self) -> bool:
        return self.power >= Permission.READ

    @property
    def inspects(self) -> bool:
        return self.power >= Permission.INSPECT

    @property
    def writes(self) -> bool:
        return self.power >= Permission.WRITE

    def to(self, page: str, rev: str = "", path: str = "") -> str:
        """The address of one of its pages; `rev` is one segment, whatever it holds."""
        parts = [self.path, page, *([quote(rev, safe="")] if rev else []), *([quote(path)] if path else [])]
        return "/".join(parts)


def look(visitor: Visitor, asked: Place, permission: Permission) -> Seen:
    """The repository where the visitor has `permission`. Raises what `access_repository` raises."""
    with db.reading() as session:
        found = access_repository(session, visitor.actor, asked.kind, asked.owner, asked.name, permission)
        power = permission_on(session, visitor.actor, found)
        gathered = facts.gather_all(session, asked.kind, [found], visitor.actor)[0]
    return Seen(asked.kind, gathered, found.visibility, power or Permission.VISIT)


def contribute(visitor: Visitor, asked: Place) -> Seen:
    """The repository where the visitor may at least propose a change. Raises what `access_contribution` raises."""
    with db.reading() as session:
        access_contribution(session, visitor.actor, asked.kind, asked.owner, asked.name)
    return look(visitor, asked, Permission.READ)


def every_kind(router: APIRouter, *rests: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[Handler], Handler]:
    """A page that repositories of every kind have."""

    def add(handler: Handler) -> Handler:
        for start in STARTS:
            for rest in rests:
                router.add_api_route(start + rest, handler, methods=list(methods), response_model=None)
        return handler

    return add
