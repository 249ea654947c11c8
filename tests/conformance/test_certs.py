# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that the collection signs, before routers and another tool."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from testbed import Site
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE, LendSite
from tests.harness import Ansible, tasks

# tests/integration/modules/test_certs.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")


def test_cert_token_for_another_tool(
    ansible: Ansible, hub: Site, east: Site, other_tool: OtherTool, claim: str, tmp_path: Path
) -> None:
    """Another tool links a site with our cert token, and the router lets it in; openssl finds nothing wrong."""
    path, ca, leaf = (tmp_path / name for name in ("token.yaml", "ca.pem", "leaf.pem"))
    issue = tasks.task("token", **tasks.where(hub), name=claim, type="cert", dest=str(path))
    run = ansible.play(tasks.named("issued", issue), tasks.named("again", issue)).succeeded()
    assert [result.task for result in run.changed] == ["issued"]
    data = probes.read_file(path).data
    ca.write_bytes(data["ca.crt"])
    leaf.write_bytes(data["tls.crt"])
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", str(ca), str(leaf)]
    assert subprocess.run(command, capture_output=True, check=True).returncode == 0
    other_tool.link(east, path, "to-hub")
    east.wait_linked(hub, timeout=PATIENCE)
    hub.wait_linked(east, "incoming", PATIENCE)
    assert not ansible.run(tasks.issued_link(east, hub)).changed


def form(path: Path) -> dict[str, object]:
    """What a token's certificate is like, its extensions byte by byte and in their order."""
    certificate = x509.load_pem_x509_certificate(probes.read_file(path).data["tls.crt"])
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return {
        "version": certificate.version,
        "signature": certificate.signature_algorithm_oid,
        "key": (key.key_size, key.public_numbers().e),
        "issuer": certificate.issuer.public_bytes(),
        "subject": [attribute.oid for attribute in certificate.subject],
        "lasts": certificate.not_valid_after_utc - certificate.not_valid_before_utc,
        "extensions": [(each.oid, each.critical, each.value.public_bytes()) for each in certificate.extensions],
    }


def test_certificate_like_another_tools(
    ansible: Ansible, hub: Site, other_tool: OtherTool, new_name: Callable[[], str], tmp_path: Path
) -> None:
    """A certificate does not show which tool has signed it."""
    path = tmp_path / "token.yaml"
    assert ansible.run(tasks.token(hub, new_name(), type="cert", dest=str(path))).changed
    assert form(path) == form(other_tool.cert(hub, new_name()))


def test_link_without_a_claim(ansible: Ansible, hub: Site, lend_site: LendSite) -> None:
    """A certificate that is signed directly links a site; the issuing site has no record of it."""
    east, records = lend_site(), set(probes.records(hub))
    task = tasks.link(east, issuer={**tasks.where(hub), "type": "cert"})
    run = ansible.play(tasks.named("made", task), tasks.named("again", task)).succeeded()
    assert [result.task for result in run.changed] == ["made"]
    assert run["made"]["link"]["connected"]
    assert set(probes.records(hub)) == records
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]
