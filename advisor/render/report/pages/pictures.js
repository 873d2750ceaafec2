"use strict";
(() => {
  for (const figure of document.querySelectorAll("figure.picture")) {
    const svg = figure.querySelector("svg");
    const viewport = figure.querySelector(".viewport");
    const search = figure.querySelector("input");
    const said = figure.querySelector("output");
    const boxes = [...svg.querySelectorAll(".box")];
    const arrows = [...svg.querySelectorAll(".arrow")];
    const [left, top, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const whole = { x: left, y: top, w: width, h: height };
    const closest = Math.min(1, 320 / width);
    let view = { ...whole };
    const show = (next) => {
      const w = Math.min(width, Math.max(width * closest, next.w));
      const h = (w * height) / width;
      const x = Math.min(left + width - w, Math.max(left, next.x));
      const y = Math.min(top + height - h, Math.max(top, next.y));
      view = { x, y, w, h };
      svg.setAttribute("viewBox", [x, y, w, h].map((one) => one.toFixed(1)).join(" "));
    };
    const around = (x, y, w) => show({ x: x - w / 2, y: y - (w * height) / width / 2, w });
    const zoom = (by) => around(view.x + view.w / 2, view.y + view.h / 2, view.w / by);
    const move = (right, down) =>
      show({ ...view, x: view.x + right * view.w * 0.15, y: view.y + down * view.h * 0.15 });
    const middle = (box) => {
      const at = box.querySelector("rect").getBBox();
      return [at.x + at.width / 2, at.y + at.height / 2];
    };
    const inside = ([x, y]) =>
      x > view.x && x < view.x + view.w && y > view.y && y < view.y + view.h;
    figure.querySelector(".controls").hidden = false;
    const presses = { in: () => zoom(1.5), out: () => zoom(1 / 1.5), all: () => show(whole) };
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", presses[button.dataset.zoom]);
    }
    const keys = {
      "+": presses.in, "=": presses.in, "-": presses.out, 0: presses.all,
      ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0),
      ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
    };
    viewport.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      if (event.key.startsWith("Arrow") && view.w >= width) return;
      event.preventDefault();
      keys[event.key]();
    });
    // What is searched is what the catalogue says of a rule.
    const texts = boxes.map((box) => {
      const entry = document.getElementById(box.getAttribute("href").slice(1));
      return `${box.getAttribute("aria-label")} ${entry ? entry.textContent : ""}`.toLowerCase();
    });
    const find = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = boxes.filter((box, number) => {
        const hit = words.length > 0 && words.every((word) => texts[number].includes(word));
        box.classList.toggle("found", hit);
        return hit;
      });
      svg.classList.toggle("searched", words.length > 0);
      said.textContent = words.length ? `${found.length} of ${boxes.length} rules` : "";
      return found;
    };
    let next = 0;
    search.addEventListener("input", () => { next = 0; find(); });
    search.addEventListener("keydown", (event) => {
      const found = event.key === "Enter" ? find() : [];
      if (!found.length) return;
      const at = next++ % found.length;
      around(...middle(found[at]), Math.min(view.w, width / 2.5));
      said.textContent = `${at + 1} of ${found.length} rules: ${found[at].id.replace("box-", "")}`;
    });
    // A box shows what it rests on and leads to, and comes into view when it is reached by key.
    const near = (box, on) =>
      arrows.forEach((arrow) => {
        const hit = on && (arrow.dataset.from === box.id || arrow.dataset.to === box.id);
        arrow.classList.toggle("near", hit);
      });
    for (const box of boxes) {
      box.addEventListener("mouseenter", () => near(box, true));
      box.addEventListener("mouseleave", () => near(box, false));
      box.addEventListener("blur", () => near(box, false));
      box.addEventListener("focus", () => {
        near(box, true);
        if (!inside(middle(box))) around(...middle(box), view.w);
      });
      box.addEventListener("dragstart", (event) => event.preventDefault());
    }
    const arrive = () => {
      const box = boxes.find((one) => `#${one.id}` === location.hash);
      if (box) around(...middle(box), Math.min(view.w, width / 2));
    };
    addEventListener("hashchange", arrive);
    arrive();
    addEventListener("beforeprint", () => show(whole));
    // A drag moves the picture, unless it ends where it began: that is a click.
    let from = null;
    let dragged = false;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, view };
      dragged = false;
    });
    addEventListener("pointermove", (event) => {
      if (!from || !event.buttons) return;
      const scale = view.w / svg.clientWidth;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      dragged ||= Math.hypot(x, y) > 4;
      svg.classList.toggle("moving", dragged);
      if (dragged) show({ ...view, x: from.view.x - x * scale, y: from.view.y - y * scale });
    });
    addEventListener("pointerup", () => { from = null; svg.classList.remove("moving"); });
    svg.addEventListener("click", (event) => { if (dragged) event.preventDefault(); }, true);
  }
})();
