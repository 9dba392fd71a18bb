"""A session comes back as it was, and anything else is refused by name."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.recipe import Latent, Model, Recipe
from app.core.session_file import SavedLook, Session, SessionError, load_session, save_session


def a_session() -> Session:
    recipe = Recipe(Model("tiny", "ab"), Latent.of_rows(np.ones((4, 3)))).with_edit("smile", 1.5)
    picture = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    looks = (SavedLook("笑", recipe, picture), SavedLook("plain", replace(recipe, psi=1.0)))
    return Session(recipe, looks, frozenset({"gender"}))


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    session = a_session()
    save_session(tmp_path / "s.ganvas", session)
    loaded = load_session(tmp_path / "s.ganvas")
    assert loaded.recipe == session.recipe
    assert loaded.locks == session.locks
    assert [(look.name, look.recipe) for look in loaded.looks] == [
        (look.name, look.recipe) for look in session.looks
    ]
    first, second = loaded.looks
    assert first.picture is not None
    assert np.array_equal(first.picture, session.looks[0].picture)  # type: ignore[arg-type]
    assert second.picture is None


def test_saving_over_a_session_replaces_it_whole(tmp_path: Path) -> None:
    save_session(tmp_path / "s.ganvas", a_session())
    save_session(tmp_path / "s.ganvas", Session(Recipe()))
    assert load_session(tmp_path / "s.ganvas").looks == ()
    assert [path.name for path in tmp_path.iterdir()] == ["s.ganvas"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="cannot be written"):
        save_session(tmp_path / "none" / "s.ganvas", a_session())


def test_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    path = tmp_path / "s.ganvas"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", json.dumps({"format": 99}))
    with pytest.raises(SessionError, match="newer Ganvas"):
        load_session(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"hello"])
def test_other_files_are_no_sessions(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.ganvas").write_bytes(content)
    with pytest.raises(SessionError, match="no session, or damaged"):
        load_session(tmp_path / "x.ganvas")


def test_a_zip_with_other_things_is_no_session(tmp_path: Path) -> None:
    path = tmp_path / "x.ganvas"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", json.dumps({"format": 1, "recipe": {}, "looks": 3}))
    with pytest.raises(SessionError, match="no session, or damaged"):
        load_session(path)


def test_a_truncated_session_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.ganvas"
    save_session(path, a_session())
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SessionError, match="no session, or damaged"):
        load_session(path)
