# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cert tokens: what Skupper's command line would have written, kept while they serve, and taken by routers."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from testbed import Site, Testbed
from tests import probes
from tests.harness import NEWEST_AT_LEAST, Ansible, RequestLog, SharedUser, SitePool, Task, tasks
from tests.harness.check_mode import UNKNOWN


def cert_task(site: Site, path: Path, **options: Any) -> Task:
    """Ask for a cert token in a file."""
    return tasks.task("token", **tasks.where(site), type="cert", dest=str(path), **options)


def certificate(path: Path) -> x509.Certificate:
    """The certificate in a token file."""
    return x509.load_pem_x509_certificate(probes.read_file(path).data["tls.crt"])


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_document(ansible: Ansible, hub: Site, tmp_path: Path, request_log: Callable[[], RequestLog]) -> None:
    """Field by field as the testbed writes it for the command line; the issuing site is only read."""
    path, watched = tmp_path / "cert.yaml", request_log()
    before = datetime.now(timezone.utc)
    made = ansible.run(cert_task(hub, path, name="for-east"))
    after = datetime.now(timezone.utc)
    assert (made.failed, made.changed) == (False, True), made
    assert watched.writes(hub) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found, wanted = probes.read_file(path), probes.unwrap(hub.cert_token("for-east"))
    for name in ("name", "type", "labels", "annotations", "own", "owners", "fields"):
        assert getattr(found, name) == getattr(wanted, name), name
    assert found.rest == {"creationTimestamp": None}
    assert set(found.data) == set(wanted.data)
    assert found.data["ca.crt"] == wanted.data["ca.crt"]
    assert found.data["tls.key"].startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    key = load_pem_private_key(found.data["tls.key"], None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.public_key() == certificate(path).public_key()
    begins = certificate(path).not_valid_before_utc
    assert before - timedelta(seconds=2) <= begins <= after
    assert certificate(path).not_valid_after_utc - begins == timedelta(days=1825)
    assert datetime.fromisoformat(made["expires_at"]) == certificate(path).not_valid_after_utc
    mine = {extension.oid: extension.critical for extension in certificate(path).extensions}
    theirs = x509.load_pem_x509_certificate(wanted.data["tls.crt"])
    assert mine == {extension.oid: extension.critical for extension in theirs.extensions}
    for extension in theirs.extensions:
        assert certificate(path).extensions.get_extension_for_oid(extension.oid).value == extension.value
    (tmp_path / "ca.crt").write_bytes(hub.data("skupper-site-ca")["tls.crt"])
    (tmp_path / "tls.crt").write_bytes(found.data["tls.crt"])
    command = ["openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.crt", "tls.crt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "tls.crt: OK\n"


@pytest.mark.thorough
def test_kept_while_it_serves(
    ansible: Ansible, west: Site, east: Site, reader: SharedUser, bed: Testbed, tmp_path: Path
) -> None:
    """Create, again, modify, again, each in check mode first as one who may write nothing; and once more after a revocation."""
    path = tmp_path / "cert.yaml"

    def step(changed: bool, **options: object) -> None:
        task = cert_task(west, path, **options)
        before = path.read_bytes() if path.exists() else None
        predicted = ansible.run(task, check=True, kubeconfig=reader.kubeconfig)
        assert (path.read_bytes() if path.exists() else None) == before
        actual = ansible.run(task)
        assert (predicted.changed, actual.changed) == (changed, changed), (predicted, actual)
        assert (path.read_bytes() != before) is changed
        for side in ("before", "after"):
            for key, value in predicted.diff[side].items():
                assert value in (UNKNOWN, actual.diff[side][key])

    step(True)
    step(False)
    step(True, validity="48h")
    step(False, validity="48h")
    first = path.read_bytes()
    linked = ansible.run(tasks.link(east, src=str(path)))
    assert linked["link"]["connected"]
    assert [each.peer for each in probes.connections(east)] == [west.site_id]

    west.revoke_access()
    east.wait(lambda: not probes.connections(east), "the link to be cut")
    step(True, validity="48h")
    assert path.read_bytes() != first
    again = ansible.run(tasks.link(east, src=str(path)))
    assert (again.failed, again.changed) == (False, True), again
    assert again["link"]["connected"]


def test_one_token_for_many(ansible: Ansible, hub: Site, site_pool: SitePool, tmp_path: Path) -> None:
    """Any number of sites can use it."""
    path = tmp_path / "cert.yaml"
    ansible.run(cert_task(hub, path))
    for site in (site_pool.private(), site_pool.private()):
        assert ansible.run(tasks.link(site, src=str(path)))["link"]["connected"]


def test_issuer(ansible: Ansible, hub: Site, east: Site, request_log: Callable[[], RequestLog]) -> None:
    """A link without a claim: nothing is written on the issuing site, and the linking site's id is the name."""
    watched = request_log()
    task = tasks.link(east, issuer={**tasks.where(hub), "type": "cert"})
    made = ansible.run(task)
    assert (made.failed, made.changed) == (False, True), made
    assert made["link"]["connected"]
    assert watched.writes(hub) == []
    link = probes.links(east)["link1"]
    assert (link.type, link.kind) == ("kubernetes.io/tls", "connection-token")
    shown = x509.load_pem_x509_certificate(link.data["tls.crt"])
    assert shown.subject.rfc4514_string() == f"CN={east.site_id}"
    assert shown.not_valid_after_utc - shown.not_valid_before_utc == timedelta(days=1825)
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]
    again = request_log()
    assert not ansible.run(task).changed
    assert len(again.requests()) == 3


def test_edge_sites(ansible: Ansible, bed: Testbed, hub: Site, site_pool: SitePool) -> None:
    """An edge site links by the edge endpoint, and issues nothing itself."""
    edge = bed.add_site(site_pool.name("edge"), 1, "none", edge=True)
    made = ansible.run(tasks.link(edge, issuer={**tasks.where(hub), "type": "cert"}))
    assert (made.failed, made.changed) == (False, True), made
    assert made["link"]["connected"]
    refused = ansible.run(tasks.task("token", **tasks.where(edge), type="cert", renew="always"))
    assert refused.reason == "site_cannot_accept"


def test_endpoints_are_looked_at(ansible: Ansible, west: Site) -> None:
    """From where the task runs: what answers, whose certificate it shows, and whether it answers at all."""
    look = tasks.task("site_info", **tasks.where(west), check_endpoints=True)
    good = {"reachable": True, "certificate_ok": True, "reason": None}
    found = ansible.run(look)["site"]["endpoint_checks"]
    assert found == dict.fromkeys(("inter-router", "edge", "claims"), good)
    west.pause()
    for each in ansible.run(look)["site"]["endpoint_checks"].values():
        assert (each["reachable"], each["certificate_ok"]) == (False, None)
        assert each["reason"]
    west.resume()
