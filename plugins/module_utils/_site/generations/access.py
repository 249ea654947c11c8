# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How it is read who has access to a site, whatever its generation."""

from __future__ import annotations

from ..._kube.api import NamespaceApi
from ..._model.authority import RevocableSite
from ..._v1 import revocable


def look(api: NamespaceApi, site_id: str) -> RevocableSite:
    """Read all that decides about a revocation and proves it; raises Failure(site_not_ready)."""
    return revocable.look(api, site_id)
