"""Makes a machine ready for the whole test suite: engine, base image, tools and clients that only tests need."""

from __future__ import annotations

import sys
import time

from scripts import clients
from spaces.errors import SetupError
from spaces.host import bases, engine, packages, resolver
from spaces.settings import get_settings

TOOLS = (
    "chromium docker-compose fonts-noto-color-emoji fonts-wqy-microhei git git-lfs "
    "iproute2 iptables mmdebstrap procps util-linux wrk"
).split()


def main() -> int:
    began = time.monotonic()

    def report(line: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {line}", flush=True)

    settings = get_settings()
    try:
        packages.install(TOOLS, "for the tests", report)
        engine.ensure_engine(settings, report)
        resolver.ensure_resolves(report)
        bases.ensure_base(bases.available_pythons(settings)[0], report, settings)
        clients.ensure(report)
    except SetupError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    report("the host is ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
