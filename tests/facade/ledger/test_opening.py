"""From a path to a ledger: files, keys, versions, and everything that is refused."""

from __future__ import annotations

import base64
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credkit.ledger import Attempt, Intent, SqliteLedger, State, opening, schema
from credkit.ledger.errors import LedgerError, LedgerKeyMissing, LedgerKeyWrong, LedgerMissing, LedgerTooNew, NotALedger
from credkit.ledger.keyfile import VARIABLE, key_path
from credkit.ledger.opening import connect

OLD = Path(__file__).with_name("old")
ACCOUNT = "record:test:default"
OLD_KEY = base64.b64encode(b"k" * 32).decode()
posix = pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "issuances.db"


def old_ledger(path: Path, version: int) -> None:
    """A ledger as an earlier version wrote it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((OLD / f"version-{version}.sql").read_text(encoding="utf-8"))
    key_path(path).write_text(OLD_KEY)


def test_a_ledger_has_one_id(tmp_path: Path) -> None:
    ids = []
    for name in ("one.db", "one.db", "other.db"):
        with SqliteLedger.open(tmp_path / name) as ledger:
            ids.append(ledger.id)
    assert ids[0] == ids[1] != ids[2]
    assert len(bytes.fromhex(ids[0])) == 6


class TestFiles:
    def test_a_file_system_without_links(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def link(*_: object) -> None:
            raise PermissionError("no links here")

        monkeypatch.setattr(os, "link", link)
        with SqliteLedger.open(path) as ledger:
            made = ledger.id
        assert key_path(path).stat().st_mode & 0o077 == 0 or os.name != "posix"
        with SqliteLedger.open(path) as ledger:
            assert ledger.id == made
        assert not list(path.parent.glob(".*"))

    @posix
    def test_nobody_else_may_read(self, path: Path) -> None:
        before = os.umask(0)
        try:
            with SqliteLedger.open(path) as ledger:
                ledger.account("record", "test", "key")
                modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
        finally:
            os.umask(before)
        assert modes == dict.fromkeys((path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}.key"), 0o600)

    @posix
    def test_a_file_that_others_may_read_is_closed_to_them(self, path: Path) -> None:
        SqliteLedger.open(path).close()
        path.chmod(0o644)
        key_path(path).chmod(0o640)
        SqliteLedger.open(path).close()
        assert {one.stat().st_mode & 0o777 for one in (path, key_path(path))} == {0o600}

    def test_what_is_committed_is_synchronised(self, path: Path) -> None:
        SqliteLedger.open(path).close()
        with closing(connect(path, 1.0)) as connection:
            pragmas = {one: connection.execute(f"PRAGMA {one}").fetchone()[0] for one in _PRAGMAS}
        assert pragmas == _PRAGMAS

    @pytest.mark.parametrize(
        "content", [b"name,email\nAlice,alice@example.com\n" * 40, b"SQLite format 3\0" + b"\1" * 4096]
    )
    def test_another_file_stays_as_it_is(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        with pytest.raises(NotALedger):
            SqliteLedger.open(path)
        assert path.read_bytes() == content
        assert not key_path(path).exists()

    def test_another_programs_database_stays_as_it_is(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE intent (name TEXT)")
        before = path.read_bytes()
        with pytest.raises(NotALedger, match="another program"):
            SqliteLedger.open(path)
        assert path.read_bytes() == before

    def test_a_damaged_ledger(self, path: Path) -> None:
        with SqliteLedger.open(path) as ledger:
            ledger.claim(_attempt(), [Intent(ledger.fence(ACCOUNT, "p", "a", None), "p", "a")])
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        with pytest.raises(LedgerError):
            SqliteLedger.open(path).find("a")

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(LedgerError, match=r"there is no folder '.*nowhere' for the ledger 'l\.db'"):
            SqliteLedger.open(tmp_path / "nowhere" / "l.db")

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        with pytest.raises(LedgerError, match=f"the ledger {str(tmp_path)!r} cannot be used"):
            SqliteLedger.open(tmp_path)

    @pytest.mark.parametrize("how", ["deleted", "emptied"])
    def test_a_key_without_its_ledger_is_no_new_ledger(self, path: Path, how: str) -> None:
        """An empty ledger would issue to everybody again."""
        SqliteLedger.open(path).close()
        path.unlink()
        if how == "emptied":
            path.touch()
        with pytest.raises(LedgerMissing, match="its key is there"):
            SqliteLedger.open(path)
        assert path.exists() == (how == "emptied")
        key_path(path).rename(path.with_name("away"))
        SqliteLedger.open(path).close()

    @pytest.mark.parametrize("step", ["load_key", "_use_wal", "migrate"])
    def test_one_that_was_never_finished_is_finished(
        self, path: Path, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that dies while it makes a ledger, before or after the key is there, leaves nothing in the way."""

        def dies(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(opening, step, dies)
        with pytest.raises(KeyboardInterrupt):
            SqliteLedger.open(path)
        monkeypatch.undo()
        assert key_path(path).exists() == (step != "load_key")
        with SqliteLedger.open(path) as ledger:
            assert ledger.find("a") == []

    def test_a_copy_with_its_log_has_everything(self, path: Path, tmp_path: Path) -> None:
        """What a process that was killed has written may be in the log only."""
        with SqliteLedger.open(path) as ledger:
            ledger.claim(_attempt(), [Intent(ledger.fence(ACCOUNT, "p", "a", None), "p", "a")])
            copy = tmp_path / "copy"
            copy.mkdir()
            for name in (path.name, f"{path.name}-wal", f"{path.name}.key"):  # as docs/ledger.md says
                shutil.copy(path.with_name(name), copy / name)
        with SqliteLedger.open(copy / path.name) as restored:
            assert [entry.state for entry in restored.find("a")] == [State.SENDING]


class TestKeys:
    def test_the_key_is_made_once(self, path: Path) -> None:
        with SqliteLedger.open(path) as ledger:
            fence = ledger.fence(ACCOUNT, "p", "a", None)
        key = key_path(path).read_bytes()
        assert len(base64.b64decode(key)) == 32
        with SqliteLedger.open(path) as ledger:
            assert ledger.fence(ACCOUNT, "p", "a", None) == fence
        assert key_path(path).read_bytes() == key
        assert not [one for one in path.parent.iterdir() if one.name.startswith(".")], "nothing is left over"

    def test_another_key_gives_other_fences(self, tmp_path: Path) -> None:
        ledgers = [SqliteLedger.open(tmp_path / name) for name in "ab"]
        assert len({ledger.fence(ACCOUNT, "p", "a", None) for ledger in ledgers}) == 2
        for ledger in ledgers:
            ledger.close()

    def test_without_its_key_a_ledger_is_not_opened(self, path: Path) -> None:
        SqliteLedger.open(path).close()
        key_path(path).unlink()
        with pytest.raises(LedgerKeyMissing, match=r"issuances\.db\.key"):
            SqliteLedger.open(path)
        assert not key_path(path).exists()

    def test_with_another_key_neither(self, path: Path) -> None:
        SqliteLedger.open(path).close()
        key_path(path).write_text(base64.b64encode(b"x" * 32).decode())
        before = path.read_bytes()
        with pytest.raises(LedgerKeyWrong, match="another key"):
            SqliteLedger.open(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("text", ["", "not base64!", base64.b64encode(b"short").decode(), "ü"])
    def test_what_is_no_key(self, path: Path, text: str) -> None:
        SqliteLedger.open(path).close()
        key_path(path).write_text(text, encoding="utf-8")
        with pytest.raises((LedgerKeyWrong, LedgerKeyMissing)):
            SqliteLedger.open(path)

    def test_the_environment_comes_first(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VARIABLE, OLD_KEY)
        SqliteLedger.open(path).close()
        assert not key_path(path).exists()
        monkeypatch.setenv(VARIABLE, base64.b64encode(b"y" * 32).decode())
        with pytest.raises(LedgerKeyWrong):
            SqliteLedger.open(path)
        monkeypatch.setenv(VARIABLE, "secret CANARY")
        with pytest.raises(LedgerKeyWrong, match=VARIABLE) as caught:
            SqliteLedger.open(path)
        assert "CANARY" not in str(caught.value)

    def test_no_repr_shows_the_key(self, path: Path) -> None:
        with SqliteLedger.open(path, environ={VARIABLE: OLD_KEY}) as ledger:
            assert "kkkk" not in repr(ledger) + repr(vars(ledger)) + repr(ledger._fingerprints)

    def test_processes_that_begin_at_once_share_one_key(self, path: Path) -> None:
        program = "import sys; from credkit.ledger import SqliteLedger; print(SqliteLedger.open(sys.argv[1]).fence('a', 'p', 'r', None).hex())"
        running = [
            subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) for _ in range(5)
        ]
        fences = [one.communicate(timeout=60)[0] for one in running]
        assert len(set(fences)) == 1
        assert len(fences[0].strip()) == 48


class TestVersions:
    def test_a_newer_one_is_refused_as_it_is(self, path: Path) -> None:
        SqliteLedger.open(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        before = path.read_bytes()
        with pytest.raises(LedgerTooNew, match=f"version {schema.VERSION + 1}.* knows {schema.VERSION}"):
            SqliteLedger.open(path)
        assert path.read_bytes() == before

    def test_there_is_an_old_one_of_every_version(self) -> None:
        assert {one.stem for one in OLD.iterdir()} == {f"version-{number}" for number in range(1, schema.VERSION)}

    @pytest.mark.parametrize("version", range(1, schema.VERSION))
    def test_an_older_one_is_brought_up(self, path: Path, version: int) -> None:
        old_ledger(path, version)
        with SqliteLedger.open(path) as ledger:
            [issued] = ledger.find("enrol-1")
            [unknown] = ledger.find("enrol-2")
            assert (issued.state, unknown.state) == (State.ISSUED, State.UNKNOWN)
            assert issued.credential is not None
            assert (issued.credential.id, issued.cohort) == ("rec_1", None)
            assert len(ledger.decisions()) == version - 1
            assert ledger.erase("enrol-1") == 1
            assert ledger.has_credential(ACCOUNT, "rec_1")
            assert ledger.account("record", "test", "key-1") == ACCOUNT
            ledger.create_cohort("may", account=ACCOUNT, template="prog_1", label="May", source="ab")
            intent = Intent(ledger.fence(ACCOUNT, "prog_1", "enrol-3", None), "prog_1", "enrol-3")
            assert ledger.claim(_attempt(cohort="may"), [intent]) == [None]
        assert _tables(path) == _tables_of_a_new_one(path)

    @pytest.mark.parametrize("version", range(1, schema.VERSION))
    def test_a_migration_is_whole_or_not_at_all(
        self, path: Path, version: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old_ledger(path, version)
        before = _tables(path)
        last = schema.MIGRATIONS[-1] + "; CREATE TABLE intent (twice TEXT)"
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS[:-1], last))
        with pytest.raises(LedgerError):
            SqliteLedger.open(path)
        assert _tables(path) == before
        monkeypatch.undo()
        with SqliteLedger.open(path) as ledger:
            assert len(ledger.find("enrol-1")) == 1

    @pytest.mark.parametrize("version", range(1, schema.VERSION))
    def test_with_a_wrong_key_nothing_is_migrated(self, path: Path, version: int) -> None:
        old_ledger(path, version)
        key_path(path).write_text(base64.b64encode(b"x" * 32).decode())
        before = _tables(path)
        with pytest.raises(LedgerKeyWrong):
            SqliteLedger.open(path)
        assert _tables(path) == before


_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def _attempt(cohort: str | None = None) -> Attempt:

    now = datetime(2026, 5, 1, tzinfo=UTC)
    return Attempt(token="t", account=ACCOUNT, operation="o", sent_at=now, settles_at=now, cohort=cohort)


def _tables(path: Path) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as connection:
        columns = {
            name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({name})"))
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        }
        indexes = sorted(connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall())
        version = connection.execute("PRAGMA user_version").fetchone()
    return {"columns": columns, "indexes": indexes, "version": version}


def _tables_of_a_new_one(path: Path) -> dict[str, object]:
    new = path.with_name("new.db")
    SqliteLedger.open(new).close()
    return _tables(new)
