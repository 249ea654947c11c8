# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find one context in kubeconfig files.

The kubernetes package does the authentication; this module only hands it the one context that is wanted,
because reading a file with hundreds of clusters through the package takes longer than all else a task does.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason

try:
    import yaml

    # The C parser is an order of magnitude faster; it is missing where libyaml is.
    _LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    HAS_YAML = True
except ImportError:
    HAS_YAML = False

_FILE_KEYS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


def load_context(
    source: str | Mapping[str, Any] | None, context: str | None, environ: Mapping[str, str]
) -> tuple[dict[str, Any], str]:
    """A kubeconfig with nothing but the wanted context, and that context's name.

    Raises Failure(kubeconfig_invalid, context_unknown).
    """
    merged = _merge(_documents(source, environ))
    name = context or merged["current-context"]
    if not name:
        raise Failure(Reason.CONTEXT_UNKNOWN, f"{_title(source)} has no current context: name one with context.")
    entry = _named(merged["contexts"], name)
    if entry is None:
        raise Failure(
            Reason.CONTEXT_UNKNOWN,
            "There is no context {} in {}; it has {}.".format(name, _title(source), _names(merged["contexts"])),
        )
    return _only(merged, name, entry, _title(source)), name


def list_contexts(source: str | Mapping[str, Any] | None, environ: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """The names of all contexts in the order of the files, each with its own namespace; raises Failure(kubeconfig_invalid).

    Of two that have one name the first counts, as for load_context.
    """
    found: dict[str, str | None] = {}
    for entry in _merge(_documents(source, environ))["contexts"]:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            body = entry["context"] if isinstance(entry.get("context"), dict) else {}
            namespace = body.get("namespace")
            found.setdefault(entry["name"], namespace if isinstance(namespace, str) and namespace else None)
    return list(found.items())


def _title(source: str | Mapping[str, Any] | None) -> str:
    return f"kubeconfig {source}" if isinstance(source, str) and not is_content(source) else "the kubeconfig"


def _names(entries: list[Any]) -> str:
    names = sorted(str(entry.get("name")) for entry in entries if isinstance(entry, dict))
    if len(names) > 10:
        names = [*names[:10], f"{len(names) - 10} more"]
    return ", ".join(names) or "none at all"


def default_files(environ: Mapping[str, str]) -> str:
    """Where kubectl looks when it is told nothing."""
    return environ.get("KUBECONFIG") or str(Path(environ.get("HOME") or "~").expanduser() / ".kube" / "config")


def _documents(source: str | Mapping[str, Any] | None, environ: Mapping[str, str]) -> list[tuple[dict[str, Any], str]]:
    """Every kubeconfig document with the folder its relative paths start from."""
    if isinstance(source, Mapping):
        return [(dict(source), "")]
    if source and is_content(source):
        return [(_parse(source, "The kubeconfig given as text"), "")]
    listed = source or default_files(environ)
    paths = [Path(part).expanduser() for part in listed.split(os.pathsep) if part]
    # As kubectl does, pass over what is missing from a list; a single file must be there.
    present = [path for path in paths if path.exists()] if len(paths) > 1 else paths
    return [(_read(path), str(path.absolute().parent)) for path in present]


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parse(path.read_text(encoding="utf-8"), f"Kubeconfig {path}")
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Failure(Reason.KUBECONFIG_INVALID, f"Kubeconfig {path} can't be read: {why}.") from None


def _parse(text: str, title: str) -> dict[str, Any]:
    if not HAS_YAML:
        raise Failure(Reason.MISSING_LIBRARY, "The Python package PyYAML is needed to read kubeconfigs.")
    try:
        # The loader in C takes no text of another type, as Ansible's marked one is, unless it reads it itself.
        document = yaml.load(io.StringIO(text), Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except Exception:  # noqa: BLE001 - odd tags make PyYAML raise whatever their constructors do
        # The parser's own message quotes the line, and that line may be a key.
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is no valid YAML.") from None
    if not isinstance(document, dict):
        raise Failure(Reason.KUBECONFIG_INVALID, f"{title} is empty or no kubeconfig.")
    return document


def _merge(documents: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """First come, first served, as kubectl merges files."""
    merged: dict[str, Any] = {"current-context": "", "contexts": [], "clusters": [], "users": []}
    for document, folder in documents:
        merged["current-context"] = merged["current-context"] or document.get("current-context") or ""
        for section in ("contexts", "clusters", "users"):
            entries = document.get(section)
            for entry in entries if isinstance(entries, list) else []:
                merged[section].append(_anchored(entry, folder))
    return merged


def _anchored(entry: Any, folder: str) -> Any:
    """The entry with its relative file names made absolute."""
    if not folder or not isinstance(entry, dict):
        return entry
    return {key: _anchor_files(value, folder) if isinstance(value, dict) else value for key, value in entry.items()}


def _anchor_files(body: dict[str, Any], folder: str) -> dict[str, Any]:
    anchored = {k: str(Path(folder) / v) if k in _FILE_KEYS and isinstance(v, str) else v for k, v in body.items()}
    plugin = anchored.get("exec")
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command") or ""):
        anchored["exec"] = {**plugin, "command": str(Path(folder) / str(plugin["command"]))}
    return anchored


def _named(entries: list[Any], name: Any) -> dict[str, Any] | None:
    return next((entry for entry in entries if isinstance(entry, dict) and entry.get("name") == name), None)


def _only(merged: Mapping[str, Any], name: str, entry: dict[str, Any], title: str) -> dict[str, Any]:
    body = entry.get("context") if isinstance(entry.get("context"), dict) else {}
    cluster = _named(merged["clusters"], (body or {}).get("cluster"))
    user = _named(merged["users"], (body or {}).get("user"))
    for what, found in (("cluster", cluster), ("user", user)):
        if found is None:
            raise Failure(Reason.KUBECONFIG_INVALID, f"Context {name} of {title} names no known {what}.")
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "contexts": [entry],
        "clusters": [cluster],
        "users": [user],
    }
