# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The volumes of a pod as directories: Secrets, ConfigMaps, projections and empty ones, kept current like a kubelet's."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ..kube import Object, decoded

Find = Callable[[str, str], "Object | None"]  # plural kind and name to the object, in the pod's namespace
Files = dict[str, bytes]

_DATA = "..data"
_numbers = itertools.count()


class NotThere(Exception):
    """A Secret or a ConfigMap that a pod needs does not exist, or lacks a key."""


def files_of(volume: Object, find: Find, token: str, pod: Object) -> Files | None:
    """Collect the files a volume should hold, None for an empty directory; NotThere if a source is missing."""
    if "emptyDir" in volume:
        return None
    if "secret" in volume:
        return _from_object({**volume["secret"], "name": volume["secret"]["secretName"]}, "secrets", find)
    if "configMap" in volume:
        return _from_object(volume["configMap"], "configmaps", find)
    if "projected" in volume:
        return _projected(volume["projected"]["sources"], find, token, pod)
    raise NotThere(f"volume {volume['name']} is of a kind that pods here cannot have")


def _projected(sources: list[Object], find: Find, token: str, pod: Object) -> Files:
    files: Files = {}
    for source in sources:
        if "serviceAccountToken" in source:
            files[source["serviceAccountToken"]["path"]] = token.encode()
        if "configMap" in source:
            files |= _from_object(source["configMap"], "configmaps", find)
        if "secret" in source:
            files |= _from_object(source["secret"], "secrets", find)
        for item in source.get("downwardAPI", {}).get("items") or []:
            files[item["path"]] = field_of(pod, item["fieldRef"]["fieldPath"]).encode()
    return files


def _from_object(source: Object, kind: str, find: Find) -> Files:
    found = find(kind, source["name"])
    if found is None:
        if source.get("optional"):
            return {}
        raise NotThere(f"{kind} {source['name']} does not exist")
    data = decoded(found) if kind == "secrets" else _config_data(found)
    if not source.get("items"):
        return data
    missing = [item["key"] for item in source["items"] if item["key"] not in data]
    if missing and not source.get("optional"):
        raise NotThere(f"{kind} {source['name']} has no {', '.join(missing)}")
    return {item["path"]: data[item["key"]] for item in source["items"] if item["key"] in data}


def _config_data(config: Object) -> Files:
    texts = {key: value.encode() for key, value in (config.get("data") or {}).items()}
    return texts | {key: base64.b64decode(value) for key, value in (config.get("binaryData") or {}).items()}


def field_of(pod: Object, path: str) -> str:
    """Read a field of a pod as the downward API does: metadata.labels['x'], or a path with dots; "" if not set."""
    head, mark, key = path.partition("['")
    value: object = pod
    for part in head.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if mark:
        value = value.get(key.removesuffix("']")) if isinstance(value, dict) else None
    return "" if value is None else str(value)


def write(directory: Path, files: Files | None) -> None:
    """Make a directory hold the files, all changed at one moment; nothing is done if it does already."""
    directory.mkdir(mode=0o755, parents=True, exist_ok=True)
    if files is None or _read(directory) == files:
        return
    fresh = directory / f"..{next(_numbers)}"
    for name, data in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)
    fresh.mkdir(exist_ok=True)
    fresh.chmod(0o755)
    _swap(directory, fresh)
    _link(directory, {Path(name).parts[0] for name in files})


def _read(directory: Path) -> Files | None:
    current = directory / _DATA
    if not current.exists():
        return None
    root = current.resolve()
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _swap(directory: Path, fresh: Path) -> None:
    link = directory / _DATA
    old = link.resolve() if link.is_symlink() else None
    partial = directory / "..data_tmp"
    partial.symlink_to(fresh.name)
    partial.replace(link)
    if old:
        shutil.rmtree(old)


def _link(directory: Path, names: set[str]) -> None:
    for name in os.listdir(directory):  # noqa: PTH208
        if not name.startswith("..") and name not in names:
            (directory / name).unlink()
    for name in names:
        path = directory / name
        if not path.is_symlink():
            path.symlink_to(Path(_DATA, name))
