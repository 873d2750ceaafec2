"use strict";
(() => {
  // A table sorts by the column whose button is pressed; pressed again, the other way round.
  const value = (cell) => {
    const key = cell.dataset.key;
    return key === undefined ? cell.textContent.trim() : Number(key);
  };
  const compare = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
        rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
  // On a narrow screen the contents are closed, so that what matters stands at the top.
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 40rem)").matches) contents.open = false;
  // One button folds and unfolds everything; without folds, or without script, it stays hidden.
  const folds = [...document.querySelectorAll("details.fold")];
  const button = document.getElementById("unfold");
  if (button && folds.length) {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      folds.forEach((fold) => { fold.open = open; });
      button.setAttribute("aria-pressed", String(open));
    });
  }
})();
