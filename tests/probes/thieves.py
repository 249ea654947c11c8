# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Somebody with a stolen claim, who redeems it as often and as fast as it goes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import yaml

from .doors import Dial, dial, redeem
from .secrets import unwrap

_PATIENCE = 20.0  # seconds


class Thief(threading.Thread):
    """Redeems claims in a tight loop and keeps the certificates it gets."""

    def __init__(self, tokens: Sequence[dict[str, Any]], dial: Dial = dial) -> None:
        super().__init__(daemon=True)
        self.loot: list[dict[str, bytes]] = []
        self.refused = 0
        self._tokens = tokens
        self._dial = dial
        self._over = threading.Event()

    def run(self) -> None:
        """Until it is stopped; that nobody answers for a while is no reason to give up."""
        while not self._over.is_set():
            for token in self._tokens:
                try:
                    status, answer = redeem(token, dial=self._dial)
                except OSError:
                    continue
                if status == 200:
                    self.loot.append(unwrap(yaml.safe_load(answer)).data)
                else:
                    self.refused += 1

    def stop(self) -> list[dict[str, bytes]]:
        """End it; returns the certificates in the order in which they came."""
        self._over.set()
        self.join(_PATIENCE)
        return self.loot
