"""Sign-in for apps: an OAuth 2 authorization server and OpenID provider, for Spaces that ask for it and for command lines.

`authorize.py` and `device.py` begin a grant, `exchange.py` turns it into tokens, `clients.py` knows who may ask."""
