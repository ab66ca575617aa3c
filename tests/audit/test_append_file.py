"""Lines of several processes in one file, and its rotation."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from confmon.audit import append_file

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from confmon.audit import (append_file as lines)
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    line = f"{name} {number} ".encode() + b"." * (number * 37 % 900) + b"\\n"
    lines.append(path, line, full=8000, kept=500)
"""


def everything(path: Path) -> list[bytes]:
    return [line for file in append_file.files(path) for line in file.read_bytes().splitlines()]


def test_two_processes_share_the_file_through_its_rotations(tmp_path: Path) -> None:
    path, count = tmp_path / "log", 150
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, str(count)])
        for name in ("a", "b")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = [line for line in everything(path) if line]
    heads = [line.split()[:2] for line in found]
    for name in (b"a", b"b"):
        numbers = [int(number) for who, number in heads if who == name]
        assert sorted(numbers) == list(range(count))
    assert len(found) == 2 * count
    assert all(set(line.split(b" ", 2)[2]) <= {ord(".")} for line in found)
    old = append_file.files(path)[:-1]
    assert len(old) >= 3  # while one rotates, the other goes on writing and does not wait
    assert all(one.stat().st_size > 4000 for one in old)  # none was rotated before it was full


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 300), max_size=60), kept=st.integers(1, 4))
def test_the_newest_lines_are_kept_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], kept: int
) -> None:
    path = tmp_path_factory.mktemp("rotation") / "log"
    written = [b"%d" % number + b"." * size for number, size in enumerate(sizes)]
    for line in written:
        append_file.append(path, line + b"\n", full=500, kept=kept)
    found = everything(path) if written else []
    assert found == written[len(written) - len(found) :]
    assert len(append_file.files(path)) <= kept + 1
    assert all(file.stat().st_size <= 500 for file in append_file.files(path) if file.exists())
    assert len(found) == len(written) or sum(map(len, found)) > 500 * (kept - 1) // 2


def test_the_second_process_leaves_the_new_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"." * 499 + b"\n")
    stale = os.open(path, os.O_RDWR)
    append_file.append(path, b"new\n", full=500)
    append_file._rotate(path, stale, 3)
    os.close(stale)
    assert path.read_bytes() == b"new\n"
    assert not (tmp_path / "log.2").exists()


def test_a_folder_that_allows_no_rotation_lets_the_file_grow(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"." * 600 + b"\n")
    (tmp_path / "log.1").mkdir()
    (tmp_path / "log.1" / "in the way").touch()
    (tmp_path / "log.2").touch()
    append_file.append(path, b"new\n", full=500, kept=2)
    assert path.read_bytes().endswith(b".\nnew\n")


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"event": "int')
    append_file.append(path, b"whole\n")
    assert path.read_bytes().splitlines()[1:] == [b"whole"]


def test_a_full_disk_is_an_error_and_the_next_line_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "log"
    append_file.append(path, b"first\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9, hard))
    try:
        for expected in (errno.EIO, errno.EFBIG):  # a part of it, then nothing at all
            with pytest.raises(OSError, match=r"part|large") as error:
                append_file.append(path, b"second\n")
            assert error.value.errno == expected
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    append_file.append(path, b"third\n")
    assert path.read_bytes().splitlines() == [b"first", b"sec", b"third"]


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(OSError, match=name):
            append_file.append(tmp_path / name, b"line\n")
        if name != "folder":
            with pytest.raises(OSError, match=name):
                append_file.open_to_read(tmp_path / name)
    assert (tmp_path / "target").read_bytes() == b""


def test_files_come_oldest_first_and_others_not_at_all(tmp_path: Path) -> None:
    for name in ("log", "log.2", "log.10", "log.1", "log.gz", "log.2.gz", "logs.3", "log."):
        (tmp_path / name).touch()
    names = [file.name for file in append_file.files(tmp_path / "log")]
    assert names == ["log.10", "log.2", "log.1", "log"]


def test_a_look_at_a_full_disk_finds_it_out_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "log"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (0, 9):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            with pytest.raises(OSError, match=r"space|large"):
                append_file.check(path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    append_file.check(path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("log", b"")]
