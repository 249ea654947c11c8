# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check names of claims and links, and ids of sites."""

from __future__ import annotations

import re

from .errors import Failure
from .reasons import Reason

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 253
# Connectors of this prefix are the routers' own; config-sync never removes them.
_AUTO_MESH = "auto-mesh"
# As API servers make them (RFC 4122, in lower case).
_SITE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LINK_NUMBER = re.compile(r"link([0-9]+)")


def check_name(name: str, what: str) -> str:
    """Return ``name`` if a Kubernetes Secret can have it, else raise Failure(invalid_name)."""
    if len(name) > _LONGEST or not _SUBDOMAIN.fullmatch(name):
        raise Failure(
            Reason.INVALID_NAME,
            f"{name!r} cannot name a {what}: use lower-case letters, digits, '-' and '.', at most 253.",
        )
    return name


def check_link_name(name: str) -> str:
    """Return ``name`` if a link can have it, else raise Failure(invalid_name)."""
    if name.startswith(_AUTO_MESH):
        raise Failure(
            Reason.INVALID_NAME,
            f"{name!r} cannot name a link: routers keep names that start with {_AUTO_MESH} for themselves.",
        )
    return check_name(name, "link")


def is_site_id(text: str) -> bool:
    """Return whether a text can be the id of a site, which is the UID of an object."""
    return _SITE_ID.fullmatch(text) is not None


def next_link_name(taken: list[str]) -> str:
    """Return the name that Skupper's command line would choose: link<N>, N one above the highest in use.

    Source: Skupper client/connector_create.go (the pattern is unanchored there, too).
    """
    numbers = [int(match.group(1)) for match in map(_LINK_NUMBER.search, taken) if match]
    return f"link{max(numbers, default=0) + 1}"


def is_content(text: str) -> bool:
    """Return whether a text that should be the name of a file is a document itself."""
    return "\n" in text or "{" in text
