// What is chosen is in the address, after the #, so that a view can be sent: #verdict=non_compliant&sort=name
const NAMES = ["q", "verdict", "control", "group", "code", "sort", "page", "open"];
const listeners = [];

export const chosen = () => {
  const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? ""]));
};

const written = (choice) => {
  const given = new URLSearchParams(Object.entries(choice).filter(([, value]) => value));
  return `#${given}`;
};

/** Change a part of what is chosen. Where it is another set of accounts, it begins with its first page. */
export const choose = (changes) => {
  const stays = "page" in changes || "open" in changes;
  history.replaceState(null, "", written({ ...chosen(), ...(stays ? {} : { page: "", open: "" }), ...changes }));
  for (const listener of listeners) {
    listener();
  }
};

export const onChoice = (listener) => {
  listeners.push(listener);
  addEventListener("hashchange", listener);
};
