# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One real cluster: etcd, an API server and the controllers a site depends on, as child processes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from ..processes import Process, ProcessFailed, free_port
from . import controlplane, kubeconfig, users
from .api import Api, ApiError, ApiUnreachable
from .audit import AuditLog
from .binaries import Binaries
from .pki import Authority, KeyPair, new_key, public_pem
from .users import Auth, Rule, User

_MASTERS = "system:masters"
_TIMEOUT = 60.0  # seconds for a component to become ready; 1 to 3 are usual
_PORTS_TRIED = 5
# Priority classes are made late, and nothing here has a priority.
_READY = "/readyz?exclude=poststarthook/scheduling/bootstrap-system-priority-classes"


class Cluster:
    """A control plane with its own directory; `boot` starts it, `close` ends it for good."""

    def __init__(
        self, name: str, directory: Path, binaries: Binaries, next_port: Callable[[], int] = free_port
    ) -> None:
        """Write the cluster's keys and settings into `directory`, which is made (0700)."""
        self.name = name
        self.directory = directory
        self.server = ""
        self._binaries = binaries
        self._port = 0
        self._next_port = next_port
        self._authority = Authority(f"{name} CA")
        self._tokens: dict[str, str] = {}
        self._processes: dict[str, Process] = {}
        self._prepare()

    # ---- life

    def boot(self) -> None:
        """Start all components on a free port; ready for requests on return."""
        self._launch("etcd", [*self._binaries.etcd, *controlplane.etcd_flags()])
        socket_file = self.directory / controlplane.SOCKET
        self._processes["etcd"].wait_ready(socket_file.exists, _TIMEOUT)
        for attempt in range(1, _PORTS_TRIED + 1):
            self._choose_port()
            try:
                self.start()
                break
            except ProcessFailed as failure:
                if attempt == _PORTS_TRIED or "address already in use" not in str(failure):
                    raise

    def start(self) -> None:
        """Start the API server and the controllers, with the data and on the port they had."""
        self._launch("kube-apiserver", [*self._binaries.api_server, *controlplane.api_server_flags(self._port)])
        self._processes["kube-apiserver"].wait_ready(self._serves, _TIMEOUT)
        manager = [*self._binaries.controller_manager, *controlplane.controller_manager_flags()]
        self._launch("kube-controller-manager", manager)
        self._processes["kube-controller-manager"].wait_ready(self._controls, _TIMEOUT)

    def stop(self) -> None:
        """Take the API server down: its port refuses connections; the data stay."""
        # The controllers first: left alone they would come back to the next API server only after a long pause.
        for name in ("kube-controller-manager", "kube-apiserver"):
            if name in self._processes:
                self._processes.pop(name).stop(grace=0)

    def restart(self) -> None:
        """Stop and start the API server."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End all components; the cluster cannot be started again."""
        self.stop()
        if "etcd" in self._processes:
            self._processes.pop("etcd").stop(grace=0)

    # ---- users

    @property
    def ca(self) -> bytes:
        """The cluster's CA certificate, PEM."""
        return self._authority.certificate

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of a user with all rights; its context has the cluster's name."""
        return self.admin.kubeconfig

    def user(
        self, name: str, rules: Sequence[Rule] | None = None, namespace: str | None = None, auth: Auth = "cert"
    ) -> User:
        """Make a user with these RBAC rules in a namespace (None: everywhere) and no others; no rules, no rights.

        With auth="cert" the user has a client certificate, with "token" they are a service account of the namespace
        (None: of "default"). The namespace is made if it is missing. The rights are in force on return.
        """
        if namespace:
            users.ensure_namespace(self.api, namespace)
        if auth == "token":
            home = namespace or "default"
            username, subject = f"system:serviceaccount:{home}:{name}", users.account(name, home)
            credential: str | KeyPair = users.account_token(self.api, name, home)
        else:
            username, subject = name, users.person(name)
            credential = self._authority.user(name)
        if rules is not None:
            users.grant(self.api, username, subject, name, rules, namespace)
        return self._user(name, username, credential, namespace)

    def grant(self, user: User, rules: Sequence[Rule], namespace: str | None = None) -> None:
        """Give a user rights in one more namespace, or (None) everywhere; they are in force on return."""
        if namespace:
            users.ensure_namespace(self.api, namespace)
        prefix, _mark, account = user.username.rpartition(":")
        subject = users.account(account, prefix.rpartition(":")[2]) if prefix else users.person(user.username)
        users.grant(self.api, user.username, subject, user.name, rules, namespace)

    def _user(self, name: str, username: str, credential: str | KeyPair, namespace: str | None = None) -> User:
        config = kubeconfig.kubeconfig(self.name, self.server, self.ca, name, credential, namespace)
        path = kubeconfig.write(self.directory / "users" / f"{name}.kubeconfig", config)
        return User(name, username, path, credential if isinstance(credential, str) else None)

    # ---- internals

    def _prepare(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True)
        (self.directory / "users").mkdir(mode=0o700)
        accounts_key, accounts_pem = new_key()
        server = self._authority.server(controlplane.SERVER_NAMES)
        for user in ("admin", "simulator", controlplane.CONTROLLERS_USER):
            self._tokens[user] = secrets.token_urlsafe(32)
        # kube-apiserver --token-auth-file: token, user name, user id, groups
        tokens = "".join(f'{token},{user},{user},"{_MASTERS}"\n' for user, token in self._tokens.items())
        self._write(controlplane.CA, self.ca)
        self._write(controlplane.SERVER_CERTIFICATE, server.certificate)
        self._write(controlplane.SERVER_KEY, server.key)
        kubelet_client = self._authority.user(controlplane.KUBELET_CLIENT)
        self._write(controlplane.KUBELET_CLIENT_CERTIFICATE, kubelet_client.certificate)
        self._write(controlplane.KUBELET_CLIENT_KEY, kubelet_client.key)
        self._write(controlplane.ACCOUNTS_KEY, accounts_pem)
        self._write(controlplane.ACCOUNTS_PUBLIC_KEY, public_pem(accounts_key))
        self._write(controlplane.TOKENS, tokens.encode())
        self._write(controlplane.AUDIT_POLICY, json.dumps(controlplane.audit_policy()).encode())

    def _choose_port(self) -> None:
        self._port = self._next_port()
        self.server = f"https://127.0.0.1:{self._port}"
        self.api = Api(self.server, self.ca, self._tokens["admin"])
        self.audit = AuditLog(self.directory / controlplane.AUDIT_LOG, self.api.touch)
        self.admin = self._user("admin", "admin", self._tokens["admin"])
        self.simulator = self._user("simulator", "simulator", self._tokens["simulator"])
        controllers = controlplane.CONTROLLERS_USER
        config = kubeconfig.kubeconfig(self.name, self.server, self.ca, controllers, self._tokens[controllers])
        kubeconfig.write(self.directory / controlplane.CONTROLLERS_KUBECONFIG, config)

    def _launch(self, name: str, command: Sequence[str]) -> None:
        self._processes[name] = Process.start(name, command, self.directory)

    def _serves(self) -> bool:
        try:
            self.api.touch(_READY)
        except (ApiError, ApiUnreachable):
            return False
        return True

    def _controls(self) -> bool:
        # Made by a controller, so they run; without it no Pod is admitted into the namespace.
        return self.api.get("v1", "serviceaccounts", "default", "default") is not None

    def _write(self, name: str, data: bytes) -> None:
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_bytes(data)
