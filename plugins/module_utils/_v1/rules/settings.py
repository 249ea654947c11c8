# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of a site, as Skupper 1.9.6 reads them (pkg/site/site.go), and what their values may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..._model.duration import parse_duration
from ..._model.errors import Failure
from ..._model.reasons import Reason


class Form(Enum):
    """What kind of text a setting holds."""

    TEXT = "text"
    TRUTH = "true or false"
    INTEGER = "a whole number"
    QUANTITY = "a Kubernetes quantity such as 500m or 1Gi"
    DURATION = "a Go duration such as 15m0s"
    LOGGING = "log levels such as info or ROUTER_CORE:debug, joined with commas"


@dataclass(frozen=True)
class Setting:
    """One key of a site's configuration."""

    form: Form = Form.TEXT
    default: str = ""
    """What Skupper takes in its absence."""
    live: bool = False
    """Whether a site that is up follows a change (RouterUpdateLogging, RouterUpdateAnnotations)."""
    secret: bool = False
    choices: tuple[str, ...] = ()


_TRUTH = Setting(Form.TRUTH, "false")
_TRUE = Setting(Form.TRUTH, "true")
_TEXT = Setting()
_LIVE = Setting(live=True)
_SECRET = Setting(secret=True)
_QUANTITY = Setting(Form.QUANTITY)

LOGGING = "router-logging"
SEPARATOR = "annotation-separator"
SERVICE_CONTROLLER = "service-controller"
ROUTER_NOTES = "router-pod-annotations"
CONTROLLER_NOTES = "controller-pod-annotations"
ROUTER_HOST = "router-ingress-host"

# Names and defaults are those of ReadSiteConfig; a key that it does not read is no setting.
SETTINGS: Mapping[str, Setting] = {
    SEPARATOR: Setting(default=",", live=True),
    "cluster-permissions": _TRUTH,
    "console": _TRUTH,
    "console-authentication": Setting(default="internal", choices=("internal", "openshift", "unsecured")),
    "console-ingress": _TEXT,
    "console-password": _SECRET,
    "console-user": _TEXT,
    "controller-ingress-host": _TEXT,
    "controller-load-balancer-ip": _TEXT,
    "controller-node-selector": _TEXT,
    "controller-pod-affinity": _TEXT,
    CONTROLLER_NOTES: _LIVE,
    "controller-pod-antiaffinity": _TEXT,
    "controller-service-annotations": _TEXT,
    "create-network-policy": _TRUTH,
    "enable-skupper-events": _TRUTH,
    "flow-collector": _TRUTH,
    "flow-collector-record-ttl": Setting(Form.DURATION, "15m0s"),
    "ingress-annotations": _TEXT,
    "prometheus-external-server": _TEXT,
    "prometheus-server-authentication": Setting(default="tls", choices=("tls", "basic", "unsecured")),
    "prometheus-server-password": _SECRET,
    "prometheus-server-pod-annotations": _LIVE,
    "prometheus-server-user": _TEXT,
    "rest-api": _TRUTH,
    "router-data-connection-count": _TEXT,
    "router-disable-mutual-tls": _TRUTH,
    "router-drop-tcp-connections": _TRUTH,
    ROUTER_HOST: _TEXT,
    "router-load-balancer-ip": _TEXT,
    LOGGING: Setting(Form.LOGGING, "ROUTER_CORE:error+", live=True),
    "router-node-selector": _TEXT,
    "router-pod-affinity": _TEXT,
    ROUTER_NOTES: _LIVE,
    "router-pod-antiaffinity": _TEXT,
    "router-service-annotations": _TEXT,
    "routers": Setting(Form.INTEGER, "1"),
    "run-as-group": Setting(Form.INTEGER, "0"),
    "run-as-user": Setting(Form.INTEGER, "0"),
    SERVICE_CONTROLLER: _TRUE,
    "service-sync": _TRUE,
    "service-sync-site-ttl": Setting(Form.DURATION, "0"),
    "xp-router-max-frame-size": Setting(Form.INTEGER, "16384"),
    "xp-router-max-session-frames": Setting(Form.INTEGER, "640"),
    **{
        f"{part}-{resource}{limit}": _QUANTITY
        for part in ("router", "controller", "config-sync", "flow-collector", "prometheus-server")
        for resource in ("cpu", "memory")
        for limit in ("", "-limit")
    },
}
SECRETS = frozenset(key for key, setting in SETTINGS.items() if setting.secret)

# Keys that options of their own stand for, two of them by names of Skupper's past.
_OPTIONS = {
    "name": "name",
    "router-mode": "mode",
    "edge": "mode",
    "ingress": "ingress",
    "cluster-local": "ingress",
    "ingress-host": "ingress_host",
}

_QUANTITIES = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?")
_MODULES = re.compile(
    "DEFAULT|ROUTER|ROUTER_CORE|ROUTER_HELLO|ROUTER_LS|ROUTER_MA|MESSAGE|SERVER|AGENT|AUTHSERVICE|CONTAINER|ERROR|"
    "POLICY|HTTP|CONN_MGR|PYTHON|PROTOCOL|TCP_ADAPTOR|HTTP_ADAPTOR"
)
_LEVELS = re.compile(r"(trace|debug|info|notice|warning|error|critical)\+?")
_TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}


def check_setting(key: str, value: Any) -> str:
    """Return the text of a setting as YAML may have it; raises Failure(invalid_option).

    Skupper takes what it can't read for something else without a warning, or never makes the site.
    """
    if key in _OPTIONS:
        raise _refused(f"settings holds {key}: set the option {_OPTIONS[key]} instead")
    if key not in SETTINGS:
        raise _refused(f"settings holds {key}, which Skupper 1.9.6 does not read: correct the key or leave it out")
    if not isinstance(value, (str, bool, int)):
        raise _refused(f"settings holds {key} without a plain value: give it text, a number, or true or false")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    setting = SETTINGS[key]
    if setting.choices and text not in setting.choices:
        raise _refused(f"settings: {key} is {text}: it must be one of {', '.join(setting.choices)}")
    if meaning(key, text) is None:
        raise _refused(f"settings: {key} is {text!r}: it must be {setting.form.value}")
    return text


def _refused(sentence: str) -> Failure:
    return Failure(Reason.INVALID_OPTION, sentence + ".")


def meaning(key: str, text: str | None) -> Any:
    """Return what Skupper reads from a setting, equal for texts that mean the same. None if it can't read it."""
    setting = SETTINGS[key]
    absent = text is None if setting.form is Form.TRUTH else not text
    return _READERS[setting.form](setting.default if absent else text)


def parse_logging(text: str) -> Mapping[str, str] | None:
    """Return the log levels by the router's modules (pkg/qdr/router_logging.go). None if Skupper refuses one of them."""
    levels = {}
    for item in text.split(","):
        parts = item.split(":")
        module, level = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
        if not _MODULES.fullmatch(module or "DEFAULT") or not _LEVELS.fullmatch(level):
            return None
        levels[module or "DEFAULT"] = level if level.endswith("+") else f"{level}+"
    return levels


def _duration(text: str) -> Any:
    try:
        return parse_duration(text)
    except Failure:
        return None


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _quantity(text: str) -> str | None:
    return text if not text or _QUANTITIES.fullmatch(text) else None


_READERS: Mapping[Form, Any] = {
    Form.TEXT: str,
    Form.TRUTH: _TRUTHS.get,
    Form.INTEGER: _integer,
    Form.QUANTITY: _quantity,
    Form.DURATION: _duration,
    Form.LOGGING: parse_logging,
}
