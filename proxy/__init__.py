"""The way in: Traefik's routes, the gateway that wakes Spaces, and the idle policy."""
