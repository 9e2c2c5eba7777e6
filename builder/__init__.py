"""The builder: turns one commit of a Space into an image, by RQ workers."""
