# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents as text and as files."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .._model.token import Token
from .._wire.v1_token import document_name, read_token

try:
    import yaml

    HAS_YAML = True
except ImportError:
    HAS_YAML = False

_PRIVATE = 0o600
_SHARED_BITS = 0o077
# A token is a few kilobytes; whatever is much larger was named by mistake.
_LARGEST = 1024 * 1024


def parse_token(value: Any) -> Token:
    """Read a token that was given as a dictionary or as YAML text."""
    if isinstance(value, (bytes, str)):
        value = parse_yaml(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    return read_token(value)


def parse_yaml(text: str) -> Any:
    """The YAML document, or the list of documents if there are several; raises Failure(token_malformed)."""
    try:
        found = _load(text)
    except ValueError:
        # The parser's own message quotes the text, and the text is a secret.
        raise Failure(Reason.TOKEN_MALFORMED, "This is no Skupper token: it is no valid YAML.") from None
    if len(found) == 1:
        return found[0]
    v2 = [part for part in found if isinstance(part, dict) and str(part.get("apiVersion")).startswith("skupper.io/v2")]
    return v2[0] if v2 else found


def quiet_parse(value: Any) -> Any:
    """The value as a document where it can be read as one, for masking; never fails."""
    if not isinstance(value, (bytes, str)):
        return value
    try:
        return _load(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    except (ValueError, Failure):
        return None


def _load(text: str) -> list[Any]:
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read and write token documents.")
    try:
        found = [part for part in yaml.safe_load_all(text) if part is not None]
        # A document that holds itself is none that could be walked through.
        json.dumps(found, default=str)
    except Exception as error:
        raise ValueError("no YAML") from error
    return found


def read_token_file(path: str) -> Token:
    """Read a token file; raises Failure(token_unreadable, token_malformed)."""
    if is_content(path):
        # The text is not quoted: it probably is a token.
        raise Failure(Reason.TOKEN_UNREADABLE, "src is no file name but a document: give a token itself as token.")
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Failure(Reason.TOKEN_UNREADABLE, f"Token file {path} can't be read: {_cause(error)}.") from None
    if len(content) > _LARGEST:
        raise Failure(Reason.TOKEN_MALFORMED, f"Token file {path} is too large to be a Skupper token.")
    try:
        return parse_token(content)
    except Failure as failure:
        raise Failure(failure.reason, f"{failure.message} (file {path})") from None


@dataclass(frozen=True)
class FileState:
    """A token file as it is, compared with what it should be."""

    path: str
    exists: bool
    same: bool
    """Whether it holds the wanted document."""
    private: bool
    """Whether nobody but its owner may read it."""

    @property
    def is_right(self) -> bool:
        """Whether nothing has to be written."""
        return self.exists and self.same and self.private

    def view(self) -> dict[str, Any]:
        """The file as diffs show it."""
        return file_view(self.path, self.exists, "as wanted" if self.same else "another token", self.private)


def file_view(path: str, exists: bool = True, content: str = "as wanted", private: bool = True) -> dict[str, Any]:
    """A token file as diffs show it."""
    if not exists:
        return {"path": path, "state": "absent"}
    return {"path": path, "state": "file", "content": content, "mode": "0600" if private else "wider than 0600"}


def inspect_file(path: str, document: dict[str, Any] | None) -> FileState:
    """Compare a file with a document by meaning; None is a document that can't be known yet."""
    if is_content(path):
        raise Failure(Reason.DEST_UNWRITABLE, "dest is no file name but a document: name the file to write to.")
    file = Path(path)
    try:
        if file.is_dir() or not file.parent.is_dir():
            why = "it is a folder" if file.is_dir() else f"folder {file.parent} does not exist"
            raise Failure(Reason.DEST_UNWRITABLE, f"The token can't be written to {path}: {why}.")
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
    except FileNotFoundError:
        return FileState(path, False, False, False)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    same = document is not None and len(content) <= _LARGEST and quiet_parse(content) == [document]
    return FileState(path, True, same, not mode & _SHARED_BITS)


def token_in(path: str) -> Token | None:
    """The token that a file holds; None if it holds none, or there is no such file."""
    try:
        return read_token_file(path)
    except Failure:
        return None


def require_writable(path: str, check_mode: bool) -> None:
    """Raise Failure(dest_unwritable) if a file could not be written, before anything else is done for its sake."""
    inspect_file(path, None)
    folder = Path(path).resolve().parent
    try:
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not check_mode:
            # Not every folder that grants it takes files: /proc does not, nor does a read-only mount for root.
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def write_file(path: str, document: dict[str, Any]) -> None:
    """Write a document so that at every moment there is the old file or the new one, and only its owner may read it."""
    target = Path(path).resolve()
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=".skupper-token-", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), _PRIVATE)
            stream.write(dump_yaml(document))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        _discard(temporary)
        raise _unwritable(path, error) from None


def holds_token(path: str, name: str) -> bool:
    """Whether a file is the token of a claim; raises Failure(dest_unwritable) if it can't be read."""
    try:
        content = Path(path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    documents = quiet_parse(content)
    return isinstance(documents, list) and len(documents) == 1 and document_name(documents[0]) == name


def remove_file(path: str) -> None:
    """Remove a token file if it is there."""
    try:
        Path(path).unlink()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def _discard(temporary: Path | None) -> None:
    with contextlib.suppress(OSError):
        if temporary is not None:
            temporary.unlink()


def _unwritable(path: str, error: OSError | ValueError) -> Failure:
    return Failure(Reason.DEST_UNWRITABLE, f"The token can't be written to {path}: {_cause(error)}.")


def _cause(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def dump_yaml(document: dict[str, Any]) -> str:
    """A document as YAML with sorted keys, as Skupper's own command line writes it."""
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read and write token documents.")
    # Through JSON, so that text of any subclass becomes plain text.
    return str(yaml.safe_dump(json.loads(json.dumps(document)), default_flow_style=False, sort_keys=True))
