# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove a revocation that was made before; nothing here writes."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.revocation import Since
from .._model.site import Mode
from .._plan.proof import prove_since
from .generations.access import look


def since(api: NamespaceApi, mode: str, site_id: str, name: str) -> Since:
    """Return what a site of a mode reports of the revocation of a name.

    An edge site has no CA, and it has issued no credential that could be revoked.
    """
    return Since(name) if mode == Mode.EDGE.value else prove_since(look(api, site_id), name)
