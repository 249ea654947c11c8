# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfigs that lead nowhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml


def nowhere(path: Path, name: str, port: int) -> None:
    """Write a kubeconfig whose context of this name leads to a port where no API server is."""
    document = {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "clusters": [{"name": name, "cluster": {"server": f"https://127.0.0.1:{port}"}}],
        "users": [{"name": name, "user": {"token": f"token-of-{name}"}}],
    }
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


@contextmanager
def silent() -> Iterator[int]:
    """The port of something that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
