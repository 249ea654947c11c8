# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the sites of many clusters; nothing here writes, and a cluster that does not answer delays no other."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Callable

from .._kube.client import Client, open_here
from .._kube.kubeconfig import list_contexts
from .._kube.options import ConnectionOptions, absolute
from .._model.discovery import Context, Discovered, Survey
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import SiteConfig
from .generations.readers import reader
from .site_report import read_in_network

_Site = tuple[str, SiteConfig]
# Reading waits for answers, so that many more clusters than processors are read at a time.
_AT_ONCE = 32
# A context that takes longer than these seconds is kept waiting, and another is read beside it; there is a limit to files, too.
_PATIENCE = 0.5
_AT_MOST = 400
# The namespace that a request for all of them is made in the name of.
_NOWHERE = "default"
# After these nothing else of the cluster can be read either.
_LOST = frozenset(
    {Reason.API_UNREACHABLE, Reason.API_TLS_FAILED, Reason.UNAUTHORIZED, Reason.CREDENTIALS_FAILED, Reason.API_ERROR}
)


@dataclass(frozen=True)
class Limits:
    """How many seconds one answer of a cluster, and all clusters together, may take."""

    answer: int
    total: int


def find_contexts(
    kubeconfigs: Sequence[str], patterns: Sequence[str], folder: str, environ: Mapping[str, str]
) -> tuple[list[Context], list[str]]:
    """Return the contexts to read, in the order of the files, and a sentence for each file that can't be read.

    Names of files may be patterns and start from ``folder``; without any, the files are those that kubectl would read.
    """
    found: dict[Context, None] = {}
    troubles = []
    for named in kubeconfigs or (None,):
        sources = _files(named, folder) if named else [None]
        if not sources:
            troubles.append(f"No kubeconfig matches {named}.")
        for source in sources:
            try:
                listed = list_contexts(source, environ)
            except Failure as failure:
                troubles.append(failure.message)
                continue
            matching = [(name, own) for name, own in listed if any(fnmatchcase(name, each) for each in patterns)]
            found.update({Context(source, name, own): None for name, own in matching})
    return list(found), troubles


def _files(named: str, folder: str) -> list[str]:
    """Return the files that one name stands for; several that are joined as in KUBECONFIG are one source."""
    if os.pathsep in named:
        return [os.pathsep.join(absolute(folder, part) for part in named.split(os.pathsep) if part)]
    path = absolute(folder, named)
    if not any(sign in named for sign in "*?["):
        return [path]
    root = Path(path).anchor
    return sorted(str(match) for match in Path(root).glob(path[len(root) :]) if match.is_file())


def survey(
    contexts: Iterable[Context], namespaces: Sequence[str], limits: Limits, environ: Mapping[str, str]
) -> Survey:
    """Read the sites of all contexts, many at a time; without namespaces, those of all that the account may see.

    What has not been read when the limit is over is left behind and named.
    """
    asked = list(contexts)
    answers = _answers(asked, namespaces, limits, environ)
    late = [
        f"The sites of {context} are missing: it has not been read within {limits.total} seconds (total_timeout)."
        for number, context in enumerate(asked)
        if number not in answers
    ]
    found = tuple(site for number in sorted(answers) for site in answers[number].found)
    troubles = [trouble for number in sorted(answers) for trouble in answers[number].troubles]
    return Survey(found, (*troubles, *late))


def _answers(
    contexts: Sequence[Context], namespaces: Sequence[str], limits: Limits, environ: Mapping[str, str]
) -> dict[int, Survey]:
    """Return what was read of each context, by its number, as far as it was read in time."""

    def read(number: int) -> Survey:
        return read_context(contexts[number], namespaces, limits.answer, environ)

    end = time.monotonic() + limits.total
    threads = _ReaderThreads(read, len(contexts))
    found: dict[int, Survey] = {}
    while len(found) < len(contexts) and time.monotonic() < end:
        threads.fill_up()
        with suppress(queue.Empty):
            number, seen = threads.done.get(timeout=max(0.0, min(_PATIENCE, end - time.monotonic())))
            found[number] = seen
    return found


