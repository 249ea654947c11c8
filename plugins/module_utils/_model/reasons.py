# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stable codes for what went wrong. A playbook may branch on them."""

from __future__ import annotations

from enum import Enum


class Reason(str, Enum):
    """Why a task failed, as the ``reason`` of its result."""

    # Reaching the API server
    MISSING_LIBRARY = "missing_library"
    KUBECONFIG_INVALID = "kubeconfig_invalid"
    CONTEXT_UNKNOWN = "context_unknown"
    CREDENTIALS_FAILED = "credentials_failed"
    NAMESPACE_MISSING = "namespace_missing"
    API_UNREACHABLE = "api_unreachable"
    API_TLS_FAILED = "api_tls_failed"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    ADMISSION_DENIED = "admission_denied"
    QUOTA_EXCEEDED = "quota_exceeded"
    NAMESPACE_TERMINATING = "namespace_terminating"
    CONFLICT = "conflict"
    API_ERROR = "api_error"
    # The site
    NO_SITE = "no_site"
    SITE_NOT_READY = "site_not_ready"
    SITE_RESTORED = "site_restored"
    SITE_CANNOT_ACCEPT = "site_cannot_accept"
    SITE_IMMUTABLE = "site_immutable"
    SITE_OF_COMMAND_LINE = "site_of_command_line"
    SITE_TIMEOUT = "site_timeout"
    SITE_REMOVAL_TIMEOUT = "site_removal_timeout"
    INGRESS_PENDING = "ingress_pending"
    INGRESS_UNSUPPORTED = "ingress_unsupported"
    CA_UNUSABLE = "ca_unusable"
    POLICY_DENIED = "policy_denied"
    # What was asked for
    INVALID_DURATION = "invalid_duration"
    INVALID_OPTION = "invalid_option"
    INVALID_NAME = "invalid_name"
    VARIABLE_UNKNOWN = "variable_unknown"
    NAME_TAKEN = "name_taken"
    # Tokens
    TOKEN_MALFORMED = "token_malformed"
    TOKEN_UNSUPPORTED = "token_unsupported"
    TOKEN_UNREADABLE = "token_unreadable"
    TOKEN_PLACEHOLDER = "token_placeholder"
    TOKEN_OWN_SITE = "token_own_site"
    CLAIM_EXPIRED = "claim_expired"
    CLAIM_USED_UP = "claim_used_up"
    CLAIM_REFUSED = "claim_refused"
    CLAIM_REJECTED = "claim_rejected"
    CREDENTIAL_MISSING = "credential_missing"
    ISSUER_UNTRUSTED = "issuer_untrusted"
    DEST_UNWRITABLE = "dest_unwritable"
    ASYNC_REFUSED = "async_refused"
    # Links
    VERSION_UNSUPPORTED = "version_unsupported"
    LINK_STALE = "link_stale"
    LINK_DISABLED = "link_disabled"
    LINK_TIMEOUT = "link_timeout"
    LINK_REMOVAL_TIMEOUT = "link_removal_timeout"
    SITE_EVICTED = "site_evicted"
    SITE_ID_INVALID = "site_id_invalid"
    SITE_ID_CLAIMED = "site_id_claimed"
    # Revocation
    REVOCATION_RACE = "revocation_race"
    REVOCATION_TIMEOUT = "revocation_timeout"
    REVOCATION_NOT_PROVED = "revocation_not_proved"
    CA_MANAGED = "ca_managed"
    CA_PUT_BACK = "ca_put_back"
    # The plan of a mesh
    PLAN_REFUSED = "plan_refused"
    PLAN_UNREACHABLE = "plan_unreachable"
    PLAN_UNKNOWN_SITE = "plan_unknown_site"
    PLAN_ISLAND = "plan_island"
    PLAN_DIVIDED = "plan_divided"
    PLAN_DUPLICATE_PAIR = "plan_duplicate_pair"
    PLAN_SAME_SITE = "plan_same_site"
    PLAN_SHARED_ID = "plan_shared_id"
    # A defect of this collection
    INTERNAL = "internal_error"
