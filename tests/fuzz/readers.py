# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All readers of documents that other programs wrote: each returns a value, or raises a Failure that says why not."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import Kind, Manifest, Watcher
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import Replace
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.observed import Issuer, Observed
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Place
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import ClaimLimits, PlaceholderToken, Renew
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Clock, Waiting
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.documents import parse_token
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token_files import read_token_file
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.claim import ClaimWish, plan_claim
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.link import LinkWish, plan_link
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.link_verdict import is_orphan, judge
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.claim_report import read_claims
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.claims import ensure_claim
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.credentials import ClaimIssuer
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.link_report import read_links
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.links import Wanted, ensure_link
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.removal import Removal, remove_links
from ansible_collections.sitemesh.skupper.plugins.module_utils._site.site_report import read_report
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import ingress
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import site as v1_site
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.claim import read_record
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.link import read_link
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.network import count_sites, read_network
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import read_token, write_token
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.link import link_report
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.site import report_view
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.token import claim_report
from hypothesis import strategies as st

from tests.fuzz import documents
from tests.unit.support import recorded
from tests.unit.support.json_values import anything

NOW = datetime(2026, 11, 24, 2, 45, tzinfo=timezone.utc)


@dataclass(frozen=True)
class FuzzedReader:
    """One reader and the documents it is tried with."""

    title: str
    documents: st.SearchStrategy[Any]
    read: Callable[[Any], object]


class Cluster:
    """A namespace API with these objects, which can't be changed."""

    place = Place("east", "a cluster")

    def __init__(self, objects: Mapping[tuple[str, str], Any]) -> None:
        self._objects = objects

    def get(self, kind: Kind, name: str) -> Manifest | None:
        """The object of that name."""
        return self._objects.get((kind.singular, name))

    def watcher(self, seconds: float) -> Watcher:
        """Nothing changes here."""
        raise NotImplementedError

    def list(self, kind: Kind, labels: str = "", fields: str = "") -> list[Manifest]:
        """All objects of a kind, or the one that a field selector names; no label is trusted."""
        name = fields.removeprefix("metadata.name=")
        return [found for (known, key), found in self._objects.items() if known == kind.singular and name in ("", key)]

    def list_metadata(self, kind: Kind, labels: str = "", fields: str = "") -> list[Manifest]:  # type: ignore[valid-type]
        """The same, metadata alone."""
        return [{"metadata": found.get("metadata")} for found in self.list(kind, labels, fields)]

    def create(self, kind: Kind, manifest: Mapping[str, Any], dry_run: bool = False) -> Manifest:
        """Nothing is written here."""
        raise NotImplementedError

    def patch(self, kind: Kind, name: str, patch: Mapping[str, Any]) -> Manifest:
        """Nothing is written here."""
        raise NotImplementedError

    def delete(self, kind: Kind, name: str, uid: str = "", resource_version: str = "") -> bool:
        """Nothing is written here."""
        raise NotImplementedError

    def may(self, verb: str, kind: Kind, name: str) -> bool | None:
        """Return None: the rights are unknown."""
        return None

    def serves(self, api_version: str) -> bool:
        """No group beyond those of every cluster."""
        return False

    def kinds(self, api_version: str) -> frozenset[str]:
        """No kind beyond those of every cluster, and so no policies."""
        return frozenset()

    def authority_pem(self) -> bytes | None:
        """Those of the system."""
        return None

    def cluster_uid(self, read: bool) -> str | None:
        """It may not be read."""
        return None

    def now(self) -> datetime:
        """The same moment each time."""
        return NOW


def _token(document: Any) -> None:
    """An accepted token means the same once it has been written and read again."""
    token = parse_token(document)
    again = read_token(json.loads(json.dumps(write_token(token))))
    if isinstance(token, PlaceholderToken):
        assert again == token
    else:
        assert (again.name, again.site_id, type(again)) == (token.name, token.site_id, type(token))


