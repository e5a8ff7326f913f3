# Copyright (c) 2026, the aws_cis.monitoring developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The style and the script of the report's page."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d2430; --soft: #5b6472; --line: #dfe3e8; --paper: #ffffff; --band: #f6f7f9;
  --pass: #17693f; --pass-bg: #e3f4ea; --warn: #7a5200; --warn-bg: #fdf1d3; --fail: #a31621; --fail-bg: #fce4e6;
  --unknown: #4a4f8c; --unknown-bg: #e8e9f7; --elsewhere: #1b5e7a; --elsewhere-bg: #dff0f7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --soft: #a0a8b4; --line: #323a46; --paper: #14181f; --band: #1b2029;
    --pass: #7fd6a4; --pass-bg: #16382a; --warn: #f0c766; --warn-bg: #3b2f10; --fail: #ff9aa2; --fail-bg: #47191e;
    --unknown: #b6b9f2; --unknown-bg: #2a2c52; --elsewhere: #8fd0ea; --elsewhere-bg: #123645;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem); max-width: 96rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 1rem 0 .25rem; font-size: .95rem; }
header p, footer p { margin: 0; color: var(--soft); max-width: 60rem; }
.counts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.counts li { flex: 1 1 9rem; padding: .75rem 1rem; border-radius: .5rem; background: var(--band); color: var(--soft); }
.counts b { display: block; font-size: 2rem; line-height: 1.1; font-weight: 600; font-variant-numeric: tabular-nums; }
.counts .compliant { background: var(--pass-bg); color: var(--pass); }
.counts .covered_elsewhere { background: var(--elsewhere-bg); color: var(--elsewhere); }
.counts .non_compliant { background: var(--fail-bg); color: var(--fail); }
.counts .unknown, .counts .unreachable { background: var(--unknown-bg); color: var(--unknown); }
.counts .none { background: var(--band); color: var(--soft); }
.tools:not([hidden]) { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; margin: 0 0 1rem; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft);
  border-radius: .375rem; padding: .25rem .5rem; }
caption > span:not(.mark) { white-space: nowrap; margin-right: 1rem; }
output, caption { color: var(--soft); font-size: .9rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
thead th:first-child { width: 12rem; } thead th:nth-child(2) { width: 9rem; }
caption { text-align: left; padding-bottom: .75rem; }
thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 2px solid var(--line);
  padding: .5rem; text-align: left; font-size: .85rem; color: var(--soft); font-weight: 600; vertical-align: bottom; }
thead button { all: unset; cursor: pointer; }
thead button:focus-visible, summary:focus-visible { outline: 2px solid var(--elsewhere); outline-offset: 2px; }
thead [aria-sort="ascending"] button::after { content: " \\2191"; }
thead [aria-sort="descending"] button::after { content: " \\2193"; }
thead th.link, tbody td.link { text-align: center; width: 4.1rem; padding-inline: .1rem; }
tbody tr > * { padding: .6rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; text-align: left; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
tbody small { display: block; font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.verdict { white-space: nowrap; font-weight: 600; }
.compliant > tr > .verdict { color: var(--pass); } .non_compliant > tr > .verdict { color: var(--fail); }
.covered_elsewhere > tr > .verdict { color: var(--elsewhere); }
.unknown > tr > .verdict, .unreachable > tr > .verdict { color: var(--unknown); }
.mark { display: inline-block; min-width: 1.6rem; padding: 0 .35rem; border-radius: .3rem; text-align: center;
  text-decoration: none; font-weight: 650; font-size: .9rem; background: var(--band); color: var(--soft); }
.mark.pass { background: var(--pass-bg); color: var(--pass); }
.mark.warn { background: var(--warn-bg); color: var(--warn); }
.mark.fail { background: var(--fail-bg); color: var(--fail); }
.mark.unknown { background: var(--unknown-bg); color: var(--unknown); }
.mark.elsewhere { background: var(--elsewhere-bg); color: var(--elsewhere); }
summary { cursor: pointer; overflow-wrap: anywhere; }
details p { margin: .5rem 0; } details { overflow-wrap: anywhere; }
code, pre { font: .85rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { overflow: auto; max-height: 24rem; white-space: pre-wrap; overflow-wrap: anywhere; padding: .75rem;
  border-radius: .375rem; background: var(--band); }
.path { padding: 0; list-style: none; } .path li { margin: .4rem 0; overflow-wrap: anywhere; }
details ul { margin: 0; padding-left: 1.1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { margin-top: 2rem; font-size: .9rem; }
@media screen and (max-width: 72rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, caption, tbody { display: block; }
  tbody { content-visibility: auto; contain-intrinsic-block-size: auto 8rem; }
  tbody[hidden] { display: none; }
  tbody tr { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); padding: .75rem 0;
    border-bottom: 1px solid var(--line); }
  tbody tr > * { border: 0; padding: .2rem; width: auto; }
  tbody th { grid-column: 1 / 5; } tbody .verdict { grid-column: 5 / 7; text-align: right; white-space: normal; }
  tbody td:last-child { grid-column: 1 / 7; } tbody td.link { width: auto; }
  td.link::after { content: attr(data-link); display: block; font-size: .7rem; line-height: 1.2; color: var(--soft); }
}
@media print {
  @page { size: landscape; margin: 12mm; }
  :root { color-scheme: light; font-size: 8pt; }
  body { padding: 0; max-width: none; font-size: 1rem; } .tools { display: none !important; }
  tbody { content-visibility: visible; break-inside: avoid; } thead th { position: static; }
  thead button { display: contents; } /* a browser repeats no button on the next sheet */
  .mark { border: 1px solid currentColor; }
}
"""

SCRIPT = """
(() => {
  "use strict";
  const table = document.querySelector("table");
  const rows = [...table.tBodies];
  const tools = document.querySelector(".tools");
  const [search, select, shown] = ["input", "select", "output"].map((name) => tools.querySelector(name));
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/);
    let count = 0;
    for (const row of rows) {
      const chosen = !select.value || row.className === select.value;
      const fits = chosen && words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    shown.value = count === rows.length ? "" : `${count} of ${rows.length} accounts`;
  };
  search.addEventListener("input", filter);
  select.addEventListener("change", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.hidden = false;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.rows[0].cells[column].textContent.trim();
      const sorted = [...rows].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }) * (up ? 1 : -1));
      table.append(...sorted);
    });
  });
})();
"""
