"""Ganvas: without arguments a window, with a subcommand the same work without one."""

import os
import sys


def main() -> None:
    """The one door."""
    # Both are read when torch is loaded: they keep idle threads from spinning, and its
    # allocations on large pages.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    from app.cli import main as run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
