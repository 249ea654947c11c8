# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Site CAs with keys, and clusters with policies: what the recorded sites lack."""

from __future__ import annotations

import base64
import functools
from typing import Any

from cryptography.hazmat.primitives import serialization

from tests.unit.support import recorded
from tests.unit.support.certificates import Pair, authority, new_key
from tests.unit.support.store import Object, Store

POLICIES = "/apis/skupper.io/v1alpha1/skupperclusterpolicies"


@functools.cache
def signing_ca(name: str = "now", kind: str = "rsa") -> Pair:
    """Return the same CA at each call with the same name."""
    return authority(kind=kind)


def give_ca(store: Store, ca: Pair, form: str = "TraditionalOpenSSL", namespace: str = "west") -> None:
    """Make a CA the site CA of `west`; without `form` it has no key."""
    document = recorded.document("west/skupper-site-ca")
    document["data"] = {"tls.crt": base64.b64encode(ca.pem).decode("ascii")}
    if form:
        shape = getattr(serialization.PrivateFormat, form)
        key = ca.key.private_bytes(serialization.Encoding.PEM, shape, serialization.NoEncryption())
        document["data"]["tls.key"] = base64.b64encode(key).decode("ascii")
    store.put(namespace, document)


@functools.cache
def stand_in() -> bytes:
    """Return a key for the recorded sites' CAs, whose own were left out; it does not belong to any of them."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return new_key("rsa").private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def with_key(document: Object) -> Object:
    """Return a recorded CA with the stand-in for its key."""
    document["data"] = {"tls.key": base64.b64encode(stand_in()).decode("ascii"), **document["data"]}
    return document


def enforce(store: Store, **policies: dict[str, Any]) -> None:
    """Let the cluster serve policies, with these specs."""
    resources = [{"kind": "SkupperClusterPolicy", "name": "skupperclusterpolicies"}]
    store.objects["/apis/skupper.io/v1alpha1"] = {
        "kind": "APIResourceList",
        "metadata": {},
        "resources": resources,
    }
    for name, spec in policies.items():
        store.objects[f"{POLICIES}/{name}"] = {"kind": "SkupperClusterPolicy", "metadata": {"name": name}, "spec": spec}


def label(store: Store, namespace: str, **labels: str) -> None:
    """Give a namespace labels."""
    body: Object = {"kind": "Namespace", "metadata": {"name": namespace, "labels": labels}}
    store.objects[f"/api/v1/namespaces/{namespace}"] = body
