# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that linking sites do not trust, and site CAs that Skupper can't sign with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from testbed import Site
from testbed.sites.certs import issue, new_authority, read_authority
from tests import probes
from tests.harness import Ansible, RequestLog, tasks

Watch = Callable[[], RequestLog]
FAKE = "Kubernetes Ingress Controller Fake Certificate"


def let_something_else_answer(site: Site) -> None:
    """Show the certificate of an ingress controller at the site's endpoints."""
    key = rsa.generate_private_key(65537, 2048)
    site.put("skupper-site-server", issue(read_authority(new_authority("Acme Co", key)), FAKE, ["ingress.local"], key))
    site.restart_for_new_certificate()


def test_b6_something_else_answers_a_claim(ansible: Ansible, west: Site, east: Site) -> None:
    """What differs is said, and no token is advised that would fail in the same way."""
    token = west.token("early")
    let_something_else_answer(west)
    for given in ({"token": token}, {"issuer": tasks.where(west)}):
        result = ansible.run(tasks.link(east, **given))
        assert (result.reason, result["link"]["cause"]) == ("issuer_untrusted", "issuer_untrusted")
        assert f"the address is {west.host()}" in result.msg
        assert "something else answers there" in result.msg
        assert "issue a new token" not in result.msg
        assert probes.links(east) == {}


def test_b6_something_else_answers_a_router(ansible: Ansible, west: Site, east: Site) -> None:
    """Its log alone says why a router does not connect, so that the endpoint is looked at."""
    let_something_else_answer(west)
    issuer = {**tasks.where(west), "type": "cert"}
    result = ansible.run(tasks.link(east, issuer=issuer, wait_timeout=5))
    assert (result.reason, result["link"]["cause"]) == ("link_timeout", "no_connection")
    assert f"its certificate is for ingress.local ({FAKE}), and does not name {west.host()}" in result.msg
    found = ansible.run(tasks.site_info(west, check_endpoints=True))["site"]["endpoint_checks"]
    assert {check["certificate_ok"] for check in found.values()} == {False}
    assert all("something else seems to answer there" in check["reason"] for check in found.values())


@pytest.mark.parametrize("form", ["PKCS8"])
def test_b6_key_that_skupper_does_not_read(
    ansible: Ansible, west: Site, east: Site, request_log: Watch, form: str
) -> None:
    """Its claim server would end itself over it, when the claim is spent; a cert token is signed without it."""
    data = west.data("skupper-site-ca")
    key = serialization.load_pem_private_key(data["tls.key"], None)
    shape = getattr(serialization.PrivateFormat, form)
    pem = key.private_bytes(serialization.Encoding.PEM, shape, serialization.NoEncryption())
    west.put("skupper-site-ca", {**data, "tls.key": pem})
    watched = request_log()
    for task in (tasks.token(west), tasks.checked("foreseen", tasks.token(west)), tasks.issued_link(east, west)):
        result = ansible.run(task)
        assert result.reason == "ca_unusable"
        assert west.namespace in result.msg
        assert "openssl rsa -traditional" in result.msg
    assert (watched.writes(west, east), probes.records(west), probes.links(east)) == ([], {}, {})
    made = ansible.run(tasks.link(east, issuer={**tasks.where(west), "type": "cert"}))
    assert made["link"]["connected"]
