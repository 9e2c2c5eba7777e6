"""What a Space knows of itself as a ModelScope Studio: settings that stand beside the repository there, not in its card."""

from __future__ import annotations

import json

from pydantic import BaseModel


class StudioSettings(BaseModel):
    """All as a client gave it, after a check. What the repository's own files say wins."""

    display_name: str | None = None
    description: str | None = None
    license: str | None = None
    cover_image: str | None = None
    sdk_type: str | None = None
    sdk_version: str | None = None
    base_image: str | None = None

    def deploy_file(self) -> bytes | None:
        """What stands in for the repository's `ms_deploy.json` where it has none; None: nothing does."""
        if self.sdk_type is None:
            return None
        keys = {"sdk_type": self.sdk_type, "sdk_version": self.sdk_version, "base_image": self.base_image}
        return json.dumps({key: value for key, value in keys.items() if value}, ensure_ascii=False).encode()
