# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find one context in kubeconfig files, and refuse the files that kubectl refuses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._model.encoding import is_vaulted
from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .go_yaml import HAS_YAML, read_yaml
from .kubeconfig_types import Misfit, check_document, name_of

_FILE_KEYS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_SECTIONS = ("contexts", "clusters", "users")


def load_context(
    source: str | Mapping[str, Any] | None, context: str | None, environ: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """Return a kubeconfig with only the wanted context, and that context's name. It has no user if the context names none.

    Raise Failure(kubeconfig_invalid, context_unknown).
    """
    title = title_of(source, environ)
    merged = _load(source, environ, title)
    name = context or merged["current-context"]
    if not name:
        raise Failure(Reason.CONTEXT_UNKNOWN, f"{title} has no current context: name one with context.")
    entry = _find(merged["contexts"], name)
    if entry is None:
        raise Failure(
            Reason.CONTEXT_UNKNOWN,
            "There is no context {} in {}; it has {}.".format(name, title, _names(merged["contexts"])),
        )
    return _single_context(merged, name, entry, title), name


def list_contexts(source: str | Mapping[str, Any] | None, environ: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """Return the names of all contexts in the order of the files, each with its namespace. Raise Failure(kubeconfig_invalid).

    If two contexts have one name, the first counts, as for load_context.
    """
    found: dict[str, str | None] = {}
    for entry in _load(source, environ, title_of(source, environ))["contexts"]:
        if name_of(entry):
            found.setdefault(name_of(entry), (entry.get("context") or {}).get("namespace") or None)
    return list(found.items())


def title_of(source: str | Mapping[str, Any] | None, environ: Mapping[str, str]) -> str:
    """Return how messages name a kubeconfig. They never show its content as its name."""
    if isinstance(source, Mapping) or is_content(source or ""):
        return f"the kubeconfig given as {'a dictionary' if isinstance(source, Mapping) else 'text'}"
    return f"kubeconfig {source or default_files(environ)}"


def _load(source: str | Mapping[str, Any] | None, environ: Mapping[str, str], title: str) -> dict[str, Any]:
    documents = _documents(source, environ)
    if not any(document for document, _folder in documents):
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is empty or no kubeconfig.")
    return _merge(documents)


def _names(entries: list[Any]) -> str:
    names = sorted(name_of(entry) for entry in entries)
    if len(names) > 10:
        names = [*names[:10], f"{len(names) - 10} more"]
    return ", ".join(names) or "none at all"


def default_files(environ: Mapping[str, str]) -> str:
    """Return where kubectl looks by default."""
    home = environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - Path's raises where there is no home
    return environ.get("KUBECONFIG") or str(Path(home) / ".kube" / "config")


def _documents(source: str | Mapping[str, Any] | None, environ: Mapping[str, str]) -> list[tuple[dict[str, Any], str]]:
    """Return every kubeconfig document with the folder its relative paths start from."""
    if isinstance(source, Mapping):
        return [(_checked(dict(source), "The kubeconfig given as a dictionary"), "")]
    if source and is_content(source):
        return [(_parse(source, "The kubeconfig given as text"), "")]
    listed = source or default_files(environ)
    paths = [Path(os.path.expanduser(part)) for part in listed.split(os.pathsep) if part]  # noqa: PTH111 - as above
    # As kubectl does, pass over what is missing from a list; a single file must be there.
    read = [(_read(path, missing_ok=len(paths) > 1), str(path.absolute().parent)) for path in dict.fromkeys(paths)]
    found = [(document, folder) for document, folder in read if document is not None]
    if not found:
        raise Failure(Reason.KUBECONFIG_INVALID, f"Kubeconfig {listed} can't be read: these files do not exist.")
    return found


def _read(path: Path, missing_ok: bool) -> dict[str, Any] | None:
    try:
        return _parse(path.read_bytes(), f"Kubeconfig {path}")
    except (OSError, ValueError) as error:
        if missing_ok and isinstance(error, FileNotFoundError):
            return None
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Failure(Reason.KUBECONFIG_INVALID, f"Kubeconfig {path} can't be read: {why}.") from None


def _parse(source: bytes | str, title: str) -> dict[str, Any]:
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read kubeconfigs.")
    if is_vaulted(source):
        raise Failure(
            Reason.KUBECONFIG_INVALID,
            f"{title} is encrypted with Ansible Vault: decrypt it, or set kubeconfig to what lookup "
            "ansible.builtin.unvault makes of it.",
        )
    try:
        # The parser in C takes only plain str, and Ansible's marked text is a subclass.
        document = read_yaml(source if isinstance(source, bytes) else str(source).encode("utf-8"))
    except Exception:  # noqa: BLE001 - odd documents make PyYAML raise whatever they lead to
        # The parser's own message quotes the line, and that line may be a key.
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is no valid YAML.") from None
    return _checked({} if document is None else document, title)


def _checked(document: Any, title: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is empty or no kubeconfig.")
    try:
        check_document(document)
    except Misfit as misfit:
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is not valid: {misfit}.") from None
    return document


def _merge(documents: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """Merge kubeconfigs as kubectl does: what comes first counts."""
    merged: dict[str, Any] = {"current-context": "", "contexts": [], "clusters": [], "users": []}
    for document, folder in documents:
        merged["current-context"] = merged["current-context"] or document.get("current-context") or ""
        for section in _SECTIONS:
            merged[section].extend(
                _with_absolute_files(dict(entry or {}), folder) for entry in document.get(section) or []
            )
    return merged


def _with_absolute_files(entry: dict[str, Any], folder: str) -> dict[str, Any]:
    """Return the entry with its relative file names made absolute."""
    if not folder:
        return entry
    return {
        key: _make_files_absolute(dict(value), folder) if isinstance(value, Mapping) else value
        for key, value in entry.items()
    }


def _make_files_absolute(body: dict[str, Any], folder: str) -> dict[str, Any]:
    anchored = {k: str(Path(folder) / v) if k in _FILE_KEYS and v else v for k, v in body.items()}
    plugin = anchored.get("exec")
    if isinstance(plugin, Mapping) and os.sep in (plugin.get("command") or ""):
        anchored["exec"] = {**plugin, "command": str(Path(folder) / plugin["command"])}
    return anchored


def _find(entries: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((entry for entry in entries if name_of(entry) == name), None)


def _single_context(merged: Mapping[str, Any], name: str, entry: dict[str, Any], title: str) -> dict[str, Any]:
    body = entry.get("context") or {}
    cluster = _find(merged["clusters"], body.get("cluster") or "")
    # A context may name no user: a proxy on the way, as kubectl proxy is, logs in by itself.
    user = _find(merged["users"], body["user"]) if body.get("user") else {}
    for what, found in (("cluster", cluster), ("user", user)):
        if found is None:
            raise Failure(Reason.KUBECONFIG_INVALID, f"Context {name} of {title} names no known {what}.")
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [entry],
        "clusters": [cluster],
        "users": [user] if user else [],
    }
