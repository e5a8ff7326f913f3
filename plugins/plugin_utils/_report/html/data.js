// The accounts, as page_data.py wrote them: an account is a list, which this gives names.
const data = JSON.parse(document.querySelector("#data").textContent);
const OWN = { "\ue000": "id", "\ue001": "region" };

const account = (cells) => {
  const [name, id, region, outcome, marks, passing, places, groups, details, about] = cells;
  const codes = places.map((place) => data.codes[place]);
  const found = `${name} ${id} ${region} ${outcome.replaceAll("_", " ")} ${codes.join(" ")}`.toLowerCase();
  return { name, id, region, outcome, marks, passing, codes, groups, details, about, found };
};

export const accounts = data.accounts.map(account);
export const outcomes = data.outcomes;
export const groupNumber = (name) => data.groups.indexOf(name);

const marks = Object.fromEntries(
  Object.entries(data.marks).map(([letter, [status, words]]) => [letter, { status, words }]),
);

/** A status and the words for it, of a letter. */
export const markOf = (letter) => marks[letter];

/** The details of an account's control, with the account's own id and region in all texts. */
export const detailOf = (account, column) => {
  const detail = data.details[account.details[column]];
  if (!detail) {
    return null;
  }
  const whole = { ...detail, links: detail.links.map((place) => data.links[place]) };
  const text = JSON.stringify(whole).replace(/[\ue000\ue001]/g, (mark) => account[OWN[mark]]);
  return JSON.parse(text);
};
