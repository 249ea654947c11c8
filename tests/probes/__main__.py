# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print what the probes see of sites anywhere: `python -m tests.probes KUBECONFIG CONTEXT/NAMESPACE ...`.

Prints a JSON list with one entry for each place. No password and no private key is in it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from kubernetes import client, config

from .links import connections, connectors
from .secrets import links, records, secret

Object = dict[str, Any]

_KINDS = {"secrets": "secret", "configmaps": "config_map"}


class Api:
    """A client of Secrets and ConfigMaps for the user of a context of a kubeconfig."""

    def __init__(self, kubeconfig: str, context: str) -> None:
        self._core = client.CoreV1Api(config.new_client_from_config(kubeconfig, context))

    def get(self, api_version: str, plural: str, namespace: str, name: str) -> Object | None:
        """Read one object, None if there is none."""
        try:
            return _plain(
                getattr(self._core, f"read_namespaced_{_KINDS[plural]}")(name, namespace, _preload_content=False)
            )
        except client.ApiException as error:
            if error.status == 404:
                return None
            raise

    def list(self, api_version: str, plural: str, namespace: str, *, label_selector: str = "") -> list[Object]:
        """Read the objects of a namespace, with what lists leave out of their items."""
        read = getattr(self._core, f"list_namespaced_{_KINDS[plural]}")
        listed = _plain(read(namespace, label_selector=label_selector, _preload_content=False))
        kind = str(listed["kind"]).removesuffix("List")
        return [{"apiVersion": api_version, "kind": kind, **item} for item in listed["items"]]


def _plain(response: Any) -> Object:
    """The JSON of an answer, as the API server sent it."""
    found: Object = json.loads(response.data)
    return found


class Place:
    """A site as far as the probes need one: its place and its id."""

    def __init__(self, api: Any, namespace: str) -> None:
        self.cluster = self
        self.api = api
        self.namespace = namespace
        found = api.get("v1", "configmaps", namespace, "skupper-site")
        self.site_id = found["metadata"]["uid"] if found else None


def view(place: Any) -> Object:
    """Return what the probes see of one site."""
    made, linked = records(place), links(place)
    authority, server = (secret(place, name) for name in ("skupper-site-ca", "skupper-site-server"))
    everything = {**made, **linked} | ({authority.name: authority} if authority else {})
    return {
        "site_id": place.site_id,
        "ca": authority.data["tls.crt"].decode() if authority else None,
        "server_is_signed": bool(authority and server and _signed(server.data["tls.crt"], authority.data["tls.crt"])),
        "records": {name: kept.annotations for name, kept in made.items()},
        "links": {name: kept.annotations for name, kept in linked.items()},
        "connectors": sorted(name for name in connectors(place) if not name.startswith("auto-mesh")),
        "outgoing": sorted({each.peer for each in connections(place)}),
        "incoming": sorted({each.peer for each in connections(place, "incoming")}),
        "versions": {name: kept.rest["resourceVersion"] for name, kept in sorted(everything.items())},
    }


def _signed(certificate: bytes, authority: bytes) -> bool:
    try:
        x509.load_pem_x509_certificate(certificate).verify_directly_issued_by(x509.load_pem_x509_certificate(authority))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def main(kubeconfig: str, *places: str) -> None:
    """Print what the probes see at these places."""
    seen = []
    for each in places:
        context, _mark, namespace = each.rpartition("/")
        seen.append(view(Place(Api(kubeconfig, context), namespace)))
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
