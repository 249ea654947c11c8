# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep answers, so that each question is asked once, whichever thread needs the answer first."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Callable

from .._model.errors import Failure


class Cache:
    """Answers by their questions. A thread that asks what another one is asking waits for its answer.

    With ``failures`` it keeps failures, too.
    """

    def __init__(self, failures: bool = False) -> None:
        self._failures = failures
        self._lock = threading.Lock()
        self._answers: dict[Hashable, _Answer] = {}

    def get(self, question: Hashable, ask: Callable[[], Any]) -> Any:
        """Return the answer to a question. Ask if there is none yet.

        Raise the Failure of asking. A later call asks again, unless failures are kept, too.
        """
        with self._lock:
            answer = self._answers.setdefault(question, _Answer())
        with answer.lock:
            if answer.failure is not None:
                raise answer.failure
            if not answer.is_known:
                answer.value = self._asked(answer, ask)
                answer.is_known = True
            return answer.value

    def _asked(self, answer: _Answer, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Failure as failure:
            answer.failure = failure if self._failures else None
            raise

    def known(self, question: Hashable) -> Any:
        """Return the answer to a question. None if it was not asked."""
        answer = self._answers.get(question)
        return None if answer is None else answer.value


class _Answer:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_known = False
        self.value: Any = None
        self.failure: Failure | None = None
