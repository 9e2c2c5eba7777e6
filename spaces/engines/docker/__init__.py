"""Docker Engine, the default: `driver.py` puts the verbs together, one file each; `hardening.py` says what an
instance may do."""

from spaces.engines.docker.driver import DockerEngine

__all__ = ["DockerEngine"]
