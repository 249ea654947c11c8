# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfig files: everything inline, readable by their owner alone."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from .pki import KeyPair

Kubeconfig = dict[str, Any]


def kubeconfig(
    name: str, server: str, ca: bytes, user: str, credential: str | KeyPair, namespace: str | None = None
) -> Kubeconfig:
    """Describe one cluster and one user of it; the credential is a bearer token or a client certificate."""
    # Users of several clusters may share a name; merged files need them apart.
    entry = f"{user}@{name}"
    context = {"cluster": name, "user": entry} | ({"namespace": namespace} if namespace else {})
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority-data": _base64(ca)}}],
        "users": [{"name": entry, "user": _credential(credential)}],
        "contexts": [{"name": name, "context": context}],
    }


def led_through(path: Path, server: str, ca: bytes) -> Kubeconfig:
    """Describe the user of a kubeconfig of ours with a way through another server, whose CA is given."""
    config: Kubeconfig = json.loads(path.read_text())
    config["clusters"][0]["cluster"] = {"server": server, "certificate-authority-data": _base64(ca)}
    return config


def merge(configs: Iterable[Kubeconfig | Path]) -> Kubeconfig:
    """Put several kubeconfigs into one; the current context is that of the first."""
    loaded = [yaml.safe_load(config.read_text()) if isinstance(config, Path) else config for config in configs]
    lists = {part: [item for config in loaded for item in config[part]] for part in ("clusters", "users", "contexts")}
    return {"apiVersion": "v1", "kind": "Config", "current-context": loaded[0]["current-context"], **lists}


def write(path: Path, config: Kubeconfig) -> Path:
    """Write a kubeconfig with mode 0600, in one step."""
    partial = path.with_name(path.name + ".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        # JSON is YAML, and much faster to read.
        json.dump(config, stream, indent=1)
    partial.replace(path)
    return path


def _credential(credential: str | KeyPair) -> dict[str, str]:
    if isinstance(credential, str):
        return {"token": credential}
    return {
        "client-certificate-data": _base64(credential.certificate),
        "client-key-data": _base64(credential.key),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
