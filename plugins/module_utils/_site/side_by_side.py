# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do the same for several links or sites at once; most of the time goes into waiting for answers."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, TypeVar

from .._model.errors import Failure

T = TypeVar("T")
U = TypeVar("U")

# Threads at a time.
_MOST = 16


def side_by_side(work: Callable[[T], U], items: Iterable[T | Failure]) -> list[U | Failure]:
    """Return one result for each item, in the same order. A Failure is the result of work that failed, and of an item that is one."""

    def one(item: T | Failure) -> U | Failure:
        if isinstance(item, Failure):
            return item
        try:
            return work(item)
        except Failure as failure:
            return failure

    waiting = list(items)
    if sum(not isinstance(item, Failure) for item in waiting) < 2:
        return [one(item) for item in waiting]
    with ThreadPoolExecutor(min(_MOST, len(waiting))) as pool:
        return list(pool.map(one, waiting))
