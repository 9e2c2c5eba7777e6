"""Tells the edge where awake Spaces are: the one writer of Traefik's route files."""

from __future__ import annotations

import threading
from dataclasses import replace

from sqlmodel import col, select

from proxy.edge import probe_edge, serial_in_force
from proxy.routes import Route, Target, desired_routes, version
from proxy.traefik import edge_of, routes_directory, serial, sync_routes
from spaces import db, embedding
from spaces.lifecycle import InstanceStatus, Intent
from spaces.models import Instance, Revision, Space, Visibility
from spaces.settings import Settings


class Publisher:
    """Writes a file per awake Space. Any thread may call; calls queue."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.directory = routes_directory(settings)
        self.edge = edge_of(settings)
        self.routes: dict[int, Route] = {}
        self._lock = threading.Lock()

    def publish(self) -> int:
        """Makes the route files say what the database says; returns their serial."""
        with self._lock:
            self.routes = {route.space_id: route for route in awake_routes()}
            sync_routes(self.directory, desired_routes(self.routes.values(), self.edge))
            return serial(self.directory)

    def status_through_edge(self, space_id: int, subdomain: str) -> int | None:
        """What the candidate (or, without one, the instance that serves) answers through the edge; None while the edge
        has not taken over the route as last written."""
        route = self.routes.get(space_id)
        answer = probe_edge(self.settings, subdomain) if route else None
        return answer.status if answer and route and answer.version == version(route) else None

    def stands(self, serial: int) -> bool:
        """The edge has in force what the route files said at `serial`, or something later."""
        try:
            return serial_in_force(self.settings) >= serial
        except (OSError, ValueError, KeyError):
            return False


def awake_routes() -> list[Route]:
    """A route for every Space with an instance that is ready: the one that serves, or one that waits to."""
    with db.reading() as session:
        rows = session.exec(
            select(Space, Instance, Revision)
            .join(Instance, col(Instance.space_id) == Space.id)
            .join(Revision, col(Revision.id) == Instance.revision_id)
            .where(Instance.status == InstanceStatus.READY, Space.intent != Intent.GONE)
            .order_by(col(Space.id), col(Instance.id))
        ).all()
    routes: dict[int, Route] = {}
    for space, instance, revision in rows:
        route = routes.get(space.id or 0) or Route(
            space.id or 0, space.subdomain, target=None, guarded=space.visibility == Visibility.PRIVATE
        )
        target = Target(instance.address or "", instance.port)
        if instance.id == space.instance_id:
            config = revision.config
            route = replace(
                route,
                target=target,
                headers=tuple(config.custom_headers.items()),
                sites=embedding.in_force(space.sites, config.disable_embedding),
            )
        else:
            route = replace(route, candidate=target)
        routes[route.space_id] = route
    return list(routes.values())
