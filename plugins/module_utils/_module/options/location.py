# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say where a site is. ``read_location`` of the model reads them."""

from __future__ import annotations

from ..spec import Options

# As skupper_mesh_info and skupper_site_info return it.
LOCATION: Options = {
    "namespace": {"type": "str"},
    "cluster": {"type": "str"},
    "authorities": {"type": "list", "elements": "str"},
}
