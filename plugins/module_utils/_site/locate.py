# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell where a site is, by what the client sees of its cluster, and whether its id can be one."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.errors import Failure
from .._model.location import MOST_AUTHORITIES, Location
from .._model.names import is_site_id
from .._model.reasons import Reason
from .._model.site import Place
from .._pki.certificate import key_digests


def locate(api: NamespaceApi, read: bool = False) -> Location:
    """Return where a site is.

    The CA of the API server costs no request. With ``read`` the cluster's UID is asked for, in one request the first time.
    """
    digests = key_digests(api.authority_pem())
    known = digests if len(digests) <= MOST_AUTHORITIES else ()
    return Location(api.place.namespace, api.cluster_uid(read), known)


def locate_somehow(api: NamespaceApi) -> Location:
    """Return where a site is, with a request only where its cluster could not be told otherwise."""
    location = locate(api)
    return location if location.authorities else locate(api, read=True)


def require_site_id(site_id: str, place: Place) -> str:
    """Return the id of a site; raises Failure(site_id_invalid) if no API server can have given it."""
    if is_site_id(site_id):
        return site_id
    raise Failure(
        Reason.SITE_ID_INVALID,
        f"The site in {place} tells the id {site_id[:60]!r}, which no API server has given to a site: nothing is linked with "
        "it. See who runs that cluster.",
    )
