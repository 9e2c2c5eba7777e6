"""The machine below the platform: its engine, mirrors, base images, resolver and swap, and `doctor` for all of them.

Nothing here changes the host silently: every step that installs or starts something reports a line.
"""
