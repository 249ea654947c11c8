# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say where a site is, by what the client sees of its cluster."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.location import MOST_AUTHORITIES, Location
from .._pki.certificate import key_digests


def locate(api: NamespaceApi, read: bool = False) -> Location:
    """Return where a site is.

    The CA of the API server costs no request. With ``read`` the cluster's UID is asked for, in one request the first time.
    """
    digests = key_digests(api.authority_pem())
    known = digests if len(digests) <= MOST_AUTHORITIES else ()
    return Location(api.place.namespace, api.cluster_uid(read), known)


def locate_somehow(api: NamespaceApi) -> Location:
    """Return where a site is, with a request only if its cluster is not known otherwise."""
    location = locate(api)
    return location if location.authorities else locate(api, read=True)
