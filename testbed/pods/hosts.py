# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pods take for DNS: a hosts file each, kept current with the Services of their cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

# Shadow the machine's own: names are looked up in the hosts file and nowhere else.
RESOLVER = {"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n", "resolv.conf": "nameserver 127.0.0.1\n"}


def service_names(namespace: str, name: str) -> str:
    """List the names by which pods of all namespaces know a Service."""
    short = f"{name}.{namespace}"
    return f"{short} {short}.svc {short}.svc.cluster.local"


class HostsFiles:
    """The hosts files of the pods of one cluster; they are rewritten in place, because they are bind mounts."""

    def __init__(self) -> None:
        self._services: Mapping[tuple[str, str], Iterable[str]] = {}
        self._balancers: Mapping[str, str] = {}
        self._files: dict[Path, tuple[str, str, str]] = {}

    def add(self, path: Path, namespace: str, hostname: str, address: str) -> None:
        """Write the file of a pod, and keep it current."""
        self._files[path] = namespace, hostname, address
        self._write(path)

    def remove(self, path: Path) -> None:
        """Forget the file of a pod."""
        self._files.pop(path, None)

    def update(self, services: Mapping[tuple[str, str], Iterable[str]], balancers: Mapping[str, str]) -> None:
        """Take over the addresses of Services by namespace and name, and those of named load balancers."""
        if (services, balancers) == (self._services, self._balancers):
            return
        self._services, self._balancers = dict(services), dict(balancers)
        for path in self._files:
            self._write(path)

    def _write(self, path: Path) -> None:
        namespace, hostname, address = self._files[path]
        lines = ["127.0.0.1 localhost", f"{address} {hostname}"]
        for (home, name), addresses in sorted(self._services.items()):
            short = f" {name}" if home == namespace else ""
            lines += [f"{address} {service_names(home, name)}{short}" for address in addresses]
        lines += [f"{address} {name}" for name, address in sorted(self._balancers.items())]
        text = "".join(f"{line}\n" for line in lines)
        # In one write and cut to size after it, so that a reader in between finds no name missing.
        with contextlib.suppress(FileNotFoundError), path.open("r+" if path.exists() else "w") as stream:
            stream.write(text)
            stream.truncate()
