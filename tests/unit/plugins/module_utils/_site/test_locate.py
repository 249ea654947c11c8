# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a site is, by what a client sees of its cluster."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.certificate import key_digests
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.locate import locate, locate_somehow

from tests.unit.support.apiserver import ApiServer, refusal
from tests.unit.support.certificates import authority
from tests.unit.support.clock import FakeTime

METADATA = {"name": "kube-system", "uid": "uid-of-the-cluster", "resourceVersion": "7"}
CLUSTER: dict[str, Any] = {"kind": "Namespace", "apiVersion": "v1", "metadata": METADATA}


def open_at(api: ApiServer, time: FakeTime, **options: Any) -> Client:
    """A client of the namespace east."""
    known = {"host": api.url, "api_key": "k", "ca_cert": str(api.tls.ca_file), "namespace": "east", **options}
    return open_client(ConnectionOptions(**known), {}, time.clock(), datetime(2020, 1, 1, tzinfo=timezone.utc))


def test_free(api: ApiServer, time: FakeTime) -> None:
    """The CA tells of the cluster without a request."""
    assert locate(open_at(api, time)) == Location("east", None, key_digests(api.tls.ca.pem))
    assert locate_somehow(open_at(api, time)).authorities
    assert api.requests == []


def test_read_once(api: ApiServer, time: FakeTime) -> None:
    """The UID takes one request, whatever is asked how often."""
    api.will(CLUSTER)
    port = open_at(api, time)
    assert locate(port, read=True).cluster == "uid-of-the-cluster"
    assert locate(port, read=True) == locate(port) == locate_somehow(port)
    assert [received.path for received in api.requests] == ["/api/v1/namespaces/kube-system"]


@pytest.mark.parametrize("answer", [refusal(403, "no"), refusal(404, "none")])
def test_unreadable(api: ApiServer, time: FakeTime, answer: Any) -> None:
    """An account without the right does not learn it, and is not told so."""
    api.will(answer)
    port = open_at(api, time)
    assert locate(port, read=True).cluster is None
    assert locate(port, read=True).cluster is None
    assert len(api.requests) == 1


def test_other_trouble_is_told(api: ApiServer, time: FakeTime) -> None:
    """An API server that is not there, or does not give a UID to an object, is no cluster without a UID."""
    api.will(*[refusal(500)] * 3)
    with pytest.raises(Failure, match="500"):
        locate(open_at(api, time), read=True)
    api.will({**CLUSTER, "metadata": {**METADATA, "uid": 7}})
    with pytest.raises(Failure, match="without uid"):
        locate(open_at(api, time), read=True)


def test_without_verification(api: ApiServer, time: FakeTime) -> None:
    """A CA that nothing was verified with tells nothing; what can be asked is asked."""
    api.will(CLUSTER)
    port = open_at(api, time, validate_certs=False)
    assert locate(port) == Location("east")
    assert locate_somehow(port) == Location("east", "uid-of-the-cluster")


def test_store_of_cas(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """Many CAs are those of the world, and not a cluster's."""
    bundle = tmp_path / "bundle.crt"
    bundle.write_bytes(api.tls.ca.pem + b"".join(authority(f"ca-{number}").pem for number in range(9)))
    assert locate(open_at(api, time, ca_cert=str(bundle))) == Location("east")
