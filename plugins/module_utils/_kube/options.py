# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach an API server: the user's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ConnectionOptions:
    """The connection options of kubernetes.core's modules, plus the namespace and a timeout in seconds."""

    kubeconfig: str | Mapping[str, Any] | None = field(default=None, repr=False)
    context: str | None = None
    namespace: str | None = None
    host: str | None = None
    api_key: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_cert: str | None = None
    client_cert: str | None = None
    client_key: str | None = field(default=None, repr=False)
    validate_certs: bool | None = None
    proxy: str | None = field(default=None, repr=False)
    no_proxy: str | None = None
    proxy_headers: Mapping[str, Any] | None = field(default=None, repr=False)
    impersonate_user: str | None = None
    impersonate_groups: tuple[str, ...] = ()
    request_timeout: int = 30

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> ConnectionOptions:
        """Pick the connection options out of a module's parameters."""
        known = {f.name: params[f.name] for f in fields(cls) if params.get(f.name) is not None}
        if "impersonate_groups" in known:
            known["impersonate_groups"] = tuple(known["impersonate_groups"])
        return cls(**known)

    def is_complete(self) -> bool:
        """Return whether host and credentials are given, so that no kubeconfig is needed (as in kubernetes.core)."""
        credentials = (self.api_key, self.username and self.password, self.client_cert and self.client_key)
        return bool(self.host and any(credentials))


def absolute(folder: str, name: str) -> str:
    """Return a file's absolute name. A relative one starts from ``folder``, and ``~`` is the user's home."""
    return str(Path(folder) / Path(name).expanduser())