class _ReaderThreads:
    """Threads that read contexts, as many as may work at a time, in addition to those that are kept waiting.

    They are daemons and not a pool's: one that hangs in a credential plugin must not keep the process from ending.
    """

    def __init__(self, read: Callable[[int], Survey], count: int) -> None:
        self._read = read
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(count):
            self._waiting.put(number)
        self._began: dict[int, float] = {}
        self._threads = 0
        self.done: queue.SimpleQueue[tuple[int, Survey]] = queue.SimpleQueue()

    def fill_up(self) -> None:
        """Start threads, one more for each that has waited for long."""
        late = time.monotonic() - _PATIENCE
        kept = sum(began < late for began in list(self._began.values()))
        while self._threads < min(_AT_ONCE + kept, _AT_MOST) and not self._waiting.empty():
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                number = self._waiting.get_nowait()
            except queue.Empty:
                return
            self._began[number] = time.monotonic()
            seen = self._read(number)
            del self._began[number]
            self.done.put((number, seen))


def read_context(context: Context, namespaces: Sequence[str], timeout: int, environ: Mapping[str, str]) -> Survey:
    """Return the sites that one context leads to; raises nothing, since the others are to be read all the same."""
    found: list[Discovered] = []
    troubles: list[str] = []
    try:
        options = ConnectionOptions(context.kubeconfig, context.name, _start(context), request_timeout=timeout)
        client = open_here(options, environ)
        for namespace, config in _sites(client, context, namespaces, troubles):
            _read(client, context, namespace, config, found, troubles)
    except Failure as failure:
        troubles.append(f"Sites of {context} are missing. {failure.message}")
    except Exception as error:  # noqa: BLE001 - a defect met with one cluster must not cost the others
        troubles.append(f"Sites of {context} are missing: reading them failed with {type(error).__name__}.")
    return Survey(tuple(found), tuple(troubles))


def _start(context: Context) -> str:
    return context.namespace or _NOWHERE


def _read(
    client: Client, context: Context, namespace: str, config: SiteConfig, found: list[Discovered], troubles: list[str]
) -> None:
    """Read one site; raises Failure only if the cluster has been lost with it."""
    try:
        site = read_in_network(client.at(namespace), config)
    except Failure as failure:
        if failure.reason in _LOST:
            raise
        troubles.append(f"The site in namespace {namespace} of {context} is missing. {failure.message}")
        return
    found.append(Discovered(context, namespace, site))


def _sites(client: Client, context: Context, namespaces: Sequence[str], troubles: list[str]) -> Iterator[_Site]:
    """Yield the namespace and the configuration of each site: of the named namespaces, or of all in one request.

    An account that may not look into all of them gets the site of the context's own namespace.
    """
    if namespaces:
        yield from _named(client, context, namespaces, troubles)
        return
    try:
        everywhere = reader(client).everywhere()
    except Failure as failure:
        if failure.reason is not Reason.FORBIDDEN:
            raise
        if context.namespace is None:
            raise Failure(
                Reason.FORBIDDEN,
                "The account may not list ConfigMaps of all namespaces, and the context names no namespace: set "
                "namespaces, or a namespace in the context.",
            ) from None
        yield from _named(client, context, [context.namespace], troubles)
        return
    yield from everywhere.items()


def _named(client: Client, context: Context, namespaces: Sequence[str], troubles: list[str]) -> Iterator[_Site]:
    for namespace in namespaces:
        try:
            config = reader(client.at(namespace)).existing()
        except Failure as failure:
            if failure.reason in _LOST:
                raise
            troubles.append(f"Sites of {context} are missing. {failure.message}")
            continue
        if config is not None:
            yield namespace, config
