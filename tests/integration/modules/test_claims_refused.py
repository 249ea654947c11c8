# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claims that the issuing site refuses: the task ends at once, says why, and takes its link away again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from testbed import Site
from tests import probes
from tests.harness import Ansible, RequestLog, Result, SitePool, tasks

Watch = Callable[[], RequestLog]


def check_gone(result: Result, site: Site, watched: RequestLog) -> None:
    """The link that the task made is gone, and nothing else was touched."""
    assert result["link_removed"]
    assert result["link"]["state"] == "claim_failed"
    assert not result["link"]["connected"]
    assert watched.writes(site) == ["create secrets link1", "delete secrets link1"]
    assert probes.links(site) == {}
    assert "\n" not in result.msg


def test_used_up(
    ansible: Ansible, hub: Site, east: Site, site_pool: SitePool, tmp_path: Path, request_log: Watch
) -> None:
    """A file does not show that its claim is used up; the issuing site does."""
    path, name = tmp_path / "token.yaml", site_pool.name("claim")
    path.write_text(yaml.safe_dump(hub.token(name)))
    used_up = {"metadata": {"annotations": {"skupper.io/claims-remaining": "0", "skupper.io/claims-made": "1"}}}
    hub.cluster.api.patch("v1", "secrets", hub.namespace, name, used_up)
    watched = request_log()
    result = ansible.run(tasks.link(east, src=str(path)))
    assert result.reason == "claim_used_up"
    assert name in result.msg
    assert "renew: unusable" in result.msg
    check_gone(result, east, watched)


def test_removed(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool, request_log: Watch) -> None:
    """A claim that is no longer on its issuing site."""
    name = site_pool.name("claim")
    token = hub.token(name)
    hub.cluster.api.delete("v1", "secrets", hub.namespace, name)
    watched = request_log()
    result = ansible.run(tasks.link(east, token=token))
    assert result.reason == "claim_used_up"
    check_gone(result, east, watched)


def test_wrong_password(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool, request_log: Watch) -> None:
    """A token whose password is not the claim's; the claim itself stays usable."""
    name = site_pool.name("claim")
    token = hub.token(name)
    token["data"]["password"] = base64.b64encode(b"somebody-guessed-this").decode()
    watched = request_log()
    result = ansible.run(tasks.link(east, token=token))
    assert result.reason == "claim_refused"
    assert "password" in result.msg
    assert "somebody-guessed-this" not in str(result)
    check_gone(result, east, watched)
    assert probes.records(hub)[name].annotations["skupper.io/claims-remaining"] == "1"


def test_revoked(ansible: Ansible, west: Site, east: Site, request_log: Watch) -> None:
    """A token from before revoke-access names a CA that the issuing site has no longer."""
    token = west.token("early")
    west.revoke_access()
    watched = request_log()
    result = ansible.run(tasks.link(east, token=token))
    assert result.reason == "issuer_untrusted"
    check_gone(result, east, watched)


@pytest.mark.parametrize("wait", [True, False])
def test_failed_link_in_the_way(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool, wait: bool) -> None:
    """The remains of a claim that failed are no link: a good token takes their place and their name."""
    stale = hub.token(site_pool.name("claim"))
    hub.cluster.api.delete("v1", "secrets", hub.namespace, stale["metadata"]["name"])
    east.link(stale, name="remains")
    failed = "internal.skupper.io/last-failed"
    east.wait(lambda: failed in probes.links(east)["remains"].annotations, "the claim to fail")
    (before,) = probes.links(east).values()

    assert ansible.run(tasks.link(east, token=hub.token(site_pool.name("claim")), wait=wait)).changed
    east.wait_linked(hub)
    (after,) = probes.links(east).values()
    assert after.name == "remains"
    assert after.uid != before.uid
    assert failed not in after.annotations
