# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the claims of a site; nothing here writes."""

from __future__ import annotations

from collections.abc import Collection

from .._kube.api import NamespaceApi
from .._model.token import ClaimRecord, ClaimState
from .generations.claim_readers import claim_reader


def read_claims(api: NamespaceApi, name: str | None, states: Collection[ClaimState]) -> list[ClaimRecord]:
    """Return the claims of a site by name, all or those of a name and of certain states; one request if there are any.

    Raises Failure(no_site) instead of reporting none where there is no site.
    """
    site = claim_reader(api)
    records = site.claims()
    if not records:
        site.config()
    now = api.now()
    return [
        records[found]
        for found in sorted(records)
        if name in (None, found) and (not states or records[found].state(now) in states)
    ]
