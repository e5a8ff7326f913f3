// Draws the table of accounts as the address has it, and keeps what is chosen in the address.
import { choose, chosen, onChoice } from "./address.js";
import { choice } from "./choice.js";
import { accounts } from "./data.js";
import { make } from "./detail.js";
import { keepStop, listen } from "./keyboard.js";
import { draw, prepare } from "./rows.js";

const PER_PAGE = 100;
const MOST_IN_PRINT = 500;
const tools = document.querySelector(".tools");
const pager = document.querySelector(".pager");

const markCards = (its) => {
  for (const card of document.querySelectorAll(".card")) {
    const isChosen = card.dataset.verdict === its.verdict && !its.control;
    card.toggleAttribute("aria-current", isChosen);
    card.setAttribute("href", isChosen ? "#verdict=" : `#verdict=${card.dataset.verdict}`);
  }
};

const fillTools = (its, count) => {
  for (const element of tools.elements) {
    if (element.name && document.activeElement !== element) {
      element.value = its[element.name];
    }
  }
  tools.querySelector("output").value = count === accounts.length ? "" : `${count} of ${accounts.length} accounts`;
};

const pageButton = (text, page, isPossible) => {
  const button = make("button", { type: "button" }, text);
  button.disabled = !isPossible;
  button.addEventListener("click", () => choose({ page: String(page + 1), open: "" }));
  return button;
};

const drawPager = (page, last, count) => {
  pager.hidden = last === 0;
  const range = ` ${page * PER_PAGE + 1}–${Math.min(count, (page + 1) * PER_PAGE)} of ${count} `;
  pager.replaceChildren(pageButton("Previous", page - 1, page > 0), range, pageButton("Next", page + 1, page < last));
};

const show = () => {
  const its = chosen();
  const found = choice();
  const last = Math.max(0, Math.ceil(found.length / PER_PAGE) - 1);
  const page = Math.min(Math.max(0, (Number.parseInt(its.page, 10) || 1) - 1), last);
  draw(found, page * PER_PAGE, PER_PAGE);
  keepStop();
  drawPager(page, last, found.length);
  markCards(its);
  fillTools(its, found.length);
};

/** On paper there is no next page to choose. */
const showForPrint = () => {
  draw(choice(), 0, MOST_IN_PRINT);
  for (const details of document.querySelectorAll("details")) {
    details.open = true;
  }
};

const addCopyButton = (command) => {
  const text = command.querySelector("code").textContent;
  const button = make("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  command.append(button);
};

/** A link to a choice leads to the table. */
const follow = (event) => {
  if (event.target.closest?.('a[href^="#"][href*="="]')) {
    document.querySelector("#accounts").scrollIntoView();
  }
};

prepare();
listen();
onChoice(show);
tools.hidden = false;
document.querySelector(".legend").hidden = false;
tools.addEventListener("input", (event) => choose({ [event.target.name]: event.target.value }));
tools.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", showForPrint);
addEventListener("afterprint", show);
addEventListener("click", follow);
if (navigator.clipboard) {
  document.querySelectorAll(".command").forEach(addCopyButton);
}
show();
