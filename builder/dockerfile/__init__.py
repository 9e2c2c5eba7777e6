"""A Space's own Dockerfile: read as the engine's classic builder reads it, judged, written again, and built."""
