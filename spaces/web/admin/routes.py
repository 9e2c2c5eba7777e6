"""The modules whose routes make up the console. Every tab's module is one of them."""

from __future__ import annotations

from spaces.web.admin import audit, builds, flavors, gpus, health, people, quota, quotas, settings

PAGES = (gpus, quotas, quota, flavors, people, builds, health, audit, settings)
