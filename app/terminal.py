"""What the commands print: progress to stderr, results to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import closing
from typing import Any, TypeVar

import typer

T = TypeVar("T")
NAMED = 16
"""Values of one list that are printed for a person; `--json` has all."""


def follow(steps: Generator[Any, None, T]) -> T:
    """Run a long job with a bar on a terminal, and give its result."""
    from rich.console import Console
    from rich.progress import Progress

    said = ""
    with (
        closing(steps),
        Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar,
    ):
        task = bar.add_task("")
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            bar.update(task, completed=step.done, total=step.total, description=step.message)
            if step.message and step.message != said and bar.disable:
                typer.echo(step.message, err=True)
            said = step.message


def tell(as_json: bool, facts: dict[str, Any], text: str) -> None:
    """Print facts as JSON for a script, or else `text` for a person."""
    typer.echo(json.dumps(facts, indent=2) if as_json else text)


def lines_of(facts: dict[str, Any], indent: str = "") -> list[str]:
    """Facts as `name: value`, one a line, those inside others indented; long lists are cut."""
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict) and value:
            lines += [f"{indent}{name}:", *lines_of(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{indent}{name}:")
            lines += [f"{indent}  {_entry(item)}" for item in value]
        else:
            lines.append(f"{indent}{name}: {_plain(value)}")
    return lines


def _entry(item: dict[str, Any]) -> str:
    """One of several alike: its name, and what is said of it."""
    said = {name: value for name, value in item.items() if value not in ("", None)}
    return _listed([v if k in ("name", "direction") else f"{k} {v}" for k, v in said.items()])


def _listed(values: list[Any]) -> str:
    said = [_plain(value) for value in values]
    more = [f"and {len(said) - NAMED} more"] if len(said) > NAMED else []
    return ", ".join(said[:NAMED] + more) or "none"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return _listed(value)
    if value is None or value == {}:
        return "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
