# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations: what was issued before does not work afterwards, for any holder, and whatever happens on the way."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.harness import Ansible, InterruptibleRuns, RequestLog, SharedUser, SitePool, tasks

Watch = Callable[[], RequestLog]


def test_walk_through(ansible: Ansible, west: Site, east: Site, hub: Site, site_pool: SitePool) -> None:
    """One link in and one out: the one in is dead, the other is up, and no credential works that was made before."""
    used, waiting = west.token("used"), west.token("waiting", uses=0)
    handed_out = west.cert_token()
    west.link(hub.token(site_pool.name("claim")), name="to-hub")
    east.link(used, name="to-west")
    west.wait_linked(hub)
    east.wait_linked(west)
    west.wait_linked(east, "incoming")
    redeemed = probes.secret(east, "to-west")
    assert redeemed is not None
    endpoint = west.endpoint("inter-router")
    assert probes.lets_in(endpoint, redeemed.data), "the certificate works at first"
    assert probes.lets_in(endpoint, probes.unwrap(handed_out).data)
    old = probes.fingerprint(west)

    task = tasks.revoke(west, id="INC-1")
    run = ansible.play(
        tasks.checked("foreseen", task), tasks.named("done", task), tasks.named("again", task)
    ).succeeded()
    assert [result.task for result in run.changed] == ["foreseen", "done"]
    told = run["done"]["revocation"]
    assert (told["ca_before"], told["ca_after"]) == (old, probes.fingerprint(west))
    assert old != told["ca_after"]
    assert told["claims_removed"] == ["used", "waiting"]
    assert told["cut_off"] == [{"site_id": east.site_id, "name": east.name}]
    for each in ("claims_removed", "cut_off", "ca_before"):
        assert run["foreseen"]["revocation"][each] == told[each]
    assert probes.fits(west)
    assert {
        f"skupper-router.{west.namespace}",
        f"skupper-router.{west.namespace}.svc.cluster.local",
        west.host(),
    } <= set(probes.dns_names(west))

    assert probes.records(west) == {}
    for token in (used, waiting):
        assert probes.redeem(token)[0] == 404
    assert not probes.lets_in(endpoint, redeemed.data)
    assert not probes.lets_in(endpoint, probes.unwrap(handed_out).data)
    # The status that the former router left still lists both links.
    west.wait(
        lambda: (probes.peers(west, "incoming"), probes.peers(west)) == ([], [hub.site_id]),
        "the link out alone to be left",
    )

    back = ansible.run(tasks.issued_link(east, west))
    assert back["link"]["connected"], back.msg
    assert back["link"]["name"] == "to-west"


def test_no_request_that_writes(ansible: Ansible, west: Site, request_log: Watch) -> None:
    """Neither in check mode nor when it is done already."""
    task = tasks.revoke(west, id="INC-1")
    looking = request_log()
    assert ansible.run(task, check=True).changed
    assert looking.writes() == []
    assert ansible.run(task).changed
    watched = request_log()
    again = ansible.play(
        task, tasks.revoke(west, max_age="90d", task_name="age"), tasks.revoke(west, scope="claims", task_name="claims")
    ).succeeded()
    assert again.changed == []
    assert watched.writes() == []


def test_annotations_that_site_controller_takes_off(ansible: Ansible, west: Site, request_log: Watch) -> None:
    """site-controller restarts the router without the mark that it was restarted for the CA; that is no reason to again."""
    task = tasks.revoke(west, id="INC-1")
    assert ansible.run(task).changed
    # Times in Kubernetes are whole seconds: a router of the second in which the certificate was written would be in doubt.
    time.sleep(1.1)
    change = {"metadata": {"annotations": {"example.com/by": "hand"}}}
    west.cluster.api.patch("v1", "configmaps", west.namespace, "skupper-site", change)

    def wiped() -> bool:
        template = (west.get("deployments", "skupper-router") or {})["spec"]["template"]["metadata"]
        return "sitemesh.skupper/ca" not in (template.get("annotations") or {})

    west.wait(wiped, "site-controller to take the annotations off")
    west.wait_rollout()
    watched = request_log()
    assert not ansible.run(task).changed
    assert watched.writes() == []


