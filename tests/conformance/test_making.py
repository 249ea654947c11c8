# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sites that are made by a task, through site-controller."""

from __future__ import annotations

from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.harness import NEWEST, SITE_RULES, Ansible, SharedUser, tasks

# tests/integration/modules/test_making.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")


def test_site(bed: Testbed, ansible: Ansible, hub: Site, claim: str, tmp_path: Path) -> None:
    """A site is waited for until it can link, follows a change of its log levels, and leaves nothing behind."""
    cluster, name = bed.clusters[0], f"made-{claim}"
    cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    maker = Ansible(NEWEST, tmp_path / "making", SharedUser.make(bed, "maker", SITE_RULES).kubeconfig)

    wish = tasks.site(cluster.name, name, ingress="none")
    made = maker.play(tasks.named("made", wish), tasks.named("again", wish)).succeeded()
    assert [result.task for result in made.changed] == ["made"]
    assert (made["made"]["site"]["version"], made["made"]["site"]["mode"]) == ("1.9.6", "interior")
    link = tasks.task("link", context=cluster.name, namespace=name, issuer=tasks.where(hub))
    assert ansible.run(link)["link"]["connected"]

    louder = tasks.site(cluster.name, name, settings={"router-logging": "ROUTER_CORE:info+"})
    changed = maker.play(tasks.named("louder", louder), tasks.named("again", louder)).succeeded()
    assert [result.task for result in changed.changed] == ["louder"]
    assert probes.log_levels(cluster, name)["ROUTER_CORE"] == "info+"

    # As after a conflict with the Deployment controller, which site-controller logs and forgets.
    notes = {"spec": {"template": {"metadata": {"annotations": {"sitemesh.skupper/router-logging": None}}}}}
    cluster.api.patch("apps/v1", "deployments", name, "skupper-router", notes)
    asked = maker.play(tasks.named("asked", louder), tasks.named("again", louder)).succeeded()
    assert [result.task for result in asked.changed] == ["asked"]
    (routed,) = probes.pods(cluster, name, "router").values()
    assert routed["sitemesh.skupper/router-logging"] == "ROUTER_CORE:info+"

    absent = tasks.site(cluster.name, name, state="absent")
    gone = maker.play(tasks.named("gone", absent), tasks.named("again", absent)).succeeded()
    assert [result.task for result in gone.changed] == ["gone"]
    assert probes.site_objects(cluster, name) == set()
