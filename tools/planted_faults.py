# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that are planted in copies of the collection, to see whether tests find them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.stage import ROOT, stage


@dataclass(frozen=True)
class PlantedFault:
    """Lines of the collection, and what stands in their place in a copy of it."""

    path: str
    lines: str
    instead: str

    def misfit(self) -> str:
        """Return why this can't be planted; "" if it can. The lines have to be there, once."""
        count = (ROOT / self.path).read_text(encoding="utf-8").count(self.lines)
        return "" if count == 1 else f"{self.path} has {count} times: {self.lines}"

    def environment(self, directory: Path) -> dict[str, str]:
        """Make a copy of the collection with the fault; return the environment variables with which playbooks use it."""
        copy = stage(directory)
        path = copy / self.path
        path.write_text(path.read_text(encoding="utf-8").replace(self.lines, self.instead), encoding="utf-8")
        return {"ANSIBLE_COLLECTIONS_PATH": str(copy.parents[2])}
