# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try a reader with many documents, and count the outcomes."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.readers import FuzzedReader


@dataclass
class Count:
    """The outcomes of the documents that were tried."""

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By the reason of the Failure."""
    crash: str = ""
    """How the reader ended that neither read nor refused, with the smallest document that was found for it."""

    @property
    def tried(self) -> int:
        """All documents."""
        return self.read + self.refused.total() + bool(self.crash)


def try_documents(reader: FuzzedReader, examples: int, seed: int) -> Count:
    """Give a reader so many documents, the same ones for the same seed; end at the first crash."""
    count = Count()

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(reader.documents)
    def attempt(document: Any) -> None:
        try:
            reader.read(document)
        except Failure as failure:
            if not failure.message:
                raise
            count.refused[failure.reason.value] += 1
        else:
            count.read += 1

    try:
        attempt()
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        count.crash = traceback.format_exc()
    return count
