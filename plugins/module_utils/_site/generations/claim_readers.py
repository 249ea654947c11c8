# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the claims of a site are read, whatever its generation."""

from __future__ import annotations

from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.site import SiteConfig
from ..._model.token import ClaimRecord
from ..._v1.claim_reader import ClaimReader as ClaimReaderOfV1


class ClaimReader(Protocol):
    """The claims of a site, read through its API server. It ships with less than what reads all of a site."""

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""

    def claims(self) -> dict[str, ClaimRecord]:
        """Return every claim record of a site by its name; the passwords do not leave the API server."""


def claim_reader(api: NamespaceApi) -> ClaimReader:
    """Return the reader of the claims of the site in a namespace."""
    return ClaimReaderOfV1(api)
