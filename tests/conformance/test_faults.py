# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of clusters by modules and playbooks: whatever happens to its requests, a run does its work or says why not.

A few cells of the matrix are drawn, and drawn again with --seed; all of them are run at --depth=exhaustive. A table at
the end of the test run shows what came of each. All cells that were asked for are played side by side before the first
is judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from testbed import Testbed
from testbed.clusters import Request
from testbed.faults import Fault, Hanging
from tests.conformance import fault_matrix
from tests.conformance.fault_matrix import KINDS, Cell, Outcome
from tests.conformance.fault_scenarios import SCENARIOS, Scenario
from tests.conformance.faulty_site_pairs import LINKING, REQUEST, FaultySitePair
from tests.harness import NEWEST, Ansible, Result, Run, RunningPlaybook, SitePool, hosts
from tools.planted_faults import PlantedFault

pytestmark = [
    pytest.mark.apart,
    pytest.mark.slow,
    pytest.mark.only("simulated", "what happens on the way to an API server is the same for all sites"),
]

PAIRS = 4
Record = Callable[[str, object], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the matrix its cells, as many as a run of this depth has."""
    if "cell" in metafunc.fixturenames:
        option = metafunc.config.option
        metafunc.parametrize("cell", fault_matrix.cells(option.depth, option.seed), ids=str)


@pytest.fixture(scope="module")
def pairs(
    bed: Testbed, site_pool: SitePool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[FaultySitePair]]:
    """Pairs of sites, each with a way of its own."""
    home = tmp_path_factory.mktemp("pairs")
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                FaultySitePair.open(
                    bed,
                    [site_pool.public(0), site_pool.private(1)],
                    Ansible(NEWEST, home / f"runs-{number}"),
                    home / f"pair-{number}",
                )
            )
            for number in range(PAIRS)
        ]


@pytest.fixture(scope="module")
def outcomes(bed: Testbed, pairs: list[FaultySitePair], request: pytest.FixtureRequest) -> dict[str, Outcome]:
    """The outcomes of all cells that are to be run; no secret that was there meanwhile may have been shown."""
    asked = [item.callspec.params.get("cell") for item in request.session.items if hasattr(item, "callspec")]
    return fault_matrix.play_watched(bed, [cell for cell in asked if isinstance(cell, Cell)], pairs)


def test_what_is_drawn() -> None:
    """A seed gives the same cells each time; all kinds of faults and all scenarios come before any comes often."""
    drawn = fault_matrix.cells("usual", 1)
    assert [cell.name for cell in drawn] == [cell.name for cell in fault_matrix.cells("usual", 1)]
    assert len({cell.kind.name for cell in drawn}) == min(len(KINDS), len(drawn))
    assert {cell.scenario for cell in fault_matrix.cells("thorough", 1)} == set(SCENARIOS)
    everything = [cell.name for cell in fault_matrix.cells("exhaustive", 1)]
    assert len(everything) == len(set(everything)) >= 300


class ToldScenario(Scenario):
    """A scenario of which the test says what a look at it would find."""

    def __init__(self, lacks: str = "", broken: str = "") -> None:
        self._lacks, self._broken = lacks, broken

    def start(self) -> RunningPlaybook:
        """Nothing is started."""
        raise NotImplementedError

    def lacks(self, run: Run) -> str:
        """Say what was told."""
        return self._lacks

    def broken(self) -> str:
        """Say what was told."""
        return self._broken


FAILED = Result(
    "here", "link", "skupper_link", "failed", {"msg": "the API server answered 503: no", "reason": "api_error"}
)
RAW = Result("here", "link", "skupper_link", "failed", {"msg": "503: \x1b[31mno", "reason": "api_error"})
OK = Result("here", "link", "skupper_link", "ok", {"changed": True})
WRITE = Request("create", "secrets", "", "n", "s", 201, "u", "a", "/api/v1/namespaces/n/secrets")
READ_ONCE = "skupper_link / list secrets at the linking site / 503, once"
WRITTEN = "skupper_link / create secrets at the linking site / 503"


@pytest.mark.parametrize(
    ("met", "run", "scenario", "requests", "words"),
    [
        (WRITTEN, Run(2, "", (FAILED,), {}, 1), ToldScenario(), [], []),
        (WRITTEN, Run(0, "", (OK,), {}, 1), ToldScenario(), [WRITE], []),
        (WRITTEN, Run(0, "", (OK,), {}, 1), ToldScenario(), [], ["CHANGE NOT SEEN"]),
        (WRITTEN, Run(0, "", (), {}, 1), ToldScenario(), [WRITE], ["CHANGE NOT REPORTED"]),
        (WRITTEN, Run(0, "", (OK,), {}, 1), ToldScenario("no link"), [WRITE], ["SUCCESS NOT SEEN"]),
        (WRITTEN, Run(0, "", (FAILED,), {}, 1), ToldScenario(), [], ["EXIT 0 WITH A FAILED HOST"]),
        (WRITTEN, Run(2, "", (FAILED,), {}, 1), ToldScenario(broken="the link"), [], ["WORKING LINK CUT"]),
        (WRITTEN, Run(2, "", (RAW,), {}, 1), ToldScenario(), [], ["RAW MESSAGE"]),
        (WRITTEN, Run(2, "", (), {}, 1), ToldScenario(), [], ["CAUSE NOT NAMED"]),
        (READ_ONCE, Run(2, "", (FAILED,), {}, 1), ToldScenario(), [], ["GAVE UP"]),
    ],
)
def test_verdicts(met: str, run: Run, scenario: Scenario, requests: list[Request], words: list[str]) -> None:
    """What is wrong with a run that met a fault, by what it says and what others see."""
    found = fault_matrix.judged(fault_matrix.named(met), scenario, run, lambda: requests)
    assert [each.partition(":")[0] for each in found] == words


def test_verdicts_on_the_next_run() -> None:
    """It has to end, to succeed and to complete the work."""
    done, failed = Run(0, "", (OK,), {}, 1), Run(2, "", (FAILED,), {}, 1)
    wrong = [(ToldScenario(), done), (ToldScenario("no link"), done), (ToldScenario(), failed), (ToldScenario(), None)]
    words = [[each.partition(":")[0] for each in fault_matrix.judged_again(*pair)] for pair in wrong]
    assert words == [[], ["RERUN INCOMPLETE"], ["RERUN FAILED"], ["RERUN OVER ITS LIMIT"]]


def test_cell(cell: Cell, outcomes: dict[str, Outcome], record_property: Record) -> None:
    """The run does its work, or fails in time and names the cause; nothing is lost, and the next run completes it."""
    outcome = outcomes[cell.name]
    record_property("fault", (cell.scenario.name, cell.kind.name, outcome.word))
    assert outcome.good, "\n".join([cell.name, *outcome.wrong, outcome.told])


def test_one_cluster_of_five_hangs(pairs: list[FaultySitePair]) -> None:
    """Four sites are linked; the fifth fails, and was asked once: the run waits its limit and no longer."""
    first, second, sick = pairs[:3]
    wanted = [(pair, site) for pair in (first, second) for site in (pair.west, pair.east)] + [(sick, sick.east)]
    ways = {site.name: {**pair.variables(site), "skupper_kubeconfig": str(pair.kubeconfig)} for pair, site in wanted}
    sick.proxies[LINKING].arm(Fault(Hanging(), times=None))
    options = ["--forks=5", "-e", json.dumps({"skupper_hosts": "all", "mesh_look_timeout": REQUEST})]
    inventory = hosts([site for _lane, site in wanted], ways)
    try:
        run = first.ansible.start("sitemesh.skupper.link_sites", options, inventory=inventory).wait()
        assert (run.code, {result.host for result in run.failed}) == (2, {sick.east.name}), run.output
        looks = [result.host for result in run.of("Read the site")]
        assert looks[-1] == sick.east.name, "somebody waited for the site that hangs"
        assert sick.proxies[LINKING].met == 1
        for private in (first.east, second.east):
            for public in (first.west, second.west):
                private.wait_linked(public)
    finally:
        for pair in pairs:
            pair.west.unlink_all()
            pair.reset()


@dataclass(frozen=True)
class Found:
    """A fault that is planted, a cell that has to show it, and what it has to say."""

    planted: PlantedFault
    cell: str
    word: str


PLANTED_FAULTS = {
    "a site whose link was not made is forgotten": Found(
        PlantedFault(
            "roles/mesh/tasks/converge.yml",
            "  when: mesh_lacks | length > 0",
            "  when: false",
        ),
        "link_sites / create secrets at the linking site / 503",
        "EXIT 0 WITH A FAILED HOST",
    ),
    "a claim counts as removed, whatever was answered": Found(
        PlantedFault(
            "plugins/module_utils/_site/claims.py",
            "    warnings = _delete(api, record) if deletes",
            "    try:\n        _delete(api, record)\n    except Failure:\n        pass\n    warnings = () if deletes",
        ),
        "skupper_token absent / delete secrets handed-out at the issuing site / 503",
        "SUCCESS NOT SEEN",
    ),
    "a link is waited for without a limit": Found(
        PlantedFault(
            "plugins/module_utils/_site/waiting.py",
            "            poll(look, waiting.timeout, waiting.clock, watch.rest)",
            "            poll(look, 100_000, waiting.clock, watch.rest)",
        ),
        "skupper_link / get configmaps skupper-network-status (number 2) at the linking site / 503",
        "OVER ITS LIMIT",
    ),
    "the cause is left out": Found(
        PlantedFault(
            "plugins/module_utils/_view/failure.py",
            '"msg": failure.message, ',
            '"msg": "It did not work.", ',
        ),
        "skupper_token / create secrets at the issuing site / 403",
        "CAUSE NOT NAMED",
    ),
    "an error is not foreseen": Found(
        PlantedFault(
            "plugins/module_utils/_module/result.py",
            "    except Failure as failure:",
            "    except ZeroDivisionError as failure:",
        ),
        "skupper_site_info / get configmaps skupper-site at the issuing site / 500",
        "TRACEBACK",
    ),
    "a password is in a warning": Found(
        PlantedFault(
            "plugins/module_utils/_site/claims.py",
            "check_mode), warnings=warnings)",
            "check_mode), warnings=(*warnings, str(record and record.password.value)))",
        ),
        "skupper_token / create secrets at the issuing site / late",
        "SECRET SHOWN",
    ),
}


def test_plants_fit() -> None:
    """What is to be planted fits what the collection is by now."""
    assert [misfit for found in PLANTED_FAULTS.values() if (misfit := found.planted.misfit())] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("found", PLANTED_FAULTS.values(), ids=PLANTED_FAULTS)
def test_planted_fault(found: Found, bed: Testbed, pairs: list[FaultySitePair], tmp_path: Path) -> None:
    """A collection with something changed is found out."""
    cell = fault_matrix.named(found.cell)
    changed = replace(pairs[0], environment=found.planted.environment(tmp_path / "copy"))
    outcome = fault_matrix.play_watched(bed, [cell], [changed])[cell.name]
    assert found.word in outcome.word, "\n".join([cell.name, *outcome.wrong, outcome.told])
