# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects that lead other sites to a site: its Service, Routes and Ingress (pkg/kube/resolver)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .manifest import mapping, sequence


def service_ports(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the ports of a Service by their names."""
    ports = [mapping(port) for port in sequence(mapping(manifest.get("spec")).get("ports"))]
    return {str(port.get("name")): port for port in ports}


def load_balancer_host(manifest: Mapping[str, Any]) -> str:
    """Return the first address of a LoadBalancer Service, IP preferred; "" while it is pending (pkg/kube/resolver)."""
    status = mapping(mapping(manifest.get("status")).get("loadBalancer"))
    for entry in map(mapping, sequence(status.get("ingress"))):
        host = entry.get("ip") or entry.get("hostname")
        if host:
            return str(host)
    return ""


def route_host(manifest: Mapping[str, Any]) -> str:
    """Return the host of an OpenShift Route, as its spec has it."""
    return str(mapping(manifest.get("spec")).get("host") or "")


def route_refusal(manifest: Mapping[str, Any]) -> str:
    """Return why every router of OpenShift has refused a Route; "" if one has not, or none has spoken yet."""
    entries = [mapping(entry) for entry in sequence(mapping(manifest.get("status")).get("ingress"))]
    refusals = [_not_admitted(entry) for entry in entries]
    return next(iter(refusals), "") if all(refusals) else ""


def _not_admitted(entry: Mapping[str, Any]) -> str:
    for condition in map(mapping, sequence(entry.get("conditions"))):
        if condition.get("type") == "Admitted" and condition.get("status") == "False":
            return str(condition.get("reason") or condition.get("message") or "not admitted")
    return ""


def ingress_host(manifest: Mapping[str, Any], port: int) -> str:
    """Return the host of the Ingress rule whose backend is a port of the router's Service; "" if there is none."""
    for rule in map(mapping, sequence(mapping(manifest.get("spec")).get("rules"))):
        paths = sequence(mapping(rule.get("http")).get("paths"))
        if any(_backend_port(mapping(path)) == port for path in paths):
            return str(rule.get("host") or "")
    return ""


def rule_hosts(manifest: Mapping[str, Any]) -> list[str]:
    """Return the hosts of all rules of an Ingress."""
    rules = map(mapping, sequence(mapping(manifest.get("spec")).get("rules")))
    return [str(rule["host"]) for rule in rules if rule.get("host")]


def _backend_port(path: Mapping[str, Any]) -> Any:
    backend = mapping(path.get("backend"))
    number = mapping(mapping(backend.get("service")).get("port")).get("number")
    return number if number is not None else backend.get("servicePort")
