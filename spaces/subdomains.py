"""Two Spaces never share a host name: the label a Space asks for, or that with a suffix made from its full name.

`a-b/c` and `a/b-c` ask for the same label. The suffix is a hash and not a count, so that it says nothing about who else
there is, and a deleted Space's successor does not inherit its place in a row. The table's unique column has the last
word: two creations at the same moment may settle on one label, and the loser settles again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from spaces.names import RESERVED_SUBDOMAINS, subdomain_of

_LABEL_LIMIT = 63
_LENGTHS = (6, 8, 12, 16, 24, 32)
"""Hexadecimal digits tried in turn."""


def settle(owner: str, name: str, taken: Callable[[str], bool]) -> str:
    """A free host label for `owner/name`. `taken` must know living Spaces and tombstones of others alike.

    Raises RuntimeError where even the longest suffix is taken, which means that `taken` is broken."""
    wanted = subdomain_of(owner, name)
    if wanted not in RESERVED_SUBDOMAINS and not taken(wanted):
        return wanted
    digest = hashlib.sha256(f"{owner}/{name}".lower().encode()).hexdigest()
    for length in _LENGTHS:
        label = f"{wanted[: _LABEL_LIMIT - 1 - length].rstrip('-')}-{digest[:length]}"
        if not taken(label):
            return label
    raise RuntimeError(f"every host label for {owner}/{name} is taken")
