# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a module and the rules among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Options = dict[str, Any]
Params = Mapping[str, Any]
"""The values of a module's options, as Ansible has checked them."""


@dataclass(frozen=True)
class Spec:
    """A module's options together with the rules among them."""

    options: Options
    mutually_exclusive: Sequence[Sequence[str]] = ()
    required_if: Sequence[Any] = ()
    required_one_of: Sequence[Sequence[str]] = ()

    def rules(self) -> dict[str, Any]:
        """Return the rules as AnsibleModule and ArgumentSpecValidator take them."""
        return {
            "mutually_exclusive": [list(group) for group in self.mutually_exclusive],
            "required_if": [list(rule) for rule in self.required_if],
            "required_one_of": [list(group) for group in self.required_one_of],
        }
