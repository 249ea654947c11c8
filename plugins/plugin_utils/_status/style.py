# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The looks of the page: colours for light and dark, with a contrast of 4.5 to 1 for every text."""

from __future__ import annotations

CSS = """
:root{color-scheme:light dark;--page:#fff;--panel:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--muted:#59636e;
--card:#fff;--edge:#818b98;--public:#ddf4ff;--public-edge:#0969da;
--good:#1a7f37;--warn:#9a6700;--bad:#cf222e;--wait:#0969da;--off:#59636e;--on:#fff}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--panel:#151b23;--line:#3d444d;--text:#f0f6fc;--muted:#9198a1;
--card:#0d1117;--edge:#656c76;--public:#10243e;--public-edge:#4493f8;
--good:#3fb950;--warn:#d29922;--bad:#f85149;--wait:#4493f8;--off:#9198a1;--on:#0d1117}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
main,header{max-width:1240px;margin:0 auto;padding:0 24px}
header{padding-top:28px}
h1{font-size:26px;line-height:1.25;margin:0}
h2{font-size:18px;margin:36px 0 10px}
p{margin:4px 0}
.muted{color:var(--muted)}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0 8px;padding:0;list-style:none}
.tiles li{flex:1 1 130px;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.tiles b{display:block;font-size:22px;line-height:1.3}
.tiles .bad b{color:var(--bad)}.tiles .warn b{color:var(--warn)}.tiles .good b{color:var(--good)}
.problems{max-height:340px;overflow-y:auto;margin:0;padding:0;list-style:none;border:1px solid var(--line);border-radius:8px}
.problems li{display:flex;gap:10px;padding:8px 14px;border-top:1px solid var(--line);overflow-wrap:anywhere}
.problems li:first-child{border-top:0}
.problems .icon{margin-top:3px}
.icon{flex:none;width:16px;height:16px;vertical-align:-3px}
figure{margin:0;overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--panel)}
.map{display:block;margin:0 auto;width:100%;min-width:760px}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:10px 0 0;padding:0;list-style:none;color:var(--muted);font-size:13px}
.legend svg{vertical-align:-3px;margin-right:6px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:6px 12px;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;background:var(--panel);white-space:nowrap}
tbody th{font-weight:600}
tr:target>*{background:var(--public)}
.n{text-align:right;font-variant-numeric:tabular-nums}
.s{white-space:nowrap}
summary{cursor:pointer;margin:10px 0}
footer{max-width:1240px;margin:32px auto;padding:0 24px;font-size:13px}
a{color:var(--wait)}
.map text{fill:var(--text);font-size:13px}
.map .head{fill:var(--muted);font-size:13px;font-weight:600;letter-spacing:.03em}
.map .name{font-weight:600}
.map .small{font-size:11px;fill:var(--muted)}
.map a{text-decoration:none}
.card{fill:var(--card);stroke:var(--edge);stroke-width:1.25}
.public .card{fill:var(--public);stroke:var(--public-edge)}
.outside .card{stroke-dasharray:5 4}
.map a:hover .card,.map a:focus-visible .card{stroke-width:2.5}
.map a:focus-visible{outline:none}
.link{fill:none;stroke-width:1.6}
.good{--it:var(--good)}.warn{--it:var(--warn)}.bad{--it:var(--bad)}.wait{--it:var(--wait)}.off{--it:var(--off)}
.link path.way{stroke:var(--it);fill:none}
.link.warn path.way,.line.warn{stroke-dasharray:10 3}
.link.bad path.way,.line.bad{stroke-dasharray:5 5;stroke-width:2}
.link.wait path.way,.line.wait{stroke-dasharray:2 4;stroke-width:2}
.link.off path.way,.line.off{stroke-dasharray:9 4 2 4}
.dense .link.good path{opacity:.55}.dense .link.good path.way{stroke-width:1.1}
.line{stroke:var(--it);fill:none;stroke-width:1.8}
.arrow{fill:var(--it);stroke:none}
.icon .shape,.map .shape,.legend .shape{fill:var(--it);stroke:var(--it);stroke-width:1.5;stroke-linejoin:round}
.icon .hollow,.map .hollow,.legend .hollow{fill:var(--card);stroke:var(--it);stroke-width:1.75}
.icon .mark,.map .mark,.legend .mark{fill:none;stroke:var(--on);stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.icon .ink,.map .ink,.legend .ink{fill:none;stroke:var(--it);stroke-width:1.9;stroke-linecap:round}
.map .tag{font-size:11px;fill:var(--it);stroke:var(--panel);stroke-width:4px;stroke-linejoin:round;paint-order:stroke;font-weight:600}
@media print{.map{min-width:0}figure,.scroll,.problems{overflow:visible;max-height:none}}
"""
