"""`python -m opswright.cli`, where the command itself is not on the path."""

from opswright.cli import main

main()
