# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the claims of a site; nothing here writes."""

from __future__ import annotations

from .._kube.api import SECRET, NamespaceApi
from .._model.site import SiteConfig
from .._model.token import ClaimRecord
from .needed import site_config
from .objects import keys
from .objects.claim import read_record_metadata


class ClaimReader:
    """The claims of a site of Skupper v1, read through its API server."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""
        return site_config(self._api)

    def claims(self) -> dict[str, ClaimRecord]:
        """Return every claim record of a site by its name; the passwords do not leave the API server."""
        records = map(read_record_metadata, self._api.list_metadata(SECRET, labels=keys.RECORD_SELECTOR))
        return {record.name: record for record in records}
