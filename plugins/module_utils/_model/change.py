# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all plans have in common: a before, an after, and the reason for the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A value that only the run can know.
UNKNOWN = "(known after apply)"


@dataclass(frozen=True)
class Change:
    """One difference between the actual and the desired state. ``changed`` and the diff both come from it."""

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def changed(self) -> bool:
        """Return whether there is a difference."""
        return self.before != self.after

    def with_after(self, after: Mapping[str, Any]) -> Change:
        """Return the same change with its real outcome, once the run knows it."""
        return Change(self.before, after, self.why)
