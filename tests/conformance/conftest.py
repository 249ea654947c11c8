# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One suite for two kinds of sites: every scenario runs on each kind that --sites names."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from testbed import Site, Testbed, skupper
from testbed.bed import Kind
from tests import probes
from tests.conformance import attack_matrix, fault_matrix
from tests.conformance.cli import Cli
from tests.conformance.meshes import Mesh
from tests.conformance.other_tool import CommandLine, OtherTool, SimulatedCommandLine
from tests.conformance.shared_sites import LendSite, Settle, SharedSites
from tests.conformance.testbed_leftovers import Traces, interfaces
from tests.harness import NEWEST, Ansible, RequestLog, SharedUser, SitePool, rule

PACE = 0.05
EVERYTHING = (rule("*", "*", group="*"),)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that repeats a draw."""
    parser.addoption(
        "--seed",
        type=int,
        help="which cells of the matrices (attacks on revocations, faults in runs) are drawn; the header says which they are",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Draw cells, in workers of pytest-xdist the same ones: others every week, so that a change meets those of its base."""
    if config.option.seed is None:
        year, week, _day = datetime.now(timezone.utc).isocalendar()
        config.option.seed = getattr(config, "workerinput", {}).get("seed", 100 * year + week)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the seed on to a worker of pytest-xdist."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    """Say which cells were drawn."""
    return f"attacks on revocations, faults in runs: --seed {config.option.seed}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the outcomes of the cells of both matrices."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    told = [each for report in reports for each in report.user_properties]
    seed = terminalreporter.config.option.seed
    if cells := [value for name, value in told if name == "cell"]:
        terminalreporter.section(f"attacks on revocations (--seed {seed})")
        for line in attack_matrix.table({(attack, defence): came for attack, defence, came in cells}):
            terminalreporter.write_line(line)
    if cells := [value for name, value in told if name == "fault"]:
        terminalreporter.section(f"faults in runs: right ones, of how many if not all (--seed {seed})")
        for line in fault_matrix.table(_by_place(cells)):
            terminalreporter.write_line(line)


def _by_place(cells: list[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    places: dict[tuple[str, str], list[str]] = {}
    for scenario, kind, came in cells:
        places.setdefault((scenario, kind), []).append(came)
    return places


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a scenario on each kind of sites that was asked for and that it supports."""
    if "kind" not in metafunc.fixturenames:
        return
    asked = metafunc.config.getoption("sites")
    only = metafunc.definition.get_closest_marker("only")
    useful = [kind for kind in asked if only is None or kind == only.args[0]]
    if useful or only is None:
        metafunc.parametrize("kind", useful, scope="package")
    else:
        skip = pytest.mark.skip(reason=f"{only.args[0]} sites only: {only.args[1]}")
        metafunc.parametrize("kind", [pytest.param(kind, marks=skip) for kind in asked], scope="package")


@pytest.fixture(scope="package")
def bed(kind: Kind) -> Iterator[Testbed]:
    """Two clusters with sites of one kind; the test run fails if anything is left of them afterwards."""
    before = interfaces()
    with Testbed.up(clusters=2, pace=PACE, kind=kind) as running:
        yield running
        traces = Traces.take(running.directory, before)
        assert traces.processes
    assert traces.left() == []


@pytest.fixture(scope="package")
def shared_sites(bed: Testbed) -> SharedSites:
    """The sites that all scenarios share."""
    return SharedSites(bed)


@pytest.fixture(scope="package")
def site_pool(bed: Testbed) -> SitePool:
    """Sites that no other test has seen."""
    return SitePool(bed)


@pytest.fixture
def mesh(site_pool: SitePool, ansible: Ansible, dial: probes.Dial) -> Iterator[Mesh]:
    """A small mesh of new sites, one of them a thief's."""
    with Mesh.make(site_pool, ansible, dial) as made:
        yield made


@pytest.fixture
def dial(bed: Testbed) -> probes.Dial:
    """A function that opens connections from outside all clusters."""
    return bed.outside.connect if bed.outside else probes.dial


@pytest.fixture(scope="package")
def operator(bed: Testbed) -> SharedUser:
    """The user who runs the playbooks, with the rights that the collection's tasks need, in all namespaces."""
    return SharedUser.make(bed, "operator")


@pytest.fixture
def ansible(tmp_path: Path, operator: SharedUser) -> Ansible:
    """Runs playbooks as the operator."""
    return Ansible(NEWEST, tmp_path / "runs", operator.kubeconfig)


@pytest.fixture
def hub(shared_sites: SharedSites) -> Site:
    """A public site in the first cluster that all tests use; they leave it as it was, but for claims."""
    return shared_sites.hub


@pytest.fixture
def west(shared_sites: SharedSites) -> Site:
    """Another public site in the first cluster, of which nothing is known but that it works."""
    return shared_sites.west


@pytest.fixture
def lend_site(shared_sites: SharedSites) -> Iterator[LendSite]:
    """A function that lends private sites without links."""
    with ExitStack() as stack:
        yield lambda cluster=None: stack.enter_context(shared_sites.private(cluster))


@pytest.fixture
def settle(shared_sites: SharedSites) -> Settle:
    """A function that waits until linked sites know each other, before a test cuts one off."""
    return shared_sites.settle


@pytest.fixture
def east(lend_site: LendSite) -> Site:
    """A private site without links."""
    return lend_site()


_numbers = itertools.count(1)


@pytest.fixture
def new_name() -> Callable[[], str]:
    """A function that makes unique names for claims and tokens."""
    return lambda: f"claim-{next(_numbers)}"


@pytest.fixture
def claim(new_name: Callable[[], str]) -> str:
    """A name for a claim."""
    return new_name()


@pytest.fixture(scope="package")
def cli(bed: Testbed, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Skupper's command line, for a user with all rights."""
    return Cli(skupper.find().cli, SharedUser.make(bed, "cli", EVERYTHING), tmp_path_factory.mktemp("cli"))


@pytest.fixture
def other_tool(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> OtherTool:
    """Another tool for the same sites."""
    if kind == "real":
        return CommandLine(request.getfixturevalue("cli"), tmp_path)
    return SimulatedCommandLine(tmp_path)


@pytest.fixture
def request_log(bed: Testbed, operator: SharedUser) -> Callable[[], RequestLog]:
    """A function that starts a log of the operator's requests to the API servers."""
    return lambda: RequestLog(bed, operator)
