# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and write files that hold secrets, and nothing that only looks like a file.

A FIFO keeps a program that opens it waiting for the other end, a device may never end, and a symbolic link may have been put
there so that this account overwrites what another one can't. So each is looked at before it is opened, and once more
afterwards.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PRIVATE = 0o600
_SHARED_BITS = 0o077
_WRITABLE_BY_OTHERS = 0o022
_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
_MAKING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# A folder may be written to without being readable.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
# Where the system knows no such files, a folder can't be opened for writing, and that is an error, too.
_NAMELESS = getattr(os, "O_TMPFILE", 0) | os.O_WRONLY | os.O_CLOEXEC
_CHUNK = 64 * 1024
_KINDS = {
    stat.S_IFLNK: "it is a symbolic link, which is not followed; name the file that it leads to",
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "it is a FIFO",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
}


class Unfit(OSError):
    """What is there is no file that may be read or written; its text says why."""


@dataclass(frozen=True)
class Content:
    """What a file holds."""

    data: bytes
    """As much of it as was asked for."""
    private: bool
    """Whether its owner alone may read it."""


def read_file(path: str, size: int, follow: bool = True) -> Content:
    """Read at most ``size`` bytes of a regular file; raises OSError, at once if it is none, and ValueError."""
    _require_regular(Path(path).stat() if follow else Path(path).lstat())
    handle = os.open(path, _READING | (0 if follow else os.O_NOFOLLOW))
    try:
        # Another one may have taken its place.
        found = os.fstat(handle)
        _require_regular(found)
        return Content(_read(handle, size), not stat.S_IMODE(found.st_mode) & _SHARED_BITS)
    finally:
        os.close(handle)


def _read(handle: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = os.read(handle, min(_CHUNK, size - len(found)))
        if not part:
            break
        found += part
    return found


def _require_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unfit(_KINDS.get(stat.S_IFMT(found.st_mode), "it is no regular file"))


def vet(path: str) -> bool:
    """Return whether there is a file that may be replaced; raises OSError if what is there may not be, and ValueError.

    Nothing is opened.
    """
    with _folder(path) as folder:
        return _vetted(folder, Path(path).name) is not None


@contextlib.contextmanager
def _folder(path: str) -> Iterator[int]:
    """Hold the folder of a file open, so that it stays the same one whatever happens to its name."""
    parent = Path(path).parent
    try:
        handle = os.open(parent, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        raise Unfit(f"folder {parent} does not exist") from None
    try:
        yield handle
    finally:
        os.close(handle)


def _vetted(folder: int, name: str) -> os.stat_result | None:
    """Return what is there under a name; None if nothing is. Raises OSError if it may not be replaced."""
    try:
        found = os.stat(name or ".", dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    _require_regular(found)
    _require_replaceable(found, os.fstat(folder))
    return found


def _require_replaceable(found: os.stat_result, folder: os.stat_result) -> None:
    """Refuse a file whose owner could not, or must not, be the owner of what takes its place."""
    if found.st_dev != folder.st_dev:
        raise Unfit("it is mounted there by itself and can't be replaced; name a file in a mounted folder")
    user = os.geteuid()
    if found.st_uid == user:
        return
    if user != 0:
        raise Unfit(f"it belongs to another user (uid {found.st_uid})")
    if found.st_uid != folder.st_uid and folder.st_mode & _WRITABLE_BY_OTHERS:
        # Whoever can write to the folder may have put it there in order to own what is written.
        raise Unfit(f"it belongs to another user (uid {found.st_uid}), in a folder that others may write to")


def require_place(path: str, check_mode: bool) -> None:
    """Raise OSError or ValueError if write_private() could not write a file; check mode only asks for permission."""
    with _folder(path) as folder:
        before = _vetted(folder, Path(path).name)
        if not os.access(".", os.W_OK, dir_fd=folder):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not check_mode:
            # Not every folder that grants it takes files: /proc does not, nor does a read-only mount for root.
            with _trial(folder) as handle:
                _give(handle, before)


def write_private(path: str, text: str) -> None:
    """Write a file so that at every moment there is the old one or the new one, and only its owner may read it.

    The owner stays the same; a new file is this account's. Raises OSError and ValueError.
    """
    with _folder(path) as folder:
        name = Path(path).name
        before = _vetted(folder, name)
        with _temporary(folder) as (handle, temporary):
            _give(handle, before)
            _fill(handle, text.encode("utf-8"))
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


@contextlib.contextmanager
def _trial(folder: int) -> Iterator[int]:
    """Open a file in a folder that is never seen there, where the file system can do that."""
    try:
        handle = os.open(".", _NAMELESS, _PRIVATE, dir_fd=folder)
    except OSError:
        # Whatever keeps it from having no name, only one with a name tells whether there can be any.
        with _temporary(folder) as (named, _name):
            yield named
        return
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def _temporary(folder: int) -> Iterator[tuple[int, str]]:
    """Open a new file, and return its name as well. It is removed afterwards unless it got another name."""
    name = f".skupper-token-{secrets.token_hex(8)}"
    handle = os.open(name, _MAKING, _PRIVATE, dir_fd=folder)
    try:
        # Whatever the umask left of it.
        os.fchmod(handle, _PRIVATE)
        yield handle, name
    finally:
        os.close(handle)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)


def _give(handle: int, before: os.stat_result | None) -> None:
    """Make a file belong to the owner of another one, and to its group if that is allowed; neither is open to the group."""
    if before is None:
        return
    made = os.fstat(handle)
    if made.st_uid != before.st_uid:
        os.fchown(handle, before.st_uid, before.st_gid)
    elif made.st_gid != before.st_gid:
        with contextlib.suppress(OSError):
            os.fchown(handle, -1, before.st_gid)


def _fill(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]
    os.fsync(handle)
