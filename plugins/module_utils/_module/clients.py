# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open the clients of a run."""

from __future__ import annotations

import os
from dataclasses import replace

from .._kube.client import Client, open_client
from .._kube.options import ConnectionOptions, absolute
from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .runtime import Runtime


def client_for(options: ConnectionOptions, runtime: Runtime) -> Client:
    """Return a client for a site.

    Sites of one cluster that are reached in the same way share its connections.
    """
    if options.request_timeout <= 0:
        raise Failure(Reason.INVALID_OPTION, "request_timeout must be a positive number of seconds.")
    located = anchored(options, runtime)
    elsewhere = replace(located, namespace=None)
    near: Client | None = next((opened for known, opened in runtime.opened if known == elsewhere), None)
    if near is not None and located.namespace:
        return near.at(located.namespace)
    made = open_client(located, runtime.environ, runtime.clock, runtime.now())
    runtime.opened.append((elsewhere, made))
    return made


def anchored(options: ConnectionOptions, runtime: Runtime) -> ConnectionOptions:
    """Return the options with relative file names made absolute."""
    kubeconfig = options.kubeconfig
    if isinstance(kubeconfig, str) and not is_content(kubeconfig):
        files = [absolute(runtime.base_dir, name) for name in kubeconfig.split(os.pathsep) if name]
        kubeconfig = os.pathsep.join(files)
    return replace(
        options,
        kubeconfig=kubeconfig,
        ca_cert=runtime.path(options.ca_cert),
        client_cert=runtime.path(options.client_cert),
        client_key=runtime.path(options.client_key),
    )
