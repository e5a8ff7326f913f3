(() => {
  "use strict";
  const table = document.querySelector("table");
  const rows = [...table.tBodies];
  const tools = document.querySelector(".tools");
  const [search, select, shown] = ["input", "select", "output"].map((name) => tools.querySelector(name));
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
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
      for (const other of heads) {
        other.removeAttribute("aria-sort");
      }
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.rows[0].cells[column].textContent.trim();
      const sorted = [...rows].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }) * (up ? 1 : -1));
      table.append(...sorted);
    });
  });
})();
