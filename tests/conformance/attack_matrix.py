# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix of attacks: each attack against each way to take credentials away, and what works afterwards."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from testbed import Site, authorities
from testbed.site_handle import NotInTime
from tests.conformance.attacks import ATTACKS, Attack, Hindered
from tests.conformance.meshes import LINK, Mesh, unproved
from tests.conformance.other_tool import OtherTool
from tests.harness import Run, tasks

# So many cells are drawn where not all are run: by depth, and on real sites, where each takes minutes.
DRAWN = {"usual": 4, "thorough": 6}
DRAWN_ON_REAL_SITES = 12
PROVED, NAMED = "proved", "not proved"
_OLD = timedelta(days=100)
_GONE = 10.0  # seconds until a network status has forgotten a link that is down
_GONE_ON_REAL_SITES = 90.0


class Defence:
    """Revoke the access to a site, under an id."""

    name = "revoke_access by id"
    everywhere = False
    """Whether nothing may work at all public sites, or at the one that is revoked."""

    def prepare(self, mesh: Mesh) -> None:
        """Prepare the mesh before the thief becomes a member."""

    def run(self, mesh: Mesh) -> Run:
        """Take the thief's credentials away."""
        return mesh.revoke("INC-1")

    def run_after(self, mesh: Mesh) -> None:
        """Do what an operator does some time later."""

    def sites(self, mesh: Mesh) -> list[Site]:
        """Return the sites at which nothing is to work any more."""
        return mesh.public if self.everywhere else [mesh.west]


class ByAge(Defence):
    """Revoke the access to a site whose CA is too old."""

    name = "revoke_access by max_age"

    def prepare(self, mesh: Mesh) -> None:
        """Give the site an old CA."""
        authorities.install(mesh.west, authorities.make(age=_OLD))

    def run(self, mesh: Mesh) -> Run:
        """Run the nightly play."""
        return mesh.rotate()


class EvictHost(Defence):
    """Evict a host of the inventory."""

    name = "evict_site by host"
    everywhere = True

    def run(self, mesh: Mesh) -> Run:
        """Evict the thief's host."""
        return mesh.evict(mesh.thief.name)


class EvictId(Defence):
    """Evict a site by its id."""

    name = "evict_site by id"
    everywhere = True

    def run(self, mesh: Mesh) -> Run:
        """Evict the thief's site, which is a host of the inventory, too."""
        return mesh.evict(mesh.thief.site_id)


class Module(Defence):
    """Run the module with all defaults."""

    name = "skupper_revoke"

    def run(self, mesh: Mesh) -> Run:
        """Revoke without a criterion."""
        return mesh.ansible.play(tasks.revoke(mesh.west), environment=mesh.environment)


class EvictAndLink(EvictHost):
    """Evict a host, and run link_sites later, with the host in the inventory as before."""

    name = "evict_site, then link_sites"

    def run_after(self, mesh: Mesh) -> None:
        """Link all that may be linked; the thief keeps what its site is given."""
        mesh.play(LINK)
        mesh.stolen.copy_links(mesh.thief)


DEFENCES: tuple[type[Defence], ...] = (Defence, ByAge, EvictHost, EvictId, Module, EvictAndLink)


@dataclass(frozen=True)
class Cell:
    """An attack against a defence."""

    attack: type[Attack]
    defence: type[Defence]

    def __str__(self) -> str:
        return f"{self.attack.name} / {self.defence.name}"

    @property
    def hindered(self) -> bool:
        """Whether anything is in the way of the playbook, which has to end with 0 otherwise."""
        return self.attack.hinders is Hindered.ALL or (
            self.attack.hinders is Hindered.EVICTING and self.defence.everywhere
        )


