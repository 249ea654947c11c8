# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Careful reading of JSON objects that anyone may have written."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..._model.encoding import decode_base64
from ..._model.instant import EPOCH, parse_instant

Manifest = dict[str, Any]

_INTEGER = re.compile(r"[+-]?[0-9]+")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return the value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def metadata(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object's metadata."""
    return mapping(manifest.get("metadata"))


def name_of(manifest: Mapping[str, Any]) -> str:
    """Return the object's name, "" if it has none."""
    return str(metadata(manifest).get("name") or "")


def notes_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the object's annotations, all of them text."""
    return {str(k): str(v) for k, v in mapping(metadata(manifest).get("annotations")).items() if v is not None}


def label(manifest: Mapping[str, Any], key: str) -> str | None:
    """Return one label of the object."""
    value = mapping(metadata(manifest).get("labels")).get(key)
    return None if value is None else str(value)


def secret_data(manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Decode a Secret's data. The field stringData wins, as on the API server. Raise ValueError if it is not base64."""
    decoded = {}
    for key, text in mapping(manifest.get("data")).items():
        try:
            decoded[str(key)] = decode_base64(str(text or ""))
        except ValueError:
            raise ValueError(f"its data key {key} is not base64") from None
    plain = {str(k): str(v).encode("utf-8") for k, v in mapping(manifest.get("stringData")).items()}
    return {**decoded, **plain}


def encode_data(data: Mapping[str, bytes]) -> dict[str, str]:
    """Encode a Secret's data."""
    return {key: base64.b64encode(value).decode("ascii") for key, value in sorted(data.items())}


def created(manifest: Mapping[str, Any]) -> datetime:
    """Return when the API server created the object. The epoch if it does not say."""
    found = parse_instant(str(metadata(manifest).get("creationTimestamp")))
    return found or EPOCH


def owner_references(manifest: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return the object's owner references as they are."""
    entries = map(mapping, sequence(metadata(manifest).get("ownerReferences")))
    return tuple(entry for entry in entries if entry)


def integer(text: str | None) -> int | None:
    """Read a decimal integer as Go's strconv.Atoi does, 64 bits wide; None if it is none."""
    if text is None or not _INTEGER.fullmatch(text):
        return None
    # Python refuses to read numbers of thousands of digits, which are out of range anyway.
    value = int(text) if len(text.lstrip("+-0")) < 20 else 2**63
    return value if -(2**63) <= value < 2**63 else None


def truth(text: str | None) -> bool | None:
    """Read a boolean as Go's strconv.ParseBool does; None if it is none."""
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    return False if text in ("0", "f", "F", "FALSE", "false", "False") else None
