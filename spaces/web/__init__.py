"""The control host's pages: drawn on the server, without scripts, in English and Simplified Chinese."""
