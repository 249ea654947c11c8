# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules write is what Skupper 1.9.6's own command line would have written, read back by probes."""

from __future__ import annotations

import re
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, SitePool, keep, tasks

VERSION = "1.9.6"
OWN_MARKS = {"owner", "claim", "for", "issuer"}
SLACK = timedelta(seconds=2)


def instant(text: str) -> datetime:
    """Read a time as the claim server does: RFC 3339 with an offset."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text)
    return datetime.fromisoformat(text)


def owners_of(site: Site, config_map: str) -> list[dict[str, Any]]:
    """The owner references of one of a site's ConfigMaps."""
    owners: list[dict[str, Any]] = (site.get("configmaps", config_map) or {})["metadata"]["ownerReferences"]
    return owners


def router_of(site: Site) -> dict[str, str]:
    """A reference to the Deployment that owns a site's links."""
    uid = (site.get("deployments", "skupper-router") or {})["metadata"]["uid"]
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": "skupper-router", "uid": uid}


def check_marks(kept: probes.Kept) -> None:
    """The collection may mark what is its own, and add nothing else."""
    assert set(kept.own) <= OWN_MARKS
    assert set(kept.rest) <= {"namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields"}


@pytest.mark.parametrize(
    ("options", "remaining", "lifetime"),
    [
        pytest.param({}, "1", timedelta(minutes=15), id="usual"),
        pytest.param({"expiry": "1h30m", "uses": 3}, "3", timedelta(minutes=90), id="limited"),
        pytest.param({"expiry": "0", "uses": 0}, None, None, id="unlimited"),
    ],
)
def test_claim(
    ansible: Ansible,
    hub: Site,
    site_pool: SitePool,
    options: dict[str, Any],
    remaining: str | None,
    lifetime: timedelta | None,
) -> None:
    """The record on the site and the token that is handed over (client/token_claim_create.go)."""
    name = site_pool.name("claim")
    before = datetime.now(timezone.utc)
    issued = ansible.play(tasks.token(hub, name, register="issued", **options), keep("token", "issued.token"))
    after = datetime.now(timezone.utc)
    document = issued.succeeded().kept["token"]
    token, record = probes.unwrap(document), probes.secret(hub, name)

    assert record
    check_marks(record)
    assert record.type == "Opaque"
    assert record.labels == {"skupper.io/type": "token-claim-record"}
    expiration = record.annotations.get("skupper.io/claim-expiration")
    shared = {"skupper.io/site-version": VERSION}
    if lifetime:
        assert expiration
        assert before - SLACK <= instant(expiration) - lifetime <= after + SLACK
        shared["skupper.io/claim-expiration"] = expiration
    assert record.annotations == shared | ({"skupper.io/claims-remaining": remaining} if remaining else {})
    assert set(record.data) == {"password"}
    assert re.fullmatch(rb"[a-zA-Z0-9]{24}", record.data["password"])
    assert record.owners == owners_of(hub, "skupper-internal")

    assert set(document) == {"apiVersion", "kind", "metadata", "data"}
    assert token.name == name
    assert token.rest == {"creationTimestamp": None}
    assert token.own == {}
    assert token.labels == {"skupper.io/type": "token-claim"}
    url = f"https://{hub.endpoint('claims')}/{name}"
    assert token.annotations == shared | {"skupper.io/url": url, "skupper.io/generated-by": hub.site_id}
    authority = probes.secret(hub, "skupper-site-ca")
    assert authority
    assert token.data == {"password": record.data["password"], "ca.crt": authority.data["tls.crt"]}
    assert token.owners == owners_of(hub, "skupper-internal")


def test_token_file(ansible: Ansible, hub: Site, site_pool: SitePool, tmp_path: Path) -> None:
    """A token file is the document that Skupper's command line writes, and only its owner can read it."""
    name, path = site_pool.name("claim"), tmp_path / "token.yaml"
    result = ansible.run(tasks.token(hub, name, dest=str(path)))
    assert result.changed
    assert result["dest"] == str(path)
    assert "token" not in result.values
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    file, record = probes.read_file(path), probes.secret(hub, name)
    theirs = probes.unwrap(hub.token(site_pool.name("claim")))
    assert record
    assert file.name == name
    assert file.fields == theirs.fields
    assert file.rest == {"creationTimestamp": None}
    assert (file.type, file.labels, file.owners, file.own) == (theirs.type, theirs.labels, theirs.owners, {})
    assert set(file.annotations) == set(theirs.annotations)
    assert file.data == {**theirs.data, "password": record.data["password"]}
    lines = path.read_text().splitlines()
    top = [line.partition(":")[0] for line in lines if not line.startswith((" ", "-"))]
    assert top == sorted(top)


def test_unredeemed_link(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool) -> None:
    """A link Secret as it is written, before the site's controllers redeem it (client/connector_create.go)."""
    east.fault(redeemer="stopped")
    document = hub.token(site_pool.name("claim"))
    token = probes.unwrap(document)
    assert ansible.run(tasks.link(east, token=document, name="to-hub", cost=7, wait=False)).changed

    kept = probes.secret(east, "to-hub")
    assert kept
    check_marks(kept)
    assert kept.type == "Opaque"
    assert kept.labels == {"skupper.io/type": "token-claim"}
    assert kept.annotations == {**token.annotations, "skupper.io/cost": "7"}
    assert kept.data == token.data
    assert kept.owners == [router_of(east)]


def test_issued_link(ansible: Ansible, hub: Site, east: Site) -> None:
    """A link that was issued for and redeemed: as Skupper leaves it, and nothing is left on the issuing site."""
    result = ansible.run(tasks.issued_link(east, hub))
    assert result["link"]["connected"]

    kept = probes.secret(east, "link1")
    assert kept
    check_marks(kept)
    assert kept.kind == "connection-token"
    assert kept.annotations["skupper.io/cost"] == "1"
    assert kept.annotations["skupper.io/generated-by"] == hub.site_id
    assert set(kept.data) == {"tls.crt", "tls.key", "ca.crt"}
    assert kept.owners == [router_of(east)]
    assert probes.connectors(east)["link1"]["cost"] == 1
    assert [(each.peer, each.cost) for each in probes.connections(east)] == [(hub.site_id, 1)]
    assert not [name for name in probes.records(hub) if east.site_id in name]


def test_link_of_cert_token(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool) -> None:
    """A link made from a cert token, such as Skupper's command line makes."""
    document = hub.cert_token(site_pool.name("cert"))
    token = probes.unwrap(document)
    assert ansible.run(tasks.link(east, token=document, name="by-cert"))["link"]["connected"]

    kept = probes.secret(east, "by-cert")
    assert kept
    check_marks(kept)
    assert (kept.type, kept.labels) == (token.type, token.labels)
    assert kept.annotations == {**token.annotations, "skupper.io/cost": "1"}
    assert kept.data == token.data
    assert kept.owners == [router_of(east)]