def test_marks_of_another_tool(ansible: Ansible, west: Site) -> None:
    """Labels and annotations of Argo CD and Helm, which Skupper copies from a site to its Secrets, own no CA."""
    marks = {
        "labels": {"app.kubernetes.io/managed-by": "Helm", "argocd.argoproj.io/instance": "shop"},
        "annotations": {"argocd.argoproj.io/tracking-id": "shop:v1:Secret", "meta.helm.sh/release-name": "shop"},
    }
    for secret in ("skupper-site-ca", "skupper-site-server"):
        west.cluster.api.patch("v1", "secrets", west.namespace, secret, {"metadata": marks})
    done = ansible.run(tasks.revoke(west, id="INC-1"))
    assert done["revocation"]["proof"]["state"] == "proved", done
    assert probes.fits(west)


def test_proved_later(ansible: Ansible, west: Site) -> None:
    """A reader answers for a revocation as long as its proof holds, and for none that was not made."""
    old = west.data("skupper-site-ca")
    assert ansible.run(tasks.revoke(west, id="INC-1")).changed

    def state(name: str) -> str:
        return str(ansible.run(tasks.site_info(west, since=name))["site"]["revocation"]["state"])

    assert (state("INC-1"), state("INC-2")) == ("proved", "not_done")
    encoded = {key: base64.b64encode(value).decode("ascii") for key, value in old.items()}
    west.cluster.api.patch("v1", "secrets", west.namespace, "skupper-site-ca", {"data": encoded})
    assert state("INC-1") == "not_proved"
    again = ansible.run(tasks.revoke(west, id="INC-1"))
    assert (again.failed, again.reason) == (True, "ca_put_back")


def test_reader(ansible: Ansible, west: Site, reader: SharedUser) -> None:
    """A user who may only read can look, is warned, and is refused before anything is written."""
    token = west.token("kept")
    foreseen = ansible.run(tasks.revoke(west), check=True, kubeconfig=reader.kubeconfig)
    assert foreseen["revocation"]["claims_removed"] == ["kept"]
    refused = ansible.run(tasks.revoke(west), kubeconfig=reader.kubeconfig)
    assert refused.reason == "forbidden"
    assert "grant verb" in refused.msg
    assert probes.redeem(token)[0] == 200


def test_edge_and_pending(ansible: Ansible, bed: Testbed, site_pool: SitePool, west: Site) -> None:
    """What can't be revoked is refused while all is as it was."""
    edge = bed.add_site(site_pool.name("edge"), edge=True)
    assert ansible.run(tasks.revoke(edge)).reason == "site_cannot_accept"
    west.token("kept")
    before = probes.fingerprint(west)
    west.pending_load_balancer()
    assert ansible.run(tasks.revoke(west)).reason == "ingress_pending"
    assert probes.fingerprint(west) == before
    assert set(probes.records(west)) == {"kept"}


@pytest.fixture
def runs(bed: Testbed, ansible: Ansible, tmp_path: Path) -> Iterator[InterruptibleRuns]:
    """Runs that can be stopped at any request to the first cluster."""
    with InterruptibleRuns.open(bed, ansible, tmp_path) as opened:
        yield opened


def test_killed_while_waiting(runs: InterruptibleRuns, ansible: Ansible, west: Site) -> None:
    """The next run waits for the old router to be gone, and writes nothing."""
    task = tasks.revoke(west, id="INC-1")
    runs.kill_at("^GET .*/pods", task, skip=5)
    ca = probes.fingerprint(west)
    assert not ansible.run(task).failed
    assert probes.fits(west)
    assert probes.fingerprint(west) == ca


def test_two_at_once(ansible: Ansible, west: Site) -> None:
    """Both end well or say conflict, and what is left fits together."""
    play = [{"hosts": "all", "gather_facts": False, "tasks": [tasks.revoke(west, id=f"INC-{n}")]} for n in (1, 2)]
    playing = [ansible.start([each]) for each in play]
    results = [each.wait().results[0] for each in playing]
    assert all(result.status == "ok" or result.reason == "conflict" for result in results), results
    assert probes.fits(west)
    run = ansible.play(tasks.revoke(west, id="INC-1", task_name="1"), tasks.revoke(west, id="INC-2", task_name="2"))
    run.succeeded()
    assert probes.fits(west)
