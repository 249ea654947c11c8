# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A faulty way to an API server: a proxy that does to requests what its faults say."""

from __future__ import annotations

from .acts import (
    EMPTY_OBJECT,
    HTML,
    Act,
    Answer,
    Answered,
    Changed,
    Dripping,
    Endless,
    HandshakeHanging,
    Hanging,
    Huge,
    Killed,
    Late,
    Redirected,
    ResetAfter,
    ResetBefore,
    Truncated,
    WrongCertificate,
    replaced,
    retry_date,
    status,
)
from .proxy import Fault, FaultyProxy, Logged
from .requests import ApiRequest, RequestPattern

__all__ = [
    "EMPTY_OBJECT",
    "HTML",
    "Act",
    "Answer",
    "Answered",
    "ApiRequest",
    "Changed",
    "Dripping",
    "Endless",
    "Fault",
    "FaultyProxy",
    "HandshakeHanging",
    "Hanging",
    "Huge",
    "Killed",
    "Late",
    "Logged",
    "Redirected",
    "RequestPattern",
    "ResetAfter",
    "ResetBefore",
    "Truncated",
    "WrongCertificate",
    "replaced",
    "retry_date",
    "status",
]
