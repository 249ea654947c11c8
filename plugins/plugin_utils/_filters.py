# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the filters have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var


def answer(name: str, make: Callable[[], Any]) -> Any:
    """Return a filter's value, marked as no template. Raise AnsibleFilterError, with the filter's name, for a ValueError."""
    try:
        return wrap_var(make())
    except ValueError as error:
        raise AnsibleFilterError(f"{name}: {error}.") from error
