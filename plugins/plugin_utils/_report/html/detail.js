// What is shown below an account's row: one of its controls, or the account where it was not read.
import { columns } from "./choice.js";
import { detailOf, markOf } from "./data.js";

/** Make an element. What is a string becomes text, so that no name of an account is ever read as HTML. */
export const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== ""));
  return element;
};

const spaced = (name) => name.replaceAll("_", " ");

const settings = (read) =>
  Object.entries(read)
    .filter(([, value]) => value !== null && value !== "" && JSON.stringify(value).length > 2)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");

const resource = (link) =>
  link.url
    ? make("a", { href: link.url, rel: "noreferrer", target: "_blank" }, link.resource || "console")
    : (link.resource ?? "");

const linkRow = (link) => {
  const found = make("td", {}, link.code === "OK" ? "" : make("code", {}, link.code), ` ${link.detail ?? ""}`);
  if (link.evidence) {
    const read = make("pre", { tabindex: "0" }, link.evidence.map(settings).join("\n\n"));
    found.append(make("details", {}, make("summary", {}, "What was read"), read));
  }
  const mark = make("i", { class: `mark ${link.status}` }, link.status);
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, spaced(link.link)),
    make("td", {}, mark),
    make("td", {}, resource(link)),
    found,
  );
};

const pathTable = (links) => {
  const heads = ["Link", "Status", "Resource", "What was found"].map((text) => make("th", { scope: "col" }, text));
  const rows = links.map(linkRow);
  return make("table", { class: "links" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
};

const list = (title, items) =>
  items?.length ? [make("h4", {}, title), make("ul", {}, ...items.map((item) => make("li", {}, item)))] : [];

const standardSaid = ([status, why, names]) => `${names.join(", ")}: ${spaced(status)}${why ? `. ${why}` : ""}`;
const auditorSaid = (one) => `${one.auditor} would report ${one.verdict}: ${one.why}`;
const drillSaid = (one) =>
  `${one.depth}: ${spaced(one.outcome)}, ${one.when}. ${one.summary}${one.seen ? ` Seen after the start: ${one.seen}.` : ""}`;

const controlParts = (detail) => [
  make("p", {}, detail.reason ?? ""),
  detail.fix ? make("p", {}, make("b", {}, "Fix: "), detail.fix) : "",
  pathTable(detail.links),
  ...list("Standards that it would not pass", detail.standards?.map(standardSaid)),
  ...list("Auditors that differ", detail.auditors?.map(auditorSaid)),
  ...list("Notes", detail.notes),
];

const unreadParts = (about) => [
  make("p", {}, about.reason ?? "The details are in report.json."),
  about.fix ? make("p", {}, make("b", {}, "Fix: "), about.fix) : "",
];

/** The contents of the row below an account's row, with the control in a column. */
export const detailParts = (account, column, isMatrix) => {
  const detail = detailOf(account, isMatrix ? column : 0);
  const head = isMatrix && column >= 0 ? `${columns[column].number} ${columns[column].name}` : "";
  const said = isMatrix && column >= 0 ? markOf(account.marks[column]).words : spaced(account.outcome);
  return [
    make("h3", { tabindex: "-1" }, `${account.name}${head ? ` · ${head}` : ""} `, make("small", {}, said)),
    ...(detail ? controlParts(detail) : unreadParts(account.about)),
    ...list("Last drills", account.about.drills?.map(drillSaid)),
    account.about.read_at
      ? make("p", { class: "note" }, `Account ${account.id}, ${account.region}, read at ${account.about.read_at}`)
      : "",
  ];
};
