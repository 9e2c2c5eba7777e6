"""Tools for people who work on Demodock; nothing of it runs in an installation."""
