"""Ganvas: without arguments a window, with a subcommand the same work without one."""

import sys


def main() -> None:
    """The one door."""
    from app.environment import leave, set_environment

    set_environment(sys.argv[1:])
    from app.cli import main as run

    leave(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
