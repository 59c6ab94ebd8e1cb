"""Files reach the disk all or not at all, stay inside of the folder, and what does not belong is found."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from credkit_codegen.diagnostics import SpecError
from credkit_codegen.files import GeneratedFile, digest
from credkit_codegen.write import Change, ChangeKind, WriteReport, write_files

BEFORE = {"pkg/a.py": digest("a = 1\n"), "pkg/sub/b.py": digest("b = 1\n")}


def files(**texts: str) -> tuple[GeneratedFile, ...]:
    """`pkg__a` -> pkg/a.py."""
    return tuple(GeneratedFile(PurePosixPath(key.replace("__", "/") + ".py"), text) for key, text in texts.items())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder as the last run left it."""
    root = tmp_path / "out"
    write_files(files(pkg__a="a = 1\n", pkg__sub__b="b = 1\n"), root, before={})
    return root


def tree(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def kinds(report: WriteReport) -> Mapping[str, ChangeKind]:
    return {str(change.path): change.kind for change in report.changes}


def test_files_are_written_and_nothing_else_is_left(root: Path) -> None:
    assert tree(root) == {"pkg/a.py": "a = 1\n", "pkg/sub/b.py": "b = 1\n"}


def test_a_file_that_is_no_longer_generated_is_removed_with_its_folder(root: Path) -> None:
    report = write_files(files(pkg__a="a = 2\n"), root, before=BEFORE)
    assert tree(root) == {"pkg/a.py": "a = 2\n"}
    assert report.removed == (PurePosixPath("pkg/sub/b.py"),)
    assert not (root / "pkg" / "sub").exists()


def test_a_file_that_we_never_made_is_kept(root: Path) -> None:
    (root / "notes.txt").write_text("mine")
    write_files(files(pkg__a="a = 2\n"), root, before=BEFORE)
    assert tree(root) == {"pkg/a.py": "a = 2\n", "notes.txt": "mine"}


def test_unchanged_files_are_not_touched(root: Path) -> None:
    os.utime(root / "pkg" / "a.py", (1, 1))
    report = write_files(files(pkg__a="a = 1\n", pkg__sub__b="b = 1\n"), root, before=BEFORE)
    assert report.is_current
    assert (root / "pkg" / "a.py").stat().st_mtime == 1


def test_check_says_what_is_wrong_and_writes_nothing(root: Path) -> None:
    (root / "pkg" / "a.py").write_text("a = 'by hand'\n")
    (root / "pkg" / "extra.py").write_text("")
    (root / "pkg" / "__pycache__").mkdir()
    (root / "pkg" / "__pycache__" / "a.pyc").write_text("")
    before = tree(root)
    report = write_files(
        files(pkg__a="a = 1\n", pkg__sub__b="b = 2\n", pkg__c="c = 1\n"), root, before=BEFORE, check=True
    )
    assert kinds(report) == {
        "pkg/a.py": ChangeKind.EDITED,
        "pkg/sub/b.py": ChangeKind.STALE,
        "pkg/c.py": ChangeKind.MISSING,
        "pkg/extra.py": ChangeKind.EXTRA,
    }
    assert tree(root) == before


def test_what_was_edited_by_hand_stays_until_it_may_be_written_over(root: Path) -> None:
    (root / "pkg" / "a.py").write_text("a = 'by hand'\n")
    (root / "pkg" / "sub" / "b.py").write_text("b = 'by hand'\n")
    before = tree(root)
    with pytest.raises(SpecError) as caught:
        write_files(files(pkg__a="a = 2\n"), root, before=BEFORE)
    assert [Path(item.file).name for item in caught.value.diagnostics] == ["a.py", "b.py"]
    assert tree(root) == before
    write_files(files(pkg__a="a = 2\n"), root, before=BEFORE, overwrite=True)
    assert tree(root) == {"pkg/a.py": "a = 2\n"}


def test_the_diff_goes_from_what_is_there_to_what_should_be(root: Path) -> None:
    report = write_files(files(pkg__a="a = 2\n", pkg__sub__b="b = 1\n"), root, before=BEFORE, check=True)
    assert report.changes == (
        Change(
            kind=ChangeKind.STALE,
            path=PurePosixPath("pkg/a.py"),
            diff="--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n",
        ),
    )


@pytest.mark.parametrize("path", ["../up.py", "/etc/up.py", "pkg/../../up.py", "pkg\\..\\up.py", "."])
def test_a_path_that_leaves_the_folder_is_refused(root: Path, path: str) -> None:
    before = tree(root.parent)
    with pytest.raises(SpecError, match="path-refused"):
        write_files([*files(pkg__a="a = 9\n"), GeneratedFile(PurePosixPath(path), "")], root, before=BEFORE)
    assert tree(root.parent) == before


def test_a_path_through_a_symbolic_link_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SpecError, match="symbolic link"):
        write_files(files(link__a="a = 1\n"), root, before=BEFORE)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_that_is_a_symbolic_link_is_not_written_through(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.py"
    target.write_text("precious")
    (root / "pkg" / "a.py").unlink()
    (root / "pkg" / "a.py").symlink_to(target)
    with pytest.raises(SpecError, match="symbolic link"):
        write_files(files(pkg__a="a = 1\n"), root, before=BEFORE)
    assert target.read_text() == "precious"


def test_two_files_that_differ_only_in_case_are_refused(root: Path) -> None:
    with pytest.raises(SpecError, match="only in case"):
        write_files(files(pkg__a="", pkg__A=""), root, before=BEFORE)


def test_a_run_that_dies_leaves_the_old_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(root)

    def die(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", die)
    with pytest.raises(OSError, match="disk full"):
        write_files(files(pkg__a="a = 2\n", pkg__sub__b="b = 2\n"), root, before=BEFORE)
    monkeypatch.undo()
    assert tree(root) == before
