# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the checks share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.stage import stage


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A real copy of the collection below a directory `collections`."""
    return stage(tmp_path)
