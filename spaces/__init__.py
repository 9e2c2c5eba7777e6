"""The control plane: what a Space is, who may do what to it, and every HTTP API."""
