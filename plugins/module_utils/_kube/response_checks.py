# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare an answer with its request. A server that is no API server, or a proxy, may answer anything with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.printable import printable
from .api import Kind, Manifest

_META = "meta.k8s.io/v1"
_PARTIAL = "PartialObjectMetadata"
_LONGEST = 100
# An API server's plain text for a path that it does not serve.
_NO_SUCH_PATH = b"404 page not found"


class UnexpectedResponse(Exception):
    """An answer is not what was asked for. The message says what it is."""


def check_object(document: Mapping[str, Any], kind: Kind, name: str, namespace: str) -> None:
    """Raise UnexpectedResponse if a document is not the object of that kind, name and namespace."""
    _check_type(document, kind.api_version, kind.singular)
    _check_metadata(document.get("metadata"), kind, name, namespace)


def list_items(document: Mapping[str, Any], kind: Kind, name: str, namespace: str) -> list[Manifest]:
    """Return the objects of a list. Raise UnexpectedResponse if it is not one, or holds other objects than those asked for.

    A server that leaves data out of a list says so by the list's kind.
    """
    partial = document.get("kind") == f"{_PARTIAL}List"
    version, singular = (_META, _PARTIAL) if partial else (kind.api_version, kind.singular)
    _check_type(document, version, f"{singular}List")
    next_page(document)
    items = document.get("items", "")
    # Go writes an empty list as null.
    if items is None:
        return []
    if not isinstance(items, list):
        raise UnexpectedResponse(f"a {singular}List without items")
    for item in items:
        if not isinstance(item, dict):
            raise UnexpectedResponse(f"a {singular}List with something that is no object")
        _check_type({"apiVersion": version, "kind": singular, **item}, version, singular)
        _check_metadata(item.get("metadata"), kind, name, namespace)
    return items


def next_page(document: Mapping[str, Any]) -> str:
    """Return the token of the next page of a list; "" if this is the last. Raise UnexpectedResponse if it is no text."""
    metadata = document.get("metadata")
    token = metadata.get("continue") if isinstance(metadata, dict) else None
    if not isinstance(token, (str, type(None))):
        raise UnexpectedResponse("a list whose next page has no name")
    return token or ""


def check_kind(document: Mapping[str, Any], kind: Kind) -> None:
    """Raise UnexpectedResponse if a document is not of that kind. Reviews, and what was not stored, have no name to check."""
    _check_type(document, kind.api_version, kind.singular)


def check_discovery(document: Mapping[str, Any], api_version: str) -> None:
    """Raise UnexpectedResponse if a document does not list the resources of an API group version."""
    _check_type(document, "v1", "APIResourceList")
    if document.get("groupVersion") != api_version:
        raise UnexpectedResponse(f"the resources of {printable(document.get('groupVersion'), _LONGEST)}")
    resources = document.get("resources", "")
    if resources is not None and not (
        isinstance(resources, list) and all(isinstance(each, dict) for each in resources)
    ):
        raise UnexpectedResponse("an APIResourceList without resources")


def check_deletion(document: Mapping[str, Any], kind: Kind, name: str, namespace: str) -> None:
    """Raise UnexpectedResponse unless a document says that the object was deleted, or is the object that is being deleted."""
    if not is_status(document):
        check_object(document, kind, name, namespace)
    elif document.get("status") != "Success" or _name_in(document) not in ("", name):
        raise UnexpectedResponse("a Status of something else")


def is_status(document: Mapping[str, Any] | None) -> bool:
    """Return whether a document is a Status, which API servers answer with if they have no object to send."""
    return document is not None and document.get("kind") == "Status" and document.get("apiVersion") == "v1"


def says_absent(document: Mapping[str, Any] | None, name: str) -> bool:
    """Return whether an API server says that it has no object of that name. A 404 alone may come from any web server."""
    return document is not None and is_status(document) and _name_in(document) in ("", name)


def says_not_served(content: bytes, document: Mapping[str, Any] | None) -> bool:
    """Return whether an API server says that it does not know a path."""
    return content.strip() == _NO_SUCH_PATH or is_status(document)


def _name_in(status: Mapping[str, Any]) -> str:
    details = status.get("details")
    name = details.get("name") if isinstance(details, dict) else None
    return name if isinstance(name, str) else ""


def _check_type(document: Mapping[str, Any], api_version: str, kind: str) -> None:
    version, found = document.get("apiVersion"), document.get("kind")
    if not isinstance(found, str) or not isinstance(version, str) or not found or not version:
        raise UnexpectedResponse("an object without kind or apiVersion")
    if (version, found) != (api_version, kind):
        raise UnexpectedResponse(f"a {printable(found, _LONGEST)} ({printable(version, _LONGEST)})")


def _check_metadata(metadata: Any, kind: Kind, name: str, namespace: str) -> None:
    if not isinstance(metadata, dict):
        raise UnexpectedResponse(f"a {kind.singular} without metadata")
    for key in ("name", "uid", "resourceVersion", *(("namespace",) if kind.namespaced else ())):
        value = metadata.get(key)
        if not isinstance(value, str) or not value:
            raise UnexpectedResponse(f"a {kind.singular} without {key}")
    if name and metadata["name"] != name:
        raise UnexpectedResponse(f"{kind.singular} {printable(metadata['name'], _LONGEST)}")
    if kind.namespaced and metadata["namespace"] != namespace:
        raise UnexpectedResponse(f"a {kind.singular} of namespace {printable(metadata['namespace'], _LONGEST)}")
