"""Where results go: a file keeps its links, mode and owner; what is no file is streamed to."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from advisor.model import writing

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root may become somebody else")


def advisor(*args: str, **options) -> subprocess.CompletedProcess[bytes]:
    """A command over the small base in a process of its own."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    env = {**os.environ, "ADVISOR_BASE": str(SMALL)}
    command = [sys.executable, "-m", "advisor", *args]
    return subprocess.run(
        command, stderr=subprocess.PIPE, timeout=60, check=False, env=env, **options
    )


def mode(path: Path) -> int:
    """The mode of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def base(tmp_path) -> Path:
    """A copy of the small base, one file of which is not in the canonical layout."""
    shutil.copytree(SMALL, tmp_path / "base")
    return tmp_path / "base"


@pytest.mark.parametrize("links", [1, 3])
def test_a_link_is_followed(tmp_path, links):
    """What is written through a link, or a row of them, is in the file, and the links stay."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    real = folder / "real.txt"
    real.write_text("old")
    target = Path("elsewhere/real.txt")
    for number in range(links):
        link = tmp_path / f"link{number}"
        link.symlink_to(target)
        target = Path(link.name)
    writing.put(link, "new")
    assert real.read_text() == "new"
    assert link.is_symlink()
    assert [path.name for path in folder.iterdir()] == ["real.txt"]


def test_a_link_to_what_is_not_there_yet_makes_it(tmp_path):
    """A link whose file is missing leads to where the file is made."""
    link = tmp_path / "link"
    link.symlink_to("real.txt")
    writing.put(link, "new")
    assert (tmp_path / "real.txt").read_text() == "new"
    assert link.is_symlink()


