"""Fetching what somebody else names an address of, from a server of the public internet and nothing nearer.

`addresses` knows which addresses and URLs may be, `guard` looks a name up once and says where to connect, `http` and `git`
connect just there."""
