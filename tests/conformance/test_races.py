# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations that are killed on their way, and claims that are created and redeemed while the CA changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import Site, Testbed
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE
from tests.harness import Ansible, InterruptibleRuns, tasks

# tests/integration/modules/test_revoke.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

# The writes of a revocation, and two of the looks at a site in between.
CA, SERVER, ROUTER = (
    r"^PATCH .*/secrets/skupper-site-ca(\?|$)",
    r"^PATCH .*/secrets/skupper-site-server(\?|$)",
    r"^PATCH .*/deployments/skupper-router(\?|$)",
)
LOOK, PODS = r"^GET .*/secrets/skupper-site-server(\?|$)", r"^GET .*/pods(\?|$)"


@pytest.fixture
def runs(bed: Testbed, ansible: Ansible, tmp_path: Path) -> Iterator[InterruptibleRuns]:
    """Runs that can be stopped at any request to the first cluster."""
    with InterruptibleRuns.open(bed, ansible, tmp_path) as opened:
        yield opened


# Killed after each write, in turn.
@pytest.mark.parametrize(
    "after",
    [pytest.param(write, marks=pytest.mark.exhaustive("real")) for write in ("claims", "ca", "certificate")]
    + ["restart"],
)
def test_killed(
    ansible: Ansible,
    runs: InterruptibleRuns,
    west: Site,
    other_tool: OtherTool,
    new_name: Callable[[], str],
    dial: probes.Dial,
    after: str,
) -> None:
    """The next run finishes it, with one CA for one id, and nothing works that was issued before."""
    token = other_tool.claim(west, new_name(), uses=0)
    stolen = probes.read_file(other_tool.cert(west, new_name())).data
    old, task = probes.fingerprint(west), tasks.revoke(west, id=f"INC-{new_name()}")
    playing = runs.start_until({"claims": CA, "ca": SERVER}.get(after, ROUTER), task)
    if after == "restart":
        runs.go_on(playing, PODS)
    runs.kill(playing)
    between = probes.fingerprint(west)
    assert (between == old) == (after == "claims")

    run = ansible.play(tasks.named("continued", task), tasks.named("again", task)).succeeded()
    # After the last write only waiting is left.
    assert [result.task for result in run.changed] == ([] if after == "restart" else ["continued"])
    assert probes.fingerprint(west) == run["continued"]["revocation"]["ca_after"]
    assert probes.fingerprint(west) != old
    assert between in (old, probes.fingerprint(west)), "one id has one CA"
    assert probes.fits(west)
    assert probes.records(west) == {}
    assert probes.redeem(yaml.safe_load(token.read_text()), dial=dial)[0] == 404
    assert not probes.lets_in(west.endpoint("inter-router"), stolen, dial)


@pytest.mark.exhaustive("real")
def test_claims_in_between(
    runs: InterruptibleRuns, west: Site, other_tool: OtherTool, new_name: Callable[[], str], dial: probes.Dial
) -> None:
    """Claims that come after the others were deleted and before the CA is written are deleted, too.

    One that is redeemed for a certificate of the new CA costs that CA its place, and that is told.
    """
    task = tasks.revoke(west, id=f"INC-{new_name()}")
    playing = runs.start_until(CA, task)
    late, idle = (yaml.safe_load(other_tool.claim(west, new_name(), uses=0).read_text()) for _each in range(2))
    stolen = [redeemed(late, dial)]
    runs.go_on(playing, LOOK)
    stolen.append(redeemed(late, dial))
    assert stolen[1]["ca.crt"] == west.data("skupper-site-ca")["tls.crt"], "it is a certificate of the new CA"
    runs.gateway.go_on()
    result = playing.wait().succeeded()["revoke"]
    assert result["revocation"]["cas_made"] == 2
    assert "replaced 2 times" in str(result["warnings"])
    assert probes.fits(west)
    assert probes.records(west) == {}
    assert [probes.redeem(token, dial=dial)[0] for token in (late, idle)] == [404, 404]
    assert not any(probes.lets_in(west.endpoint("inter-router"), each, dial) for each in stolen)


def redeemed(token: dict[str, Any], dial: probes.Dial) -> dict[str, bytes]:
    """What a claim is redeemed for, which has to work."""
    status, answer = probes.redeem(token, dial=dial)
    assert status == 200, answer
    return probes.unwrap(yaml.safe_load(answer)).data


def test_race(ansible: Ansible, west: Site, new_name: Callable[[], str], dial: probes.Dial, race: int) -> None:
    """Claims are redeemed all the while; nothing that was got for one issued before works afterwards (--rounds)."""
    tokens = [west.token(new_name(), uses=0) for _each in range(3)]
    thieves = [probes.Thief(tokens, dial) for _each in range(2)]
    for thief in thieves:
        thief.start()
    try:
        west.wait(lambda: all(thief.stolen for thief in thieves), "the first redemptions", PATIENCE)
        result = ansible.run(tasks.revoke(west, id=f"RACE-{race}-{new_name()}"))
    finally:
        stolen = [thief.stop() for thief in thieves]
    assert not result.failed, result
    assert all(thief.refused for thief in thieves), "they went on until their claims were gone"
    endpoint = west.endpoint("inter-router")
    # Those got last are the ones that count; the others are alike.
    assert not any(probes.lets_in(endpoint, each, dial) for mine in stolen for each in [mine[0], *mine[-3:]])
    assert all(probes.redeem(token, dial=dial)[0] == 404 for token in tokens)