def test_a_link_to_itself_is_an_error(tmp_path):
    """Links in a circle lead nowhere, and stay."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        writing.put(tmp_path / "a", "new")
    assert (tmp_path / "a").is_symlink()


@pytest.mark.parametrize("before", [0o600, 0o640, 0o664, 0o755, 0o200])
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_mode_is_kept(tmp_path, before, umask):
    """A file keeps its mode, whatever the umask."""
    path = tmp_path / "advice.txt"
    path.write_text("old")
    path.chmod(before)
    old = os.umask(umask)
    try:
        writing.put(path, "new")
    finally:
        os.umask(old)
    assert mode(path) == before
    path.chmod(0o600)
    assert path.read_text() == "new"


def test_a_part_is_never_more_open_than_the_file(tmp_path, monkeypatch):
    """While it is written, the new file is in the same folder and no more readable than the old."""
    path = tmp_path / "advice.txt"
    path.write_text("old")
    path.chmod(0o600)
    seen = []

    def watched(descriptor: int, data: bytes) -> None:
        seen.extend((one.name, mode(one)) for one in tmp_path.iterdir() if one != path)
        assert os.write(descriptor, data) == len(data)

    monkeypatch.setattr(writing, "pour", watched)
    writing.put(path, "new")
    assert [mode for _, mode in seen] == [0o600]
    assert path.read_text() == "new"


def test_another_name_of_the_file_is_written_too(tmp_path):
    """A file with two names has the new text under both."""
    path, other = tmp_path / "one.txt", tmp_path / "two.txt"
    path.write_text("a long old text")
    os.link(path, other)
    writing.put(path, "new")
    assert (path.read_text(), other.read_text()) == ("new", "new")
    assert path.samefile(other)


@pytest.mark.parametrize(
    "command",
    [
        ["advise", "-o", "target"],
        ["advise", "--format", "json", "-o", "target"],
        ["brief", "--format", "html", "-o", "target"],
        ["audit", "--format", "sarif", "-o", "target"],
        ["consult", "--save", "target"],
    ],
    ids=" ".join,
)
def test_what_is_read_only_is_refused(tmp_path, command):
    """A file without the right to write is left alone with a word, by root too."""
    target = tmp_path / "target"
    target.write_text("title: T\nconsulted:\n")
    target.chmod(0o400)
    done = advisor(*command, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: cannot write to target: it is read-only")
    assert target.read_text() == "title: T\nconsulted:\n"
    assert mode(target) == 0o400


@as_root
def test_an_owner_is_kept(tmp_path):
    """Root may write into somebody's file, which stays theirs."""
    path = tmp_path / "advice.txt"
    path.write_text("old")
    os.chown(path, 12345, 12346)
    path.chmod(0o640)
    writing.put(path, "new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, mode(path)) == (12345, 12346, 0o640)
    assert path.read_text() == "new"


def somebody_else(path: Path, text: str) -> subprocess.CompletedProcess[bytes]:
    """Put a text as user 12345, who has no home and no name."""
    code = (
        "import os, sys\nfrom advisor.model import writing\n"
        "os.setgid(12345); os.setuid(12345)\n"
        "try: writing.put(sys.argv[1], sys.argv[2])\n"
        "except PermissionError as error: print(error.strerror)\n"
    )
    command = [sys.executable, "-c", code, str(path), text]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


@as_root
@pytest.mark.parametrize("folder", [0o755, 0o777, 0o1777], ids=oct)
def test_a_file_that_may_be_written_is(folder, public):
    """Who may write into a file writes, though its folder is closed or the file is another's."""
    place = public / "place"
    place.mkdir()
    place.chmod(folder)
    path = place / "shared.txt"
    path.write_text("an old text")
    path.chmod(0o666)
    done = somebody_else(path, "new")
    assert (done.stdout, done.stderr) == (b"", b"")
    assert path.read_text() == "new"
    assert (path.stat().st_uid, mode(path)) == (0, 0o666)
    path.chmod(0o644)
    assert somebody_else(path, "newer").stdout == b"it is read-only\n"
    assert path.read_text() == "new"
    assert list(place.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link", "links"])
def test_a_descriptor_goes_on_where_it_stands(tmp_path, name):
    """What goes to /dev/stdout follows what is there, in a file as in a pipe, and replaces none."""
    if name.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    (tmp_path / "link").symlink_to("/dev/stdout")
    (tmp_path / "links").symlink_to("link")
    wanted = advisor("advise", "--format", "json", cwd=tmp_path).stdout
    with (tmp_path / "out").open("wb") as out:
        out.write(b"before\n")
        out.flush()
        number = os.fstat(out.fileno()).st_ino
        done = advisor("advise", "--format", "json", "-o", name, stdout=out, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        out.seek(0, os.SEEK_END)
        out.write(b"after\n")
    assert (tmp_path / "out").read_bytes() == b"before\n" + wanted + b"after\n"
    assert (tmp_path / "out").stat().st_ino == number
    done = advisor("advise", "--format", "json", "-o", name, cwd=tmp_path)
    assert done.stdout == wanted
    assert (tmp_path / "link").is_symlink()


def test_a_pipe_with_a_name_is_streamed_to(tmp_path):
    """A FIFO gets the text and stays a FIFO, by a link too."""
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    text = "line\n" * 50_000  # more than a pipe holds
    read = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    writing.put(link, text)
    reader.join(20)
    assert read == [text]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_device_is_written_into(tmp_path):
    """/dev/null stays what it is."""
    writing.put("/dev/null", "text")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_where_there_is_no_more_room_the_old_text_is_put_back(tmp_path, monkeypatch):
    """A file that cannot be replaced by another is written in place, or left as it was."""
    path, other = tmp_path / "one.txt", tmp_path / "two.txt"
    path.write_text("the old text")
    os.link(path, other)
    pour, calls = writing.pour, []

    def filled(descriptor: int, data: bytes) -> None:
        calls.append(data)
        if len(calls) == 1:
            pour(descriptor, data[:3])
            raise OSError(28, "No space left on device")
        pour(descriptor, data)

    monkeypatch.setattr(writing, "pour", filled)
    with pytest.raises(OSError, match="No space"):
        writing.put(path, "something else, longer than before")
    assert path.read_text() == "the old text"


def test_whoever_shares_a_pipe_and_does_not_wait_loses_nothing(tmp_path):
    """A pipe that another program set not to block gets everything all the same."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    text = b"x" * 300_000
    read = bytearray()

    def take() -> None:
        while data := os.read(reader, 10_000):
            read.extend(data)

    thread = threading.Thread(target=take)
    thread.start()
    writing.pour(writer, text)
    os.close(writer)
    thread.join(20)
    os.close(reader)
    assert read == text


def test_fmt_keeps_links_and_modes(base):
    """`fmt` writes through a link and keeps the mode of a file."""
    path = base / "facts" / "plain.yaml"
    path.write_text(path.read_text() + "\n\n\n")
    path.chmod(0o600)
    real = base / "plain.real"
    path.rename(real)
    path.symlink_to("../plain.real")
    done = advisor("fmt", str(base))
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"changed: " in done.stdout
    assert path.is_symlink()
    assert mode(real) == 0o600
    real.write_text(real.read_text() + "\n\n\n")
    real.chmod(0o400)
    done = advisor("fmt", str(base))
    assert done.returncode == 2
    assert b"it is read-only" in done.stderr
    assert real.read_text().endswith("\n\n\n")


def test_schemas_keep_links_and_modes(tmp_path):
    """`schema -o` replaces its files as every command does."""
    real = tmp_path / "real.json"
    real.write_text("old")
    real.chmod(0o600)
    (tmp_path / "rules.schema.json").symlink_to("real.json")
    done = advisor("schema", "-o", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "rules.schema.json").is_symlink()
    assert real.read_text().startswith("{")
    assert mode(real) == 0o600
