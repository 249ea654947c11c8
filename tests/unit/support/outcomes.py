# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcomes of calls, of which a failure is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason

T = TypeVar("T")


def attempt(call: Callable[[], T]) -> T | Failure:
    """Return the value of a call, or the Failure it raised; any other exception is a defect and is not caught."""
    try:
        return call()
    except Failure as failure:
        return failure


def failure_of(call: Callable[[], object], reason: Reason) -> Failure:
    """Return the Failure of a call that must fail for this reason."""
    found = attempt(call)
    assert isinstance(found, Failure), f"no failure, but {found!r}"
    assert found.reason is reason, found.message
    return found
