(() => {
  "use strict";
  const table = document.querySelector("#accounts");
  const rows = [...table.tBodies];
  const tools = document.querySelector(".tools");
  const [search, verdict, shown] = ["input", "select", "output"].map((name) => tools.querySelector(name));
  const control = tools.elements.control;
  const letters = {
    compliant: "PW",
    covered_elsewhere: "E",
    declared: "D",
    accepted: "A",
    non_compliant: "F",
    unknown: "U",
    unreachable: "–",
  };
  const texts = new Map();
  const text = (row) => {
    if (!texts.has(row)) {
      texts.set(row, row.textContent.toLowerCase());
    }
    return texts.get(row);
  };
  const isChosen = (row) => {
    if (!control?.value || !verdict.value) {
      return !verdict.value || row.className === verdict.value;
    }
    return letters[verdict.value].includes(row.rows[0].cells[control.value].textContent.trim()[0]);
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = isChosen(row) && words.every((word) => text(row).includes(word));
      row.hidden = !fits;
      count += fits;
    }
    shown.value = count === rows.length ? "" : `${count} of ${rows.length} accounts`;
  };
  search.addEventListener("input", filter);
  for (const select of tools.querySelectorAll("select")) {
    select.addEventListener("change", filter);
  }
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.hidden = false;
  const order = new Intl.Collator("en", { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) {
        other.removeAttribute("aria-sort");
      }
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const keys = new Map(rows.map((row) => [row, row.rows[0].cells[column].textContent.trim()]));
      const sorted = [...rows].sort((a, b) => order.compare(keys.get(a), keys.get(b)) * (up ? 1 : -1));
      table.append(...sorted);
    });
  });
})();
