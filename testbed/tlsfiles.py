# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and keys for the ssl module, which reads them from files only, without leaving any on disk."""

from __future__ import annotations

import contextlib
import os
import ssl
from collections.abc import Iterator


def context_with_keypair(context: ssl.SSLContext, certificate: bytes, key: bytes) -> ssl.SSLContext:
    """Load a PEM certificate and its key into a context; ssl.SSLError if they are broken or do not belong together."""
    with _in_memory(certificate) as certificate_file, _in_memory(key) as key_file:
        context.load_cert_chain(certificate_file, key_file)
    return context


@contextlib.contextmanager
def _in_memory(data: bytes) -> Iterator[str]:
    handle = os.memfd_create("pem")
    try:
        os.write(handle, data)
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)
