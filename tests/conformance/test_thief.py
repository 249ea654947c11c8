# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attacks on revocations: after a run that ended with 0 nothing works of what a thief has, whatever the attack.

A few cells of the matrix are drawn, and drawn again with --seed; all of them are run at --depth=exhaustive. A table at
the end of the test run shows what came of each. Every attack is also played against an operator who does not know of it:
an attack with which the thief does not get in proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance import attack_matrix
from tests.conformance.attack_matrix import Cell, Defence, EvictAndLink, EvictId, is_let_in
from tests.conformance.attacks import ATTACKS, Attack, Hiding, MadeAnew, SignedLate
from tests.conformance.meshes import Mesh
from tests.conformance.other_tool import OtherTool
from tests.conftest import KINDS
from tools.planted_faults import PlantedFault

pytestmark = [pytest.mark.apart, pytest.mark.slow, pytest.mark.exhaustive("real")]

Record = Callable[[str, object], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the matrix its cells and the controls their attacks, as many as a run of this depth has."""
    option = metafunc.config.option
    drawn = {kind: attack_matrix.cells(kind, option.depth, option.seed) for kind in KINDS}
    if "cell" in metafunc.fixturenames:
        found: list[Cell] = [cell for cell in attack_matrix.all_cells() if any(cell in each for each in drawn.values())]
        metafunc.parametrize("cell", [chosen(cell, {k for k in drawn if cell in drawn[k]}) for cell in found])
    if "attack" in metafunc.fixturenames:
        played = {kind: {cell.attack for cell in each} for kind, each in drawn.items()}
        attacks = [attack for attack in ATTACKS if any(attack in each for each in played.values())]
        metafunc.parametrize(
            "attack", [chosen(attack, {k for k in played if attack in played[k]}) for attack in attacks]
        )


def chosen(case: Cell | type[Attack], kinds: set[str]) -> object:
    """Make a case that is run on the kinds of sites for which it was drawn."""
    name = case.name if isinstance(case, type) else str(case)
    return pytest.param(case, marks=pytest.mark.on(*kinds), id=name)


def test_what_is_drawn() -> None:
    """A seed gives the same cells each time; few attacks and defences come twice."""
    drawn = attack_matrix.cells("simulated", "usual", 1)
    assert drawn == attack_matrix.cells("simulated", "usual", 1)
    assert len({cell.defence for cell in drawn}) == len({cell.attack for cell in drawn}) == attack_matrix.DRAWN["usual"]
    assert len(attack_matrix.cells("simulated", "thorough", 1)) == attack_matrix.DRAWN["thorough"]
    assert {cell.attack for cell in attack_matrix.cells("simulated", "exhaustive", 1)} == set(ATTACKS)
    assert not any(cell.attack is SignedLate for cell in attack_matrix.cells("real", "exhaustive", 1))


def test_cell(cell: Cell, mesh: Mesh, other_tool: OtherTool, tmp_path: Path, record_property: Record) -> None:
    """The run proves that nothing works, or names the site; without anything in its way it ends well."""
    outcome = attack_matrix.play(cell, mesh, other_tool, tmp_path)
    record_property("cell", (cell.attack.name, cell.defence.name, f"{outcome.word}, {outcome.seconds:.0f} s"))
    assert outcome.good, outcome.told


def test_control(attack: type[Attack], mesh: Mesh, other_tool: OtherTool, tmp_path: Path) -> None:
    """The attack works against an operator who is not prepared for it."""
    assert is_let_in(attack, mesh, other_tool, tmp_path)


PLANTED_FAULTS = {
    "redemptions under way are forgotten": (
        PlantedFault(
            "plugins/module_utils/_model/token.py", "IN_FLIGHT = timedelta(minutes=2)", "IN_FLIGHT = timedelta(0)"
        ),
        Cell(SignedLate, Defence),
    ),
    "who does not list the evicted one issued nothing to it": (
        PlantedFault("plugins/module_utils/_plan/eviction.py", "_REASONS = (", "_REASONS = (_why_linked,) or ("),
        Cell(Hiding, EvictId),
    ),
    "an evicted site is known by its id alone": (
        PlantedFault(
            "plugins/module_utils/_v1/objects/revoke.py",
            "keys.EVICTED_LOCATIONS: _text([location.view() for location in notes.evicted_locations]),",
            "keys.EVICTED_LOCATIONS: None,",
        ),
        Cell(MadeAnew, EvictAndLink),
    ),
    "the former CA stays trusted": (
        PlantedFault(
            "plugins/module_utils/_v1/objects/revoke.py",
            "keys.KEY: key.value, keys.CA: ca}),",
            "keys.KEY: key.value, keys.CA: ca + before.ca}),",
        ),
        Cell(Attack, Defence),
    ),
}


def test_plants_fit() -> None:
    """What is to be planted fits what the collection is by now."""
    assert [misfit for planted, _cell in PLANTED_FAULTS.values() if (misfit := planted.misfit())] == []


@pytest.mark.exhaustive
@pytest.mark.only("simulated", "a fault of the collection shows on any sites")
@pytest.mark.parametrize(("planted", "shown_by"), PLANTED_FAULTS.values(), ids=PLANTED_FAULTS)
def test_planted_fault(
    planted: PlantedFault, shown_by: Cell, mesh: Mesh, other_tool: OtherTool, tmp_path: Path
) -> None:
    """A collection with one line changed is found out."""
    mesh.environment = planted.environment(tmp_path / "copy")
    outcome = attack_matrix.play(shown_by, mesh, other_tool, tmp_path)
    assert not outcome.good, outcome.told
