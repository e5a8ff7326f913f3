// The rows of the table of accounts, a page of them at a time: no browser lays out 10,000 at once.
import { chosen } from "./address.js";
import { columns, isMatrix } from "./choice.js";
import { markOf } from "./data.js";
import { detailParts, make } from "./detail.js";

const table = document.querySelector("#grid");
const heads = [...table.tHead.rows[0].cells];

const cell = (account, letter, place) => {
  const { status, words } = markOf(letter);
  const column = columns[place];
  const label = `${account.name}, ${column.number === column.name ? "" : `${column.number} `}${column.name}: ${words}`;
  const shown = [
    make("span", { class: "number", "aria-hidden": "true" }, column.number),
    make("i", { class: `mark ${status}` }, letter),
  ];
  return make(
    "td",
    { role: "gridcell", tabindex: "-1", class: "column", "aria-label": label, "data-column": place },
    ...shown,
  );
};

const codesOf = (account) => {
  const [first = "", ...others] = account.codes;
  return others.length ? `${first} +${others.length}` : first;
};

const row = (account, place) => {
  const name = make("th", { role: "rowheader", scope: "row", tabindex: "-1" }, account.name);
  if (account.id) {
    name.append(make("small", {}, `${account.id} · ${account.region}`));
  }
  const verdict = make(
    "td",
    { role: "gridcell", tabindex: "-1", class: "verdict" },
    account.outcome.replaceAll("_", " "),
  );
  const tally = account.details.length ? `${account.passing}/${columns.length}` : "–";
  const passing = isMatrix ? make("td", { role: "gridcell", tabindex: "-1", class: "count" }, tally) : "";
  const cells = [...account.marks].map((letter, column) => cell(account, letter, column));
  const code = make(
    "td",
    { role: "gridcell", tabindex: "-1", class: "code" },
    account.codes.length ? make("code", {}, codesOf(account)) : "",
  );
  const its = { role: "row", "aria-rowindex": place + 2, class: account.outcome, "data-name": account.name };
  return make("tr", its, name, verdict, passing, ...cells, code);
};

const detailRow = (account, column) => {
  const whole = make(
    "td",
    { role: "gridcell", colspan: heads.length },
    make("div", {}, ...detailParts(account, column, isMatrix)),
  );
  return make("tr", { role: "row", class: "detail" }, whole);
};

/** The column of a control's or a link's key, -1 for the account as a whole. */
const opened = () => {
  const open = chosen().open;
  const end = open.lastIndexOf("/");
  return { name: open.slice(0, end), column: columns.findIndex((column) => column.key === open.slice(end + 1)) };
};

const markHeads = () => {
  const sort = chosen().sort;
  for (const head of heads) {
    const its = sort.replace(/^-/, "") === head.dataset.sort;
    head.setAttribute("aria-sort", its ? (sort.startsWith("-") ? "descending" : "ascending") : "none");
  }
};

const openRow = (body) => {
  const { name, column } = opened();
  const its = [...body.rows].find((row) => name && row.dataset.name === name);
  its?.querySelector(`[data-column="${column}"]`)?.setAttribute("aria-expanded", "true");
  return { its, column };
};

/** Draw some of the accounts that were found, from the first on, and below the one that is open its details. */
export const draw = (found, first, count) => {
  const shown = found.slice(first, first + count);
  const body = make("tbody", { role: "rowgroup" }, ...shown.map((account, place) => row(account, first + place)));
  const { its, column } = openRow(body);
  if (its) {
    const account = shown.find((one) => one.name === its.dataset.name);
    its.after(detailRow(account, column));
  }
  table.tBodies[0]?.remove();
  table.append(body);
  table.setAttribute("aria-rowcount", found.length + 1);
  markHeads();
};

/** Give the table the roles of a grid, which stay where a narrow screen shows its rows as blocks. */
export const prepare = () => {
  table.setAttribute("role", "grid");
  table.setAttribute("aria-labelledby", "accounts-title");
  table.setAttribute("aria-colcount", heads.length);
  table.tHead.setAttribute("role", "rowgroup");
  table.tHead.rows[0].setAttribute("role", "row");
  for (const head of heads) {
    head.setAttribute("role", "columnheader");
    head.tabIndex = -1;
  }
  table.hidden = false;
};
