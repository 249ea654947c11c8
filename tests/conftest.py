# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings for every test run: no setting of the user who runs them reaches the code under test."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tools import envs, versions

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "tests" / "integration"
CONFORMANCE = ROOT / "tests" / "conformance"
# Real sites first: pytest goes by the position of a parameter when it keeps tests with one bed together, and some
# scenarios are for real sites alone.
KINDS = ("real", "simulated")
DEPTHS = ("usual", "thorough", "exhaustive")
# What tests record that are cells of a matrix, which has a table of its own.
CELLS = ("cell", "fault")
FOREIGN = ("ANSIBLE_", "K8S_AUTH_", "KUBE", "SKUPPER_")
# Where the testbed finds what it runs.
OURS = ("KUBEBUILDER_ASSETS", "SKUPPER_PROGRAMS")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: on which sites scenarios run, how much is run, and how often races are repeated."""
    parser.addoption(
        "--sites",
        default="simulated",
        metavar="KIND[,KIND]",
        help="kinds of sites to run the scenarios on: simulated (the default), real (Skupper 1.9.6; needs root), "
        "or possible (simulated, and real if nothing is in the way)",
    )
    parser.addoption("--rounds", type=int, default=1, help="how often each race between two programs is run")
    parser.addoption(
        "--depth",
        default="usual",
        choices=DEPTHS,
        help="thorough: with the tests that take long and repeat on other ground what shorter ones show; exhaustive: "
        "with those, too, that take so long that a change need not wait for them",
    )
    parser.addoption(
        "--fleet",
        type=int,
        default=0,
        help="how many real private sites to measure outages on, beside Skupper's command line; 0, the default, is none",
    )
    parser.addoption(
        "--mesh",
        type=_two_numbers,
        default=(2, 2),
        metavar="PUBLIC+PRIVATE",
        help="how many sites the scenario of a mesh has (2+2)",
    )


def _two_numbers(text: str) -> tuple[int, int]:
    """Read 3+6."""
    public, private = map(int, text.split("+"))
    return public, private


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a race its rounds: one in every run, many in a search by hand."""
    if "race" in metafunc.fixturenames:
        metafunc.parametrize("race", range(metafunc.config.getoption("rounds")))


def pytest_configure(config: pytest.Config) -> None:
    """Give Ansible the configuration of the tests, and none of the user's clusters."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) and name not in OURS:
            del os.environ[name]
    os.environ["ANSIBLE_CONFIG"] = str(ROOT / "tests" / "ansible.cfg")
    # Workers take the choice over: what is in the way of real sites may change while they start.
    chosen = getattr(config, "workerinput", {}).get("sites")
    config.option.sites, config.option.without = chosen or choose(config.option.sites)
    config.pluginmanager.register(LastLine(), "real-sites")


def choose(text: str) -> tuple[list[str], str]:
    """Return the kinds of sites to use, and why there are no real ones if that was left open."""
    if text == "possible":
        why = obstacle()
        return (["simulated"], why) if why else (list(KINDS), "")
    kinds = text.split(",")
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise pytest.UsageError(f"--sites: {', '.join(unknown)!r} is none of: {', '.join(KINDS)}, possible")
    if "real" in kinds and (why := obstacle()):
        raise pytest.UsageError(f"real sites: not run: {why}")
    return sorted(set(kinds), key=KINDS.index), ""


def obstacle() -> str:
    """Return why real sites can't run here; "" if they can."""
    from testbed import skupper

    return skupper.obstacle() or ""


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Return what the tests run on: versions and sites."""
    return [*map(versions.told, envs.ENVS.values()), f"sites: {', '.join(config.option.sites)}"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note in the report of a scenario which kind of sites it ran on; reports of workers keep that."""
    report = yield
    vars(report)["sites"] = kind_of(item)
    return report


class LastLine:
    """The last line of the summary, on what was run on real sites; the line of pytest's totals comes after it."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        """Write the line behind everything else."""
        yield
        real = {
            outcome: {
                report.nodeid
                for report in terminalreporter.getreports(outcome)
                if getattr(report, "sites", "") == "real"
            }
            for outcome in ("passed", "failed", "error")
        }
        option = terminalreporter.config.option
        line = real_sites(option.sites, option.without, len(real["passed"] | real["failed"]), bool(real["error"]))
        terminalreporter.write_line(line)


def real_sites(kinds: list[str], without: str, ran: int, broken: bool) -> str:
    """Return one line on how many scenarios ran on real sites, or why none did."""
    if "real" not in kinds:
        return f"real sites: not run: {without or 'only simulated ones were asked for'}"
    if ran:
        return f"real sites: {ran} scenario{'s' if ran > 1 else ''}"
    return f"real sites: not run: {'see the errors above' if broken else 'no scenario for them was chosen'}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the kinds of sites that were chosen over to a worker of pytest-xdist."""
    node.workerinput["sites"] = node.config.option.sites, node.config.option.without


def group(item: pytest.Item) -> str | None:
    """Return the group of a test, which shares clusters: all tests of one kind of sites, or those of one module."""
    if kind := kind_of(item):
        apart = kind == "simulated" and item.get_closest_marker("apart")
        return f"{item.path.stem if apart else 'conformance'}-{kind}"
    return item.path.stem if item.path.is_relative_to(INTEGRATION) else None


def kind_of(item: pytest.Item) -> str | None:
    """The kind of sites that a scenario runs on."""
    kind: str | None = item.callspec.params.get("kind") if hasattr(item, "callspec") else None
    return kind if kind and item.path.is_relative_to(CONFORMANCE) else None


def is_too_much(item: pytest.Item) -> bool:
    """Whether a test is left out of a run of this depth; a scenario may be so on one kind of sites alone."""
    on = item.get_closest_marker("on")
    if on and kind_of(item) not in on.args:
        return True
    depth = DEPTHS.index(item.config.option.depth)
    marked = {name for name in DEPTHS[depth + 1 :] if is_marked(item, name, kind_of(item))}
    return bool(marked) or (DEPTHS[depth] == "thorough" and is_seen_on_real_sites(item))


def is_marked(item: pytest.Item, depth: str, kind: str | None) -> bool:
    """Whether a test is for that depth, on sites of that kind."""
    return any(not mark.args or kind in mark.args for mark in item.iter_markers(depth))


def is_seen_on_real_sites(item: pytest.Item) -> bool:
    """Whether a scenario is to be run on simulated sites that a run of this depth shows on real ones."""
    if kind_of(item) != "simulated" or "real" not in item.config.option.sites:
        return False
    return is_marked(item, "thorough", "simulated") and not is_marked(item, "exhaustive", "real")


def rank(item: pytest.Item) -> int:
    """When a test starts: what takes longest first, and single short tests at the end, so that no worker waits for another."""
    if kind_of(item) == "real":
        return 0
    if item.get_closest_marker("slow"):
        return 1
    return 2 if group(item) else 3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is too much here, order the tests, and keep those on one worker which share clusters."""
    left_out = {item for item in items if is_too_much(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=rank)
    for item in items:
        name = group(item)
        if name and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(name))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests have recorded."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    figures = [(each.nodeid, *figure) for each in reports for figure in each.user_properties if figure[0] not in CELLS]
    if figures:
        terminalreporter.section("figures")
    for node, name, value in figures:
        terminalreporter.write_line(f"{node.rpartition('/')[2]}: {name}: {value}")
