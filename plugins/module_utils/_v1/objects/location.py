# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locations of sites in annotations, which anyone may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._model.location import Location, read_location
from . import keys
from .manifest import notes_of, sequence


def write_location(location: Location) -> str:
    """Return the text of one location."""
    return json.dumps(location.view(), sort_keys=True)


def parse_location(text: str | None) -> Location | None:
    """Return the location that a text is of; None if it is of none."""
    return read_location(_json(text))


def parse_locations(text: str | None) -> tuple[Location, ...]:
    """Return the locations that a text lists; what is none is left out."""
    found = map(read_location, sequence(_json(text)))
    return tuple(location for location in found if location is not None)


def read_evicted(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of evicted sites that Secret skupper-site-ca names."""
    return tuple(str(item) for item in sequence(_json(notes_of(manifest).get(keys.EVICTED))))


def read_evicted_locations(manifest: Mapping[str, Any]) -> tuple[Location, ...]:
    """Return where evicted sites were, as Secret skupper-site-ca lists it."""
    return parse_locations(notes_of(manifest).get(keys.EVICTED_LOCATIONS))


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