@dataclass(frozen=True)
class Outcome:
    """The outcome of a cell."""

    cell: Cell
    run: Run
    worked: tuple[str, ...]
    """What works afterwards of what the thief has."""
    named: bool
    """Whether a run that failed says of which site it can't prove that nothing works."""
    seconds: float

    @property
    def word(self) -> str:
        """Return the outcome in a word or two, for the table."""
        if self.run.code == 0:
            return "THIEF IS IN" if self.worked else PROVED
        if not self.cell.hindered:
            return "FAILED FOR NOTHING"
        return NAMED if self.named else "FAILED, UNNAMED"

    @property
    def told(self) -> str:
        """Return the outcome in full, for a failed test."""
        worked = "".join(f"\n  {each}" for each in self.worked)
        return f"{self.cell}: {self.word}{worked}\nThe run ended with {self.run.code}:\n{self.run.output}"

    @property
    def good(self) -> bool:
        """Whether nothing works any more, or the run says where that is not proved."""
        return self.word in (PROVED, NAMED)


def all_cells() -> list[Cell]:
    """List the whole matrix."""
    return [Cell(attack, defence) for attack in ATTACKS for defence in DEFENCES]


def drawn(seed: int, number: int, kind: str) -> list[Cell]:
    """Draw cells such that attacks and defences come in turn, so that few of them are left out or come twice."""
    chance = random.Random(seed)
    attacks = [attack for attack in ATTACKS if kind in attack.on]
    chance.shuffle(attacks)
    turns = -(-number // len(attacks))
    found: list[Cell] = []
    for turn in range(turns):
        defences = chance.sample(DEFENCES, len(DEFENCES))
        found += [Cell(each, defences[(n + turn) % len(defences)]) for n, each in enumerate(attacks)]
    return found[:number]


def cells(kind: str, depth: str, seed: int) -> list[Cell]:
    """List the cells of a run of this depth on sites of a kind."""
    possible = [cell for cell in all_cells() if kind in cell.attack.on]
    if kind == "real":
        return drawn(seed, DRAWN_ON_REAL_SITES, kind)
    return drawn(seed, DRAWN[depth], kind) if depth in DRAWN else possible


def play(cell: Cell, mesh: Mesh, other_tool: OtherTool, directory: Path) -> Outcome:
    """Play an attack against a defence; AssertionError if the attack would not work without one."""
    began = time.monotonic()
    attack, defence = cell.attack(mesh, other_tool, directory), cell.defence()
    defence.prepare(mesh)
    attack.prepare()
    assert mesh.stolen.tries(defence.sites(mesh)), "the thief is in before"
    with attack.meanwhile():
        run = defence.run(mesh)
    attack.come_back()
    defence.run_after(mesh)
    worked: list[str] = []
    if run.code == 0:
        worked = [*mesh.stolen.tries(defence.sites(mesh)), *still_linked(mesh, defence.sites(mesh))]
    named = any(unproved(run, site) for site in attack.suspects)
    return Outcome(cell, run, tuple(worked), named, time.monotonic() - began)


def is_let_in(attack: type[Attack], mesh: Mesh, other_tool: OtherTool, directory: Path) -> bool:
    """Play an attack against an operator who does not know of it, and return whether the thief is in afterwards."""
    played = attack(mesh, other_tool, directory)
    played.prepare()
    with played.meanwhile():
        played.ignore()
    played.come_back()
    return bool(mesh.stolen.tries(mesh.public) or still_linked(mesh, mesh.public, patient=False))


def still_linked(mesh: Mesh, sites: list[Site], patient: bool = True) -> list[str]:
    """Name the sites with which the thief's site has an open connection, whatever credential opened it."""

    def linked() -> list[str]:
        return [f"the thief's site is linked to {site.name}" for site in sites if mesh.thief.linked(site)]

    limit = _GONE_ON_REAL_SITES if mesh.bed.kind == "real" else _GONE
    if patient:
        with suppress(NotInTime):
            mesh.thief.wait(lambda: not linked(), "no link of the thief", limit)
    return linked()


def table(found: Mapping[tuple[str, str], str]) -> list[str]:
    """Lay out the outcomes of cells as a table, by the names of their attacks and defences."""
    attacks = [each.name for each in ATTACKS if any(attack == each.name for attack, _defence in found)]
    defences = [each.name for each in DEFENCES if any(defence == each.name for _trick, defence in found)]
    rows = [["", *defences], *([attack, *(found.get((attack, each), "") for each in defences)] for attack in attacks)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
