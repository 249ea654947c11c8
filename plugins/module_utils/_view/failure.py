# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures as results show them."""

from __future__ import annotations

from typing import Any

from .._model.errors import Failure


def failure_view(failure: Failure) -> dict[str, Any]:
    """Return message, reason and details of a failure."""
    return {"failed": True, "msg": failure.message, "reason": failure.reason.value, **failure.details}
