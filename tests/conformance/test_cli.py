# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Skupper's command line as a witness: it takes what the collection makes for its own, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testbed import Site
from tests import probes
from tests.conformance.cli import Cli
from tests.conformance.shared_sites import PATIENCE, Settle
from tests.harness import Ansible, tasks

pytestmark = pytest.mark.only("real", "nothing answers Skupper's command line on a simulated site")

CONNECTED = ["--wait", "60"]  # seconds


def test_our_token(ansible: Ansible, cli: Cli, hub: Site, east: Site, claim: str, tmp_path: Path) -> None:
    """A token of skupper_token is one to `skupper link create`, and the link that comes of it is one to skupper_link."""
    path = tmp_path / "token.yaml"
    issue = tasks.token(hub, claim, dest=str(path))
    ansible.play(issue).succeeded()
    created = cli.run(east, "link", "create", str(path)).succeeded()
    assert created.says(f"Site configured to link to https://{hub.endpoint('claims')}/{claim} (name=link1)")
    assert cli.run(east, "link", "status", "link1", *CONNECTED).succeeded().says("Link link1 is connected")

    run = ansible.play(issue, tasks.link(east, src=str(path)), tasks.issued_link(east, hub, task_name="by issuer"))
    assert run.succeeded().changed == []
    assert [run[name]["link"]["state"] for name in ("link", "by issuer")] == ["connected"] * 2
    assert (run["token"]["usable"], run["token"]["uses_made"]) == (False, 1)


def test_status(ansible: Ansible, cli: Cli, hub: Site, east: Site, claim: str, tmp_path: Path) -> None:
    """`skupper link status`, `status` and `token status` read our claim and our link as their own."""
    path = tmp_path / "token.yaml"
    play = [tasks.token(hub, claim, uses=2, dest=str(path)), tasks.link(east, src=str(path), name="ours", cost=3)]
    ansible.play(*play).succeeded()
    assert cli.run(east, "link", "status").succeeded().says("Link ours is connected")
    detail = cli.run(east, "link", "status", "ours", "--verbose").succeeded()
    assert detail.says("Status: Connected")
    assert detail.says("Cost: 3")
    hub.wait_linked(east, "incoming", PATIENCE)
    there = cli.run(hub, "link", "status").succeeded()
    assert there.says(f"Incoming link from site {east.site_id} on namespace {east.namespace}")
    status = cli.run(east, "status").succeeded()
    assert status.says(f'Skupper is enabled for namespace "{east.namespace}".')
    assert status.says("It is connected to")
    assert not status.says("not connected")

    at_home = cli.run(hub, "token", "status", str(path)).succeeded()
    for text in (f"Token Name: {claim}", "type: claim", "claims made: 1", "claims remaining: 1", "expires:"):
        assert at_home.says(text), at_home.output
    abroad = cli.run(east, "token", "status", str(path)).succeeded()
    assert abroad.says(f"remote site with id: {hub.site_id}"), abroad.output

    twice = cli.run(east, "link", "create", str(path))
    assert twice.code
    assert twice.says(f'Already connected to "{hub.site_id}"')


@pytest.mark.exhaustive("real")
def test_undone(
    ansible: Ansible,
    cli: Cli,
    hub: Site,
    east: Site,
    settle: Settle,
    new_name: Callable[[], str],
    tmp_path: Path,
) -> None:
    """`skupper link delete` undoes skupper_link, and `state: absent` undoes `skupper link create`, to the connector."""
    make = tasks.issued_link(east, hub, name="ours")
    assert ansible.run(make)["link"]["connected"]
    settle()
    assert cli.run(east, "link", "delete", "ours").succeeded().says("Link 'ours' has been removed")
    assert probes.links(east) == {}
    assert not ansible.run(tasks.link(east, name="ours", state="absent")).changed
    assert ansible.run(tasks.link_info(east))["links"] == []

    path = tmp_path / "token.yaml"
    ansible.play(tasks.token(hub, new_name(), dest=str(path))).succeeded()
    cli.run(east, "link", "create", str(path), "--name", "theirs").succeeded()
    assert cli.run(east, "link", "status", "theirs", *CONNECTED).succeeded().says("is connected")
    settle()
    assert ansible.run(tasks.link(east, name="theirs", state="absent")).changed
    assert probes.links(east) == {}
    assert probes.connectors(east) == {}
    assert cli.run(east, "link", "status").succeeded().says("There are no links configured or connected")


@pytest.mark.exhaustive("real")
def test_failed_claim(ansible: Ansible, cli: Cli, hub: Site, east: Site, claim: str, tmp_path: Path) -> None:
    """What the command line has to say of a claim that can't be redeemed any more is what skupper_link_info says."""
    path = tmp_path / "token.yaml"
    ansible.play(tasks.token(hub, claim, dest=str(path)), tasks.token(hub, claim, state="absent")).succeeded()
    cli.run(east, "link", "create", str(path), "--name", "dead").succeeded()
    east.wait(lambda: probes.links(east)["dead"].annotations.get("internal.skupper.io/last-failed"), "the refusal")
    assert cli.run(east, "link", "status").says("Link dead not connected (Failed to redeem claim: No such claim)")
    (told,) = ansible.run(tasks.link_info(east))["links"]
    assert (told["name"], told["state"]) == ("dead", "claim_failed")
    assert "No such claim" in told["reason"]
    assert ansible.run(tasks.issued_link(east, hub))["link"]["name"] == "dead"
    assert cli.run(east, "link", "status", "dead", *CONNECTED).says("Link dead is connected")
