# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run credential plugins as kubectl does (client-go plugin/pkg/client/auth/exec), and stop those that take too long.

The kubernetes package waits for a plugin for ever, gives it the names of our own files instead of the CA's certificates, and
considers every token expired that has less than five minutes left.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._model.instant import parse_instant
from .go_yaml import read_yaml

# Logging in to a cloud takes some seconds. A plugin that waits for a person in a browser waits in vain.
LIMIT = 60  # seconds


class NoCredentials(Exception):
    """There are no credentials. The message says why, and holds no secret."""


@dataclass(frozen=True)
class Credential:
    """What a plugin returned."""

    token: str = ""
    certificate: str = ""
    key: str = ""
    expires: datetime | None = None


def run_plugin(plugin: Mapping[str, Any], cluster: Mapping[str, Any] | None, environ: Mapping[str, str]) -> Credential:
    """Run a credential plugin and return what it gives. Raise NoCredentials.

    ``cluster`` describes the API server. A plugin gets it if its kubeconfig sets provideClusterInfo.
    """
    if plugin.get("interactiveMode") == "Always":
        raise NoCredentials(
            f"the credential plugin {plugin['command']} wants to ask at a terminal (interactiveMode: Always), and there is none"
        )
    asked: dict[str, Any] = {"interactive": False}
    if plugin.get("provideClusterInfo") and cluster is not None:
        asked["cluster"] = cluster
    info = {"kind": "ExecCredential", "apiVersion": plugin["apiVersion"], "spec": asked}
    own = {each["name"]: each.get("value") or "" for each in plugin.get("env") or []}
    command = [plugin["command"], *(argument or "" for argument in plugin.get("args") or [])]
    return _read(_output(command, {**environ, **own, "KUBERNETES_EXEC_INFO": json.dumps(info)}), plugin)


def _output(command: list[str], environ: Mapping[str, str]) -> bytes:
    name = f"the credential plugin {command[0]}"
    try:
        # A plugin may start programs that keep its output open, so all of them end together. AnsibleModule.run_command has no
        # time limit, and there is no module in an action.
        process = subprocess.Popen(  # pylint: disable=ansible-bad-function
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise NoCredentials(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    try:
        output, errors = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise NoCredentials(f"{name} did not end within {LIMIT} seconds") from None
    if process.returncode:
        words = errors.decode("utf-8", "replace").strip().partition("\n")[0]
        raise NoCredentials(f"{name} ended with status {process.returncode}{': ' if words else ''}{words}")
    return output


def _read(output: bytes, plugin: Mapping[str, Any]) -> Credential:
    """Read a plugin's answer. Messages quote no part of it, since it should hold a secret."""
    name = f"the credential plugin {plugin['command']}"
    try:
        answer = read_yaml(output)
    except Exception:  # noqa: BLE001 - odd documents make PyYAML raise whatever they lead to
        answer = None
    if not isinstance(answer, dict) or answer.get("kind") != "ExecCredential":
        raise NoCredentials(f"{name} printed no ExecCredential")
    if answer.get("apiVersion") != plugin["apiVersion"]:
        raise NoCredentials(f"{name} printed an ExecCredential of another version than {plugin['apiVersion']}")
    status = answer.get("status")
    status = status if isinstance(status, dict) else {}
    token, certificate, key, until = (
        status.get(each) or "" for each in ("token", "clientCertificateData", "clientKeyData", "expirationTimestamp")
    )
    if not all(isinstance(each, str) for each in (token, certificate, key, until)):
        raise NoCredentials(f"{name} printed an ExecCredential with something else than text in its status")
    if not token and not certificate and not key:
        raise NoCredentials(f"{name} gave neither a token nor a certificate")
    if bool(certificate) != bool(key):
        raise NoCredentials(f"{name} gave a certificate or a key without the other")
    expires = parse_instant(until) if until else None
    if until and expires is None:
        raise NoCredentials(f"{name} gave an expirationTimestamp that is no time")
    return Credential(token, certificate, key, expires)
