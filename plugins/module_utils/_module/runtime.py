# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine run gets from the process it runs in."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Callable

from .._kube.client import Client, open_client
from .._kube.options import ConnectionOptions, absolute
from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .._model.wait import Choice, Clock, Wait, Waiting

# Where file names in a module's options start from, besides src and dest.
_PATHS = ("ca_cert", "client_cert", "client_key", "src", "dest")


@dataclass(frozen=True)
class Runtime:
    """Clock, random choice, environment and working directory of one run."""

    check_mode: bool
    environ: Mapping[str, str]
    base_dir: str
    """What relative file names start from."""
    clock: Clock
    now: Callable[[], datetime]
    choose: Choice
    probes: bool = False
    """Whether it may be looked at from here what answers at a site's endpoints."""
    opened: list[tuple[ConnectionOptions, Client]] = field(default_factory=list, repr=False, compare=False)
    """Clients that were opened so far, each with its options but for the namespace."""

    def client(self, params: Mapping[str, Any]) -> Client:
        """Return a client for the site that a module's connection options name.

        Sites of one cluster that are reached in the same way share its connections.
        """
        options = ConnectionOptions.from_params(anchored(params, self.base_dir))
        if options.request_timeout <= 0:
            raise Failure(Reason.INVALID_OPTION, "request_timeout must be a positive number of seconds.")
        elsewhere = replace(options, namespace=None)
        near = next((client for known, client in self.opened if known == elsewhere), None)
        if near is not None and options.namespace:
            return near.at(options.namespace)
        client = open_client(options, self.environ, self.clock, self.now())
        self.opened.append((elsewhere, client))
        return client

    def waiting(self, params: Mapping[str, Any]) -> Waiting:
        """The wait that a module's options ask for."""
        if params["wait_timeout"] < 0:
            raise Failure(Reason.INVALID_OPTION, "wait_timeout must not be negative: it is a number of seconds.")
        return Waiting(params["wait"], params["wait_timeout"], self.clock)

    def patience(self, wanted: bool | None, seconds: int) -> Wait | None:
        """How long to wait for an ingress; check mode does not wait, it tells what is there."""
        if seconds < 0:
            raise Failure(Reason.INVALID_OPTION, "wait_timeout must not be negative: it is a number of seconds.")
        return Wait(seconds, self.clock) if wanted and not self.check_mode else None


def process_runtime(check_mode: bool, base_dir: str) -> Runtime:
    """The surroundings of the process this is called in."""
    return Runtime(
        check_mode=check_mode,
        environ=os.environ,
        base_dir=base_dir,
        clock=Clock(time.monotonic, time.sleep),
        now=lambda: datetime.now(timezone.utc),
        choose=random.SystemRandom().choice,
        probes=True,
    )


def anchored(params: Mapping[str, Any], base_dir: str) -> dict[str, Any]:
    """The parameters with relative file names made absolute."""
    made = dict(params)
    for name in _PATHS:
        if made.get(name) and not is_content(made[name]):
            made[name] = absolute(base_dir, made[name])
    kubeconfig = made.get("kubeconfig")
    if isinstance(kubeconfig, str) and not is_content(kubeconfig):
        files = [absolute(base_dir, name) for name in kubeconfig.split(os.pathsep) if name]
        made["kubeconfig"] = os.pathsep.join(files)
    return made


def other_site(params: Mapping[str, Any], site: Mapping[str, Any]) -> Mapping[str, Any]:
    """The connection options of another site; a context without a kubeconfig is looked up in this task's."""
    if site["kubeconfig"] is None and site["host"] is None and site["context"] is not None:
        return {**site, "kubeconfig": params["kubeconfig"]}
    return site
