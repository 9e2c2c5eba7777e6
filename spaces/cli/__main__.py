"""`python -m spaces.cli`."""

from spaces.cli import main

main()
