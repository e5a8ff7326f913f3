// Which accounts are shown, and in which order.
import { chosen } from "./address.js";
import { accounts, groupNumber, markOf, outcomes } from "./data.js";

export const columns = [...document.querySelectorAll("#grid th.column")].map((head) => ({
  key: head.dataset.sort,
  name: head.dataset.name,
  number: head.dataset.number,
}));
const ORDER = ["fail", "unknown", "none", "warn", "elsewhere", "declared", "accepted", "pass"];
const STATUSES = {
  compliant: ["pass", "warn"],
  non_compliant: ["fail"],
  covered_elsewhere: ["elsewhere"],
  unreachable: ["none"],
};
const collator = new Intl.Collator("en", { numeric: true });
export const isMatrix = document.querySelector("#grid").classList.contains("matrix");
const columnOf = (key) => columns.findIndex((column) => column.key === key);
const byName = [...accounts].sort((a, b) => collator.compare(a.name, b.name));
const inUse = [...new Set(accounts.flatMap((account) => account.codes))].sort();
byName.forEach((account, rank) => {
  account.rank = rank;
  account.codeRank = account.codes.length ? inUse.indexOf(account.codes[0]) : inUse.length;
});

const hasVerdict = (choice) => {
  const column = isMatrix ? columnOf(choice.control) : -1;
  if (!choice.verdict || column < 0) {
    return (account) => !choice.verdict || account.outcome === choice.verdict;
  }
  const wanted = STATUSES[choice.verdict] ?? [choice.verdict];
  return (account) => wanted.includes(markOf(account.marks[column]).status);
};

const fits = (choice) => {
  const words = choice.q.toLowerCase().split(/\s+/).filter(Boolean);
  const group = choice.group && groupNumber(choice.group);
  const verdict = hasVerdict(choice);
  return (account) =>
    verdict(account) &&
    (!choice.code || account.codes.includes(choice.code)) &&
    (choice.group === "" || account.groups.includes(group)) &&
    words.every((word) => account.found.includes(word));
};

const rankOf = {
  name: (account) => account.rank,
  verdict: (account) => outcomes.indexOf(account.outcome) * 1000 + account.passing,
  passing: (account) => account.passing,
  code: (account) => account.codeRank,
};

const sortKey = (name) => {
  const column = columnOf(name);
  return (
    rankOf[name] ?? (column < 0 ? rankOf.verdict : (account) => ORDER.indexOf(markOf(account.marks[column]).status))
  );
};

/** The accounts that are chosen, in order: failures first unless another order is chosen, and by name among equals. */
export const choice = () => {
  const its = chosen();
  const sign = its.sort.startsWith("-") ? -1 : 1;
  const key = sortKey(its.sort.replace(/^-/, "") || "verdict");
  const found = byName.filter(fits(its)).map((account) => [sign * key(account), account]);
  return found.sort(([a], [b]) => a - b).map(([, account]) => account);
};
