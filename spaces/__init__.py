"""The control plane: what a Space is, who may do what to it, and every HTTP API."""

from spaces import journal

journal.set_up()
