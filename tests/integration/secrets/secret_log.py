# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every password and key of some sites while a play runs, those that live for a moment included."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import ssl
import threading
import time
import uuid
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from testbed import Cluster
from tests.integration.secrets.leak_search import Secret

_PUBLIC = ("tls.crt", "ca.crt", "connect.json", "namespace")
_PAUSE = 0.2
_WAIT = 10.0  # seconds for the end of the watch to arrive


class SecretLog(contextlib.AbstractContextManager["SecretLog"]):
    """Watches the Secrets of namespaces of a cluster from its beginning to its end.

    Those of sites that the play has nothing to do with would only make the search longer.
    """

    def __init__(self, cluster: Cluster, namespaces: Collection[str]) -> None:
        self.secrets: dict[tuple[str, str], Secret] = {}
        self.public: set[bytes] = set()
        self._cluster = cluster
        self._namespaces = frozenset(namespaces)
        self._mark = f"ledger-{uuid.uuid4()}"
        self._ended = threading.Event()
        self._answer, self._connection = _watch(cluster)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> SecretLog:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Write a Secret and wait for it, so that everything before it has been seen."""
        meta = {"name": self._mark, "namespace": "default"}
        self._cluster.api.create({"apiVersion": "v1", "kind": "Secret", "metadata": meta})
        arrived = self._ended.wait(_WAIT)
        self._cluster.api.delete("v1", "secrets", "default", self._mark)
        self._close()
        if not arrived:
            raise TimeoutError("the watch of Secrets has stopped")

    def _read(self) -> None:
        while not self._read_on():
            # Nobody can write anything either while the API server is away.
            time.sleep(_PAUSE)
            self._close()
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._answer, self._connection = _watch(self._cluster)

    def _close(self) -> None:
        self._answer.close()
        self._connection.close()

    def _read_on(self) -> bool:
        """Read until the mark, or (False) until the watch breaks."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self._read_to_the_mark()
        return False

    def _read_to_the_mark(self) -> bool:
        for line in self._answer:
            entry = json.loads(line)["object"]
            if entry["metadata"]["name"] == self._mark:
                self._ended.set()
                return True
            if entry["metadata"]["namespace"] in self._namespaces:
                self._note(entry)
        return False

    def _note(self, entry: Mapping[str, Any]) -> None:
        where = "{namespace}/{name}".format(**entry["metadata"])
        for key, encoded in (entry.get("data") or {}).items():
            value = base64.b64decode(encoded)
            if key in _PUBLIC:
                self.public.add(value)
            elif value:
                secret = Secret(f"{key} of Secret {where}", value)
                self.secrets[secret.name, encoded] = secret


def _watch(cluster: Cluster) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
    """Begin a watch that starts with what is there already; raises OSError where there is none yet."""
    server = urlsplit(cluster.server)
    context = ssl.create_default_context(cadata=cluster.ca.decode())
    connection = http.client.HTTPSConnection(server.hostname or "", server.port, context=context)
    token = yaml.safe_load(cluster.kubeconfig.read_text())["users"][0]["user"]["token"]
    path = "/api/v1/secrets?watch=true&resourceVersion=0"
    with contextlib.ExitStack() as unless_it_answers:
        unless_it_answers.callback(connection.close)
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ConnectionError(f"a watch of Secrets was answered with {answer.status}")
        unless_it_answers.pop_all()
    return answer, connection
