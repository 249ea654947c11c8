# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who stored which fields of an object, and when, as the API server keeps it in managedFields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..._model.instant import EPOCH, parse_instant
from .manifest import mapping, metadata, sequence

# What is applied as stringData is stored in data, but owned under its own name.
_HOLDERS = ("f:data", "f:stringData")


@dataclass(frozen=True)
class Write:
    """The latest write of a key of an object's data."""

    manager: str
    at: datetime | None
    """To the second; None if the API server does not say."""
    applied: bool
    """Whether it came by server-side apply, whose manager declares the value to be its own."""


def writes(manifest: Mapping[str, Any], *names: str) -> list[Write]:
    """Return who owns keys of an object's data, the latest writer first."""
    found = [_write(entry) for entry in _entries(manifest, names)]
    return sorted(found, key=lambda write: write.at or EPOCH, reverse=True)


def _entries(manifest: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    for entry in map(mapping, sequence(metadata(manifest).get("managedFields"))):
        fields = mapping(entry.get("fieldsV1"))
        if any(f"f:{name}" in mapping(fields.get(holder)) for holder in _HOLDERS for name in names):
            yield entry


def _write(entry: Mapping[str, Any]) -> Write:
    return Write(
        str(entry.get("manager") or ""), parse_instant(str(entry.get("time"))), entry.get("operation") == "Apply"
    )


def written(manifest: Mapping[str, Any], *names: str) -> datetime | None:
    """Return when any of these keys of an object's data was stored last, or later; None if the API server does not say.

    The API server keeps one time for all that a field manager has written, its annotations included.
    """
    times = [write.at for write in writes(manifest, *names)]
    return None if None in times else next(iter(times), None)


def writer(manifest: Mapping[str, Any], *names: str) -> str:
    """Return the field manager that stored any of these keys last, "" if the API server does not say."""
    return next((write.manager for write in writes(manifest, *names)), "")


def note_written(manifest: Mapping[str, Any], annotation: str) -> datetime | None:
    """Return when the last writer of an annotation wrote to the object; None if the API server does not say."""
    times = []
    for entry in map(mapping, sequence(metadata(manifest).get("managedFields"))):
        fields = mapping(mapping(entry.get("fieldsV1")).get("f:metadata"))
        if f"f:{annotation}" in mapping(fields.get("f:annotations")):
            times.append(parse_instant(str(entry.get("time"))))
    known = [each for each in times if each is not None]
    return max(known) if known and len(known) == len(times) else None
