"use strict";
(() => {
  const pictures = [...document.querySelectorAll(".picture")];
  const all = pictures.flatMap((picture) => [...picture.querySelectorAll(".box")]);
  // A box shows what it rests on and leads to.
  for (const picture of pictures) {
    const boxes = [...picture.querySelectorAll(".box")];
    const arrows = [...picture.querySelectorAll(".arrow")];
    boxes.forEach((box, number) => {
      const near = (on) => arrows.forEach((arrow) => {
        const ends = [arrow.dataset.from, arrow.dataset.to];
        arrow.classList.toggle("near", on && ends.includes(String(number)));
      });
      for (const name of ["mouseenter", "focus"]) box.addEventListener(name, () => near(true));
      for (const name of ["mouseleave", "blur"]) box.addEventListener(name, () => near(false));
    });
  }
  // What is searched is what the catalogue says of a rule; what has nothing of it is put away.
  const texts = all.map((box) => {
    const entry = document.getElementById(box.getAttribute("href").slice(1));
    const more = entry && !entry.matches(".picture") ? entry.textContent : "";
    return `${box.getAttribute("aria-label")} ${more}`.toLowerCase();
  });
  const rules = (boxes) =>
    new Set(boxes.map((box) => box.getAttribute("href")).filter((to) => to.startsWith("#rule-"))).size;
  for (const controls of document.querySelectorAll(".picture .controls")) {
    const search = controls.querySelector("input");
    controls.hidden = false;
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = all.filter((box, number) => {
        const hit = words.length > 0 && words.every((word) => texts[number].includes(word));
        box.classList.toggle("found", hit);
        return hit;
      });
      for (const picture of pictures) {
        picture.querySelector("svg").classList.toggle("searched", words.length > 0);
        const away = words.length > 0 && !picture.querySelector(".found");
        if (picture.matches("details")) picture.hidden = away;
      }
      controls.querySelector("output").textContent =
        words.length ? `${rules(found)} of ${rules(all)} rules` : "";
    });
  }
  // A link to what is folded away opens it.
  const arrive = () => {
    const to = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let one = to; one; one = one.parentElement) if (one.matches("details")) one.open = true;
    if (to) to.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", arrive);
  arrive();
})();
