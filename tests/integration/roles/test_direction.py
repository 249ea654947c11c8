# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every inventory of docs/direction.md gives the plan that the page shows for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from testbed import Site
from tests.harness import Ansible, SitePool, host

PAGE = Path(__file__).resolve().parents[3] / "docs" / "direction.md"
PUBLIC = ("hub", "yard")
_EXAMPLE = re.compile(r"<!-- example -->\n```yaml\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def examples() -> list[tuple[dict[str, Any], list[str]]]:
    """The inventories, each with the lines of its plan."""
    found = _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    return [(yaml.safe_load(text)["skupper_sites"], plan.splitlines()) for text, plan in found]


@pytest.fixture(scope="module")
def sites(site_pool: SitePool) -> dict[str, Site]:
    """The sites of the page; they are only looked at."""
    made = {name: site_pool.public(0) for name in PUBLIC}
    return {**made, **{name: site_pool.private(1) for name in ("shop", "till", "kiosk")}}


def test_there_are_examples() -> None:
    """Each picture but the first has one."""
    assert len(examples()) == 5


@pytest.mark.parametrize("number", range(5))
def test_example(ansible: Ansible, sites: dict[str, Site], number: int) -> None:
    """The plan has these lines and no others."""
    group, expected = examples()[number]
    inventory = {
        name: {**group.get("vars", {}), **(variables or {}), **host(sites[name])}
        for name, variables in group["hosts"].items()
    }
    arguments = ["-e", "skupper_hosts=all", "--check", "--diff"]
    run = ansible.start("sitemesh.skupper.link_sites", arguments, inventory=inventory).wait().succeeded()
    lines = run["Check the plan"].diff["prepared"].splitlines()[1:]
    assert [line.partition(": ")[0] for line in lines] == expected
