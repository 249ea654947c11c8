# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents recorded from Skupper and Go."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any

import yaml

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
LINE = "v1.9.6"
_GO = ("parsers", "rules", "status")

WEST = "8cf0b6de-6a5f-4ea5-bd24-7f3c3a2ff5a4"
EAST = "a04a91d1-0a3e-4e36-9a10-1c8be6f1b2e5"
SHORE = "5d1f4a5b-70f2-4c0f-b1ac-93c6a8be9c77"


def path(name: str) -> Path:
    """Return the path of a recorded document."""
    return FIXTURES / LINE / f"{name}.yaml"


def text(name: str) -> str:
    """Return a recorded document as it was written."""
    return path(name).read_text(encoding="utf-8")


def document(name: str) -> dict[str, Any]:
    """Return a new copy of a recorded document."""
    return copy.deepcopy(_loaded(name))


@functools.cache
def _loaded(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text(name))
    return loaded


def names(folder: str) -> list[str]:
    """List the recorded documents of a folder."""
    return sorted(f"{folder}/{found.stem}" for found in (FIXTURES / LINE / folder).glob("*.yaml"))


def go(function: str) -> list[list[Any]]:
    """Return the answers of a function of Go: rows of input and output, None for an error."""
    return _functions()[function]


@functools.cache
def _functions() -> dict[str, list[list[Any]]]:
    files = [json.loads((FIXTURES / "go" / f"{name}.json").read_text(encoding="utf-8")) for name in _GO]
    return {function: rows for found in files for function, rows in found.items()}


def go_certificates() -> tuple[bytes, dict[str, bytes]]:
    """Return a CA that Go's x509 made with Skupper's template, and client certificates by their names."""
    found = json.loads((FIXTURES / "go" / "certificates.json").read_text(encoding="utf-8"))
    return found["ca"].encode(), {name: pem.encode() for name, pem in found["leaves"].items()}