def _file(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as stream:
        Path(stream.name).write_bytes(content)
        read_token_file(stream.name)


def _link(document: Any) -> None:
    link = read_link(document)
    if link is None:
        return
    ca = recorded.document("west/skupper-site-ca")
    issuer = Issuer(recorded.WEST, v1_site.read_certificate(ca), authority=True, reachable=True, claims={})
    observed = Observed((link,), read_network(recorded.document("network/connected"), recorded.EAST), NOW)
    json.dumps(link_report(judge(link, issuer, observed), observed, is_orphan(link, observed)))
    plan_link(LinkWish(None, 1, Replace.STALE), issuer, observed)


def _record(document: Any) -> None:
    record = read_record(document)
    json.dumps(claim_report(record, NOW))
    plan_claim(ClaimWish("claim", ClaimLimits(timedelta(minutes=15), 1), Renew.UNUSABLE), record, NOW)


def _network(document: Any) -> None:
    read_network(document, recorded.EAST)
    count_sites(document, recorded.EAST)


def _site(document: Any) -> None:
    readers: tuple[Callable[[Any], object], ...] = (
        v1_site.read_site_config,
        v1_site.read_router_config,
        v1_site.read_site_ca,
        v1_site.read_router_state,
        ingress.service_ports,
        ingress.load_balancer_host,
        ingress.route_host,
        lambda manifest: ingress.ingress_host(manifest, 55671),
    )
    for reader in readers:
        reader(document)


def _read_site(objects: Any) -> None:
    api = Cluster(objects)
    json.dumps(report_view(read_report(api)))
    links = read_links(api, None, None, [api])
    json.dumps([link_report(each, links.observed, is_orphan(each.link, links.observed)) for each in links.links])
    json.dumps([claim_report(each, api.now()) for each in read_claims(api, None, [])])


def _check_mode(objects: Any) -> None:
    api = Cluster(objects)
    waiting = Waiting(True, 1, Clock(lambda: 0.0, lambda _seconds: None))
    source = ClaimIssuer(_elsewhere(objects), ClaimLimits(None, 1), lambda characters: characters[0])
    ensure_claim(api, ClaimWish("claim", ClaimLimits(None, 1)), lambda characters: characters[0], check_mode=True)
    ensure_link(api, Wanted(source, LinkWish(None, 2)), waiting, check_mode=True)
    remove_links(api, Removal(stale=True, source=source), waiting, check_mode=True)


def _elsewhere(objects: Mapping[tuple[str, str], Any]) -> Cluster:
    """The same objects, but with the configuration of the site that issues."""
    west = {("ConfigMap", name): recorded.document(f"west/{name}") for name in ("skupper-site", "skupper-internal")}
    return Cluster({**objects, **west})


READERS = (
    FuzzedReader("token, as a document", st.one_of(documents.nearly(*documents.TOKENS), anything), _token),
    FuzzedReader("token, as text", documents.texts(), _token),
    FuzzedReader("token, as a file", documents.files(), _file),
    FuzzedReader("link Secret", documents.nearly(*documents.LINKS), _link),
    FuzzedReader("claim record", documents.nearly(*documents.RECORDS), _record),
    FuzzedReader(
        "network status",
        st.one_of(
            documents.nearly(*documents.NETWORKS),
            *(documents.inside(name, "NetworkStatus") for name in documents.NETWORKS),
        ),
        _network,
    ),
    FuzzedReader(
        "router configuration",
        st.one_of(*(documents.inside(f"{site}/skupper-internal", "skrouterd.json") for site in ("west", "shore"))),
        _site,
    ),
    FuzzedReader(
        "object of a site",
        documents.nearly(
            "west/skupper-site",
            "south/skupper-site",
            "west/skupper-site-ca",
            "west/skupper-router",
            "south/skupper-router",
        ),
        _site,
    ),
    FuzzedReader("site that is read", documents.site_objects(), _read_site),
    FuzzedReader("site that check mode looks at", documents.site_objects(), _check_mode),
)
