# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._kube.yaml_text import TOKEN
from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .._model.token import Token
from .._site.generations.tokens import document_name
from .documents import dump_yaml, parse_token, quiet_parse
from .files import read_file, require_place, vet, write_private


def read_token_file(path: str) -> Token:
    """Read a token file; raises Failure(token_unreadable, token_malformed)."""
    if is_content(path):
        # The text is not quoted: it probably is a token.
        raise Failure(Reason.TOKEN_UNREADABLE, "src is no file name but a document: give a token itself as token.")
    try:
        content = read_file(path, TOKEN.size + 1).data
    except (OSError, ValueError) as error:
        raise Failure(Reason.TOKEN_UNREADABLE, f"Token file {path} can't be read: {_cause(error)}.") from None
    if len(content) > TOKEN.size:
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
    """Whether its owner alone may read it."""

    @property
    def is_right(self) -> bool:
        """Return whether nothing has to be written."""
        return self.exists and self.same and self.private

    def view(self) -> dict[str, Any]:
        """Return the file as diffs show it."""
        return file_view(self.path, self.exists, "as desired" if self.same else "another token", self.private)


def file_view(path: str, exists: bool = True, content: str = "as desired", private: bool = True) -> dict[str, Any]:
    """Return a token file as diffs show it."""
    if not exists:
        return {"path": path, "state": "absent"}
    return {"path": path, "state": "file", "content": content, "mode": "0600" if private else "wider than 0600"}


def inspect_file(path: str, document: dict[str, Any] | None) -> FileState:
    """Compare a file with a document by meaning; None is a document that can't be known yet."""
    if is_content(path):
        raise Failure(Reason.DEST_UNWRITABLE, "dest is no file name but a document: name the file to write to.")
    try:
        if not vet(path):
            return FileState(path, False, False, False)
        found = read_file(path, TOKEN.size + 1, follow=False)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    return FileState(path, True, document is not None and _documents(found.data) == [document], found.private)


def _documents(content: bytes) -> Any:
    """Return what a token file holds; None if that is no YAML, or too much of it."""
    return quiet_parse(content) if len(content) <= TOKEN.size else None


def token_in(path: str) -> Token | None:
    """Return the token that a file holds; None if it holds none, or there is no such file."""
    try:
        return read_token_file(path)
    except Failure:
        return None


def require_writable(path: str, check_mode: bool) -> None:
    """Raise Failure(dest_unwritable) if a file could not be written, before anything else is done for its sake."""
    inspect_file(path, None)
    try:
        require_place(path, check_mode)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def write_file(path: str, document: dict[str, Any]) -> None:
    """Write a document so that at every moment there is the old file or the new one, and only its owner may read it."""
    try:
        write_private(path, dump_yaml(document))
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def holds_token(path: str, name: str) -> bool:
    """Return whether a file is the token of a claim; raises Failure(dest_unwritable) if that can't be decided."""
    try:
        content = read_file(path, TOKEN.size + 1, follow=False).data
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise _not_removable(path, error) from None
    documents = _documents(content)
    return isinstance(documents, list) and len(documents) == 1 and document_name(documents[0]) == name


def remove_file(path: str) -> None:
    """Remove a token file if it is there."""
    try:
        Path(path).unlink()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _not_removable(path, error) from None


def _not_removable(path: str, error: OSError | ValueError) -> Failure:
    return Failure(Reason.DEST_UNWRITABLE, f"Token file {path} can't be removed: {_cause(error)}.")


def _unwritable(path: str, error: OSError | ValueError) -> Failure:
    return Failure(Reason.DEST_UNWRITABLE, f"The token can't be written to {path}: {_cause(error)}.")


def _cause(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
