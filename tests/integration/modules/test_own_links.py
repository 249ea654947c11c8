# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A linking site decides about its own links and claims, whatever it says of others."""

from __future__ import annotations

from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, tasks

NOTE = "sitemesh.skupper/claim"


def note(site: Site, name: str, **notes: str | None) -> None:
    """Write annotations of a link, as the owner of the linking site can."""
    body = {"metadata": {"annotations": notes}}
    site.cluster.api.patch("v1", "secrets", site.namespace, name, body)


@pytest.mark.parametrize("options", [{}, {"state": "absent"}], ids=["present", "absent"])
def test_b1_claim_of_a_partner(ansible: Ansible, west: Site, east: Site, options: dict[str, Any]) -> None:
    """A site that notes the claim of another partner on its own link does not get it deleted."""
    token = west.token("for-partner")
    task = tasks.issued_link(east, west)
    assert ansible.run(task)["link"]["connected"]
    note(east, "link1", **{NOTE: "for-partner"})
    run = ansible.run(tasks.issued_link(east, west, **options))
    assert run.changed, run.msg
    status, _body = probes.redeem(token)
    assert status == 200
    if not options:
        (link,) = probes.links(east).values()
        assert "claim" not in link.own


def test_b2_claim_of_a_partner_by_name(ansible: Ansible, west: Site, east: Site) -> None:
    """A site that goes by the name of a claim of another partner gets one of its own."""
    token = west.token(f"link1-{east.site_id}", uses=1)
    (before,) = probes.records(west).values()
    assert ansible.run(tasks.issued_link(east, west, uses=2))["link"]["connected"]
    (after,) = probes.records(west).values()
    assert (after.uid, after.data, after.annotations) == (before.uid, before.data, before.annotations)
    status, _body = probes.redeem(token)
    assert status == 200
