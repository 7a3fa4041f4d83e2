// The form of a gathering: its picture as soon as it is chosen, and the point of it that stays in view.
"use strict";

for (const box of document.querySelectorAll("[data-picture-form]")) {
  const find = (selector) => box.querySelector(selector);
  const [file, across, down] = ["picture", "picture_x", "picture_y"].map((name) => find(`[name=${name}]`));
  const [panel, whole, mark] = ["point", "whole", "mark"].map((name) => find(`[data-${name}]`));

  const point = () => {
    const at = [`${across.value}%`, `${down.value}%`];
    [mark.style.left, mark.style.top] = at;
    for (const cut of box.querySelectorAll("[data-cut]")) cut.style.objectPosition = at.join(" ");
  };

  const pointAt = (event) => {
    const frame = whole.getBoundingClientRect();
    const share = (at, from, length) => Math.round(Math.min(1, Math.max(0, (at - from) / length)) * 10) * 10;
    across.value = share(event.clientX, frame.left, frame.width);
    down.value = share(event.clientY, frame.top, frame.height);
    across.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const show = () => {
    const [chosen] = file.files;
    if (!chosen?.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.onload = () => {
      for (const image of box.querySelectorAll("[data-shown], [data-cut]")) image.src = reader.result;
      across.value = down.value = 50;
      panel.hidden = false;
      point();
    };
    reader.readAsDataURL(chosen);
  };

  file.addEventListener("change", show);
  box.addEventListener("input", point);
  whole.style.cursor = "crosshair";
  whole.addEventListener("click", pointAt);
}
