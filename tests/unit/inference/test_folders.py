"""Folders that are made once: whole or not at all."""

from pathlib import Path

import pytest

from plait_inference.models.folders import CHECKSUMS, is_sound, replacing


def fill(folder: Path, text: str) -> None:
    with replacing(folder) as work:
        (work / "a.txt").write_text(text)
        (work / "b.txt").write_text("b")


def test_a_filled_folder_is_sound_and_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "made"
    fill(folder, "one")
    assert is_sound(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["made"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    fill(folder, "one")
    (folder / "stray").write_text("x")
    fill(folder, "two")
    assert is_sound(folder)
    assert (folder / "a.txt").read_text() == "two"
    assert not (folder / "stray").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    fill(folder, "one")
    with pytest.raises(UnicodeEncodeError):
        fill(folder, "\ud800")
    assert (folder / "a.txt").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


@pytest.mark.parametrize("name", ["a.txt", CHECKSUMS])
@pytest.mark.parametrize("content", [b"", b"ona", b"\xff\xfe", None])
def test_a_damaged_folder_is_not_sound(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = tmp_path / "made"
    fill(folder, "one")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    assert not is_sound(folder)


def test_two_that_make_it_at_the_same_time_leave_one_that_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    with replacing(folder) as work:
        (work / "a.txt").write_text("slow")
        fill(folder, "quick")
    assert is_sound(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_folder_that_is_not_there_is_not_sound(tmp_path: Path) -> None:
    assert not is_sound(tmp_path / "absent")
