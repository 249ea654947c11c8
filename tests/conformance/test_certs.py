# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that the collection signs, before routers and another tool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import probes
from tests.conformance.cast import PATIENCE, Lend
from tests.conformance.others import Others
from tests.harness import Ansible, tasks
from tests.testbed import Site

# tests/integration/modules/test_certs.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")


def test_cert_token_for_another_tool(
    ansible: Ansible, hub: Site, east: Site, others: Others, claim: str, tmp_path: Path
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
    others.link(east, path, "to-hub")
    east.wait_linked(hub, timeout=PATIENCE)
    hub.wait_linked(east, "incoming", PATIENCE)
    assert not ansible.run(tasks.issued_link(east, hub)).changed


def test_link_without_a_claim(ansible: Ansible, hub: Site, lent: Lend) -> None:
    """A certificate that is signed directly links a site; the issuing site has no record of it."""
    east, records = lent(), set(probes.records(hub))
    task = tasks.link(east, issuer={**tasks.where(hub), "type": "cert"})
    run = ansible.play(tasks.named("made", task), tasks.named("again", task)).succeeded()
    assert [result.task for result in run.changed] == ["made"]
    assert run["made"]["link"]["connected"]
    assert set(probes.records(hub)) == records
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]
