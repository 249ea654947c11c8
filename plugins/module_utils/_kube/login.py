# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials for an API server, by way of the kubernetes package: kubeconfig, exec plugins, a pod's own account."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._model.errors import Failure
from .._model.names import is_content
from .._model.reasons import Reason
from .kubeconfig import load_context
from .options import ConnectionOptions
from .program import limited

try:
    from kubernetes.client.configuration import Configuration
    from kubernetes.config import kube_config
    from kubernetes.config.config_exception import ConfigException
    from kubernetes.config.incluster_config import load_incluster_config

    HAS_KUBERNETES = True
except ImportError:
    HAS_KUBERNETES = False

_INLINE = {
    "cluster": {"certificate-authority-data": "certificate-authority"},
    "user": {"client-certificate-data": "client-certificate", "client-key-data": "client-key"},
}
_POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


@dataclass(frozen=True)
class Login:
    """A configuration of the kubernetes package, and where it came from."""

    configuration: Any
    title: str
    """The context or the server, as messages name it."""
    namespace: str | None
    scratch: str
    """The folder of the files that the kubernetes package makes of inline data."""

    def name_of(self, file: str | None) -> str | None:
        """A credential's file as the user knows it; the content of a key is never shown for its name."""
        if not file:
            return None
        return f"of {self.title}" if file.startswith(self.scratch) or is_content(file) else file


@contextmanager
def log_in(options: ConnectionOptions, environ: Mapping[str, str]) -> Iterator[Login]:
    """The login that options and environment lead to; its files last as long as the context.

    Raises Failure(kubeconfig_invalid, context_unknown, credentials_failed).
    """
    scratch = tempfile.mkdtemp(prefix="sitemesh-skupper-")
    try:
        yield _find(options, environ, scratch)
    finally:
        _forget(scratch)


def _find(options: ConnectionOptions, environ: Mapping[str, str], scratch: str) -> Login:
    """In the order of kubernetes.core: explicit options, a named kubeconfig or context, a pod's account, the default file."""
    configuration = Configuration()
    if options.is_complete():
        return Login(configuration, f"server {options.host}", None, scratch)
    if options.kubeconfig is None and options.context is None and _in_cluster(configuration):
        namespace = _POD_NAMESPACE.read_text(encoding="utf-8").strip()
        return Login(configuration, "this cluster", namespace, scratch)
    document, name = load_context(options.kubeconfig, options.context, environ)
    _load(configuration, document, name, scratch)
    body = document["contexts"][0].get("context") or {}
    return Login(configuration, f"context {name}", body.get("namespace"), scratch)


def _in_cluster(configuration: Any) -> bool:
    try:
        load_incluster_config(client_configuration=configuration)
    except (ConfigException, OSError):
        return False
    return _POD_NAMESPACE.exists()


def _load(configuration: Any, document: dict[str, Any], name: str, scratch: str) -> None:
    try:
        with _heard() as said:
            kube_config.load_kube_config_from_dict(
                _filed(document, scratch),
                context=name,
                client_configuration=configuration,
                persist_config=False,
                temp_file_path=scratch,
            )
    except (ConfigException, OSError, ValueError, KeyError, TypeError) as error:
        raise _no_credentials(name, str(error) or type(error).__name__) from None
    # A credential plugin that fails is only logged; the request would go out as nobody's.
    plugin = (document["users"][0].get("user") or {}).get("exec")
    if plugin and not configuration.auth_settings() and not configuration.cert_file:
        raise _no_credentials(name, said[0] if said else f"{plugin.get('command')} gave none")


def _no_credentials(name: str, why: str) -> Failure:
    line = why.strip().splitlines()[0][:300].rstrip(".")
    return Failure(Reason.CREDENTIALS_FAILED, f"The credentials of context {name} can't be had: {line}.")


def _filed(document: dict[str, Any], scratch: str) -> dict[str, Any]:
    """The kubeconfig with inline certificates and keys as files of this login, and a limit for its credential plugin.

    The package would share its files among all logins of the process that have the same content, and whichever of two
    threads is done first would take them away from the other. What is no base64 is left to the package to refuse.
    """
    made = dict(document)
    for kind, names in _INLINE.items():
        (entry,) = document[f"{kind}s"]
        body = dict(entry.get(kind) or {})
        for data, name in names.items():
            content = _decoded(body.get(data))
            if content:
                body[name] = _write(Path(scratch) / name, content)
                del body[data]
        made[f"{kind}s"] = [{**entry, kind: limited(body) if kind == "user" else body}]
    return made


def _decoded(data: Any) -> bytes | None:
    try:
        return base64.b64decode(data) if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        return None


def _write(path: Path, content: bytes) -> str:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    return str(path)


class _Ear(logging.Handler):
    """Stands in for the handlers of the root logger while anyone listens, and keeps the lines of threads apart."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: dict[int, list[str]] = {}
        self.before: list[logging.Handler] = []
        self.guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line for the thread that it is of."""
        self.said.get(threading.get_ident(), []).append(record.getMessage())

    def open(self) -> list[str]:
        """Begin to listen; the list fills."""
        root, lines = logging.getLogger(), list[str]()
        with self.guard:
            if not self.said:
                self.before, root.handlers = root.handlers, [self]
            self.said[threading.get_ident()] = lines
        return lines

    def shut(self) -> None:
        """Stop listening; the last one puts the handlers back."""
        with self.guard:
            self.said.pop(threading.get_ident(), None)
            if not self.said:
                logging.getLogger().handlers = self.before


_EAR = _Ear()


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What this thread logs as an error meanwhile, kept off the screen."""
    try:
        yield _EAR.open()
    finally:
        _EAR.shut()


def _forget(scratch: str) -> None:
    """Remove the key files that the kubernetes package wrote.

    It would keep them until the interpreter exits, which a forked worker never does.
    """
    known = getattr(kube_config, "_temp_files", {})
    for content in [content for content, path in list(known.items()) if path.startswith(scratch)]:
        known.pop(content, None)
    shutil.rmtree(scratch, ignore_errors=True)
