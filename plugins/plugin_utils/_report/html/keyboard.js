// The table as a grid: one stop of the Tab key, and arrow keys within it. Enter opens a cell, or sorts by a head.
import { choose, chosen } from "./address.js";
import { columns } from "./choice.js";

const grid = document.querySelector("#grid");
const isShown = (element) => element.getClientRects().length > 0;
const cellsOf = (row) => [...row.cells].filter(isShown);
const rowsOf = () => [...grid.rows].filter((row) => !row.classList.contains("detail") && isShown(row));

/** Move the focus, and the one stop of the Tab key with it. */
export const focusOn = (cell) => {
  for (const other of grid.querySelectorAll('th[tabindex="0"], td[tabindex="0"]')) {
    other.tabIndex = -1;
  }
  cell.tabIndex = 0;
  cell.focus();
};

const MOVES = {
  ArrowUp: (row, column) => [row - 1, column],
  ArrowDown: (row, column) => [row + 1, column],
  ArrowLeft: (row, column) => [row, column - 1],
  ArrowRight: (row, column) => [row, column + 1],
  PageUp: (row, column) => [row - 10, column],
  PageDown: (row, column) => [row + 10, column],
  Home: (row) => [row, 0],
  End: (row) => [row, Number.POSITIVE_INFINITY],
};

const within = (place, length) => Math.max(0, Math.min(place, length - 1));

const move = (event, cell) => {
  const rows = rowsOf();
  const start = [rows.indexOf(cell.parentElement), cellsOf(cell.parentElement).indexOf(cell)];
  const [row, column] = MOVES[event.key](...start);
  const ends = { Home: 0, End: rows.length - 1 };
  const target = event.ctrlKey && event.key in ends ? ends[event.key] : row;
  const cells = cellsOf(rows[within(target, rows.length)]);
  event.preventDefault();
  focusOn(cells[within(column, cells.length)]);
};

const sortBy = (head) => {
  const key = head.dataset.sort;
  choose({ sort: chosen().sort === key ? `-${key}` : key });
};

/** What the address calls a cell. */
const keyOf = (cell) => `${cell.parentElement.dataset.name}/${columns[cell.dataset.column]?.key ?? ""}`;

const rowAt = (name) => [...grid.rows].find((row) => row.dataset.name === name);

const open = (cell) => {
  const [name, place, isOpen] = [cell.parentElement.dataset.name, cell.cellIndex, chosen().open === keyOf(cell)];
  choose({ open: isOpen ? "" : keyOf(cell) });
  const again = rowAt(name).cells[place];
  focusOn(again);
  if (!isOpen) {
    again.parentElement.nextElementSibling.querySelector("h3").scrollIntoView({ block: "nearest" });
  }
};

const activate = (cell) => (cell.dataset.sort ? sortBy(cell) : open(cell));

const close = () => {
  const [name] = chosen().open.split(/\/[^/]*$/);
  const column = grid.querySelector('[aria-expanded="true"]')?.cellIndex ?? 0;
  choose({ open: "" });
  const row = rowAt(name);
  if (row) {
    focusOn(row.cells[column]);
  }
};

const isOfGrid = (element) => element.closest("#grid") && !element.closest("tr.detail");

const onKey = (event) => {
  if (event.key === "Escape" && chosen().open) {
    close();
  } else if (isOfGrid(event.target) && event.target.matches("th, td")) {
    if (event.key in MOVES) {
      move(event, event.target);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      activate(event.target);
    }
  }
};

/** Give the Tab key its stop where there is none: at the first cell that is shown. */
export const keepStop = () => {
  const stop = grid.querySelector('th[tabindex="0"], td[tabindex="0"]');
  if (!stop || !isShown(stop)) {
    stop?.setAttribute("tabindex", "-1");
    const [row] = rowsOf();
    row && cellsOf(row)[0].setAttribute("tabindex", "0");
  }
};

/** Listen to keys and clicks of the table. */
export const listen = () => {
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("th, td");
    if (cell && isOfGrid(cell)) {
      activate(cell);
    }
  });
};
