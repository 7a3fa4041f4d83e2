// The form of a gathering: its picture as soon as it is chosen, the point of it that stays in view, and what is typed
// kept while one types: by the server, for its writer alone, or in this browser while the server cannot be reached.
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

const says = speech("event-form"); // of kith.js
const SOON = 1500; // milliseconds after the last word
const AGAIN = 10_000; // after a try that failed
const PATIENCE = 15_000;
const ITS_OWN = ["tab", "unfinished", "version", "ref"]; // what a page says of itself

for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-kept]");
  const here = `kith.typed:${form.dataset.me}:${form.dataset.address}`;
  const address = (unfinished) => {
    const there = new URL(form.dataset.address, location);
    if (unfinished) there.searchParams.set("unfinished", unfinished);
    return there.pathname + there.search;
  };
  let dirty = false; // something is typed that is kept nowhere yet
  let failed = ""; // why the last try did not work: "signed out", "unreachable", "refused"
  let saving = null;
  let timer;
  let sentFile;

  const clock = () => new Date().toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  const tell = (words, link) => {
    if (said.dataset.words === words) return;
    said.dataset.words = words;
    said.textContent = words;
    if (link) said.append(" ", link);
  };

  // In this browser

  const holdHere = () => {
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !ITS_OWN.includes(name));
    try {
      localStorage.setItem(here, JSON.stringify({ at: clock(), unfinished: form.elements.unfinished.value, fields }));
    } catch {} // A browser that keeps nothing.
  };
  const dropHere = () => {
    try {
      localStorage.removeItem(here);
    } catch {}
  };
  const isTicked = (field, fields) => fields.some(([name, value]) => name === field.name && value === field.value);
  const bringBack = () => {
    let held;
    try {
      held = JSON.parse(localStorage.getItem(here));
    } catch {}
    if (!held) return;
    if (held.unfinished && held.unfinished !== form.elements.unfinished.value) {
      // It goes on from what the server has of it. Asked once: it may be finished.
      localStorage.setItem(here, JSON.stringify({ ...held, unfinished: "" }));
      return location.replace(address(held.unfinished));
    }
    const typed = new Map(held.fields);
    for (const field of form.elements) {
      if (!field.name || ITS_OWN.includes(field.name) || ["file", "submit", "button"].includes(field.type)) continue;
      if (["checkbox", "radio"].includes(field.type)) field.checked = isTicked(field, held.fields);
      else if (typed.has(field.name)) field.value = typed.get(field.name);
    }
    tell(says("back", { time: held.at }));
    changed();
  };

  // By the server

  const what = () => {
    const body = new FormData(form);
    const [file] = form.elements.picture.files;
    if (!file || file === sentFile) body.delete("picture");
    return [body, file];
  };
  const send = async () => {
    const [body, file] = what();
    const answer = await fetch(form.dataset.keep, {
      method: "POST",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(file && file !== sentFile ? PATIENCE * 8 : PATIENCE),
      body,
    });
    if (answer.status === 401) throw new Error("signed out");
    if (!answer.ok) throw new Error("refused");
    const kept = await answer.json();
    for (const name of ["unfinished", "version", "kept"]) form.elements[name].value = kept[name];
    if (file) sentFile = file;
    const refused = form.querySelector("[data-refused]");
    refused.textContent = kept.refused;
    refused.hidden = !kept.refused;
    history.replaceState(history.state, "", address(kept.unfinished));
    dropHere();
    tell(kept.unfinished ? says("saved", { time: clock() }) : "");
  };
  const save = () => {
    clearTimeout(timer);
    if (saving) return saving;
    dirty = false;
    failed = "";
    saving = send()
      .catch((error) => {
        dirty = true;
        failed = ["signed out", "refused"].includes(error.message) ? error.message : "unreachable";
        holdHere();
        explain();
        timer = setTimeout(save, AGAIN);
      })
      .finally(() => {
        saving = null;
        if (dirty && !failed) timer = setTimeout(save, SOON);
      });
    return saving;
  };
  const explain = () => {
    if (failed === "signed out") {
      const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: says("sign_in") });
      return tell(says("signed_out"), link);
    }
    tell(says(failed));
  };
  const changed = () => {
    dirty = true;
    if (saving) return;
    clearTimeout(timer);
    timer = setTimeout(save, SOON);
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => document.hidden && dirty && save());
  window.addEventListener("pagehide", () => {
    if (!dirty) return;
    if (failed || !navigator.sendBeacon(form.dataset.keep, what()[0])) holdHere();
  });
  window.addEventListener("pageshow", () => (form.elements.picture.disabled = false));
  window.addEventListener("online", () => dirty && save());

  // What is sent is kept before: if it does not arrive, or one has been signed out meanwhile, nothing is lost.
  let leaving = false;
  let pressed = false;
  form.addEventListener("submit", async (event) => {
    if (leaving || (!saving && !dirty && !pressed)) return;
    event.preventDefault();
    // Whoever presses something else meanwhile sends no second form.
    if (pressed) return;
    pressed = true;
    event.submitter?.setAttribute("aria-busy", "true");
    if (saving) await saving;
    if (dirty) await save();
    event.submitter?.removeAttribute("aria-busy");
    pressed = false;
    if (failed && failed !== "refused") return said.scrollIntoView({ block: "nearest" });
    leaving = true;
    clearTimeout(timer);
    dirty = false;
    // The picture is there already.
    form.elements.picture.disabled = Boolean(form.elements.picture.files[0]) && form.elements.picture.files[0] === sentFile;
    form.requestSubmit(event.submitter);
    leaving = false;
  });

  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("kith.typed:") && !name.startsWith(`kith.typed:${form.dataset.me}:`)) localStorage.removeItem(name);
    }
  } catch {}
  bringBack();
}
