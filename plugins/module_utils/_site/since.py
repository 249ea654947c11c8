# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove a revocation that was made before; nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._kube.api import NamespaceApi
from .._model.site import Mode
from .._plan.proof import since_view
from .revocable import look


def since(api: NamespaceApi, site: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a site, as site_info() returns it, says of the revocation of a name.

    An edge site has no CA, and none of its credentials can be revoked.
    """
    if site["mode"] == Mode.EDGE.value:
        return {"id": name, "state": "not_done", "at": None, "proof": None}
    return since_view(look(api, site["site_id"]), name)
