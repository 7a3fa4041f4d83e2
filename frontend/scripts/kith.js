// Makes plain pages a little nicer. Everything works without it.
"use strict";

const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

// Dress each element once, also when the part of the page it is in is looked through again.
const dressed = new WeakSet();
const dress = (selector, act, root) =>
  each(selector, (element) => dressed.has(element) || (dressed.add(element), act(element)), root);

// What scripts say, each its own words, in the language of the page (server/languages/scripts.py). Other scripts use it, too:
// speech("door")("guests", { num: 2 }). `num` is how many a sentence is about.
const spokenBy = (script) => JSON.parse(document.getElementById(`words-${script}`).textContent);
const { locale } = spokenBy("kith");
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const isolated = (text) =>
  document.documentElement.dir === "rtl" || RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
const written = (value) => (typeof value === "number" ? numbers.format(value) : isolated(String(value)));
const speech = (script) => {
  const { words } = spokenBy(script);
  return (name, values = {}) => {
    const found = words[name];
    const text = typeof found === "string" ? found : (found[plurals.select(values.num)] ?? found.other);
    return text.replace(/%(?:\((\w+)\)s|%)/g, (mark, value) => (value ? written(values[value]) : "%"));
  };
};
const said = speech("kith");

// Tell people who listen to the page what has just happened.
const say = (sentence) => {
  let area = document.getElementById("said");
  if (!area) {
    area = Object.assign(document.createElement("div"), { id: "said", className: "sr-only", role: "status" });
    document.body.append(area);
  }
  area.textContent = sentence;
};

// Copy buttons: <button data-copy="id of the input" hidden>
const copying = (button) => {
  const label = button.querySelector("span");
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const input = document.getElementById(button.dataset.copy);
    input.select();
    await navigator.clipboard.writeText(input.value);
    label.textContent = said("copied");
    say(said("copied"));
    setTimeout(() => (label.textContent = words), 2000);
  });
};

// The device's own way to pass something on: <button data-share="address" data-share-title data-share-text hidden>
const sharing = (button) => {
  const { share: url, shareTitle: title, shareText: text } = button.dataset;
  if (!navigator.canShare?.({ url, title, text })) return;
  button.hidden = false;
  // Whoever changes their mind has the sheet closed; that is no fault.
  button.addEventListener("click", () => navigator.share({ url, title, text }).catch(() => {}));
};

// Print buttons: <button type="button" data-print hidden>
const printing = (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
};

// The reader's own time beside the event's: <time datetime data-local="Europe/Berlin">
const localTime = (time) => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const moment = new Date(time.dateTime);
  const read = (timeZone) =>
    moment.toLocaleString(locale, { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });
  if (!zone || read(zone) === read(time.dataset.local)) return;
  const hint = document.createElement("span");
  hint.className = "soft";
  hint.textContent = ` ${said("for_you", { time: read(zone).replace(",", "") })}`;
  time.append(hint);
};

// <details data-dialog> holds a <dialog>: open it above the page instead of within it.
const dialog = (details) => {
  const box = details.querySelector("dialog");
  details.addEventListener("toggle", () => details.open && !box.open && box.showModal());
  box.addEventListener("close", () => (details.open = false));
  box.addEventListener("click", (event) => event.target === box && box.close());
};

// Menus close when one looks elsewhere.
const closeMenus = (event) =>
  each("details[data-menu][open]", (menu) => {
    const escape = event.key === "Escape";
    if (escape) menu.querySelector("summary").focus();
    if (escape || (event.type !== "keydown" && !menu.contains(event.target))) menu.open = false;
  });

// Show the picture that has just been chosen.
const preview = (input) =>
  input.addEventListener("change", () => {
    const [file] = input.files;
    const before = input.parentElement.querySelector(".preview");
    if (!file || !file.type.startsWith("image/")) return;
    const reader = new FileReader();
    reader.onload = () => {
      const image = before || Object.assign(document.createElement("img"), { className: "preview" });
      Object.assign(image, { src: reader.result, alt: said("chosen_picture") });
      input.before(image);
    };
    reader.readAsDataURL(file);
  });

// Say how much room is left, once it becomes little.
const count = (area) => {
  const room = document.createElement("p");
  room.className = "field-hint";
  area.after(room);
  const tell = () => {
    const left = area.maxLength - area.value.length;
    room.hidden = left > Math.max(40, area.maxLength / 5);
    room.textContent = said("left", { num: left });
  };
  area.addEventListener("input", tell);
  tell();
};

// Offer the browser's own zone where none has been chosen.
const offerZone = (select) => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
};

// Tell the browser's own zone with a form that does not ask for it.
const tellZone = (form) => {
  const value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "zone", value }));
};

// Where tabs are wider than the screen, the one that is open is in sight.
const inSight = (tab) => (tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 60);

// A date or a number half typed is sent as if it were empty: only the browser can see it, so it says so.
const halfTyped = (form) => [...form.elements].find((field) => field.validity?.badInput);

// What is asked before an answer can be sent comes once one is pressed: <form data-answering>, whose .asks are shown by
// data-open, the answer that was pressed. Says whether something came.
const FIELD = "input:not([type=hidden]), select, textarea";
const ask = (form, answer) => {
  const asked = form.querySelector(answer === "declined" ? ".asks-who" : ".asks-coming");
  if (!asked || asked.checkVisibility()) return false;
  const first = form.dataset.open ? asked : form.querySelector(".asks");
  form.dataset.open = answer;
  first.querySelector(FIELD).focus();
  return true;
};
const answering = (form) => {
  form.noValidate = false;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=answer]");
    if (button && ask(form, button.value)) event.preventDefault();
  });
};

// What leads to such a form opens it, too: <a href="#..." data-answers="going">
const leadsToAnswer = (link) =>
  link.addEventListener("click", (event) => {
    const place = document.querySelector(link.hash);
    const form = place?.querySelector("form[data-answering]");
    if (!form || !ask(form, link.dataset.answers)) return;
    event.preventDefault();
    place.scrollIntoView();
  });

// A bar that says in short what stands elsewhere rests while that is in sight: <aside data-rests="id">
const resting = (bar) => {
  const place = document.getElementById(bar.dataset.rests);
  const look = ([seen]) => bar.toggleAttribute("data-resting", seen.isIntersecting);
  if (place) new IntersectionObserver(look).observe(place.querySelector(".answers") ?? place);
};

// One press is enough: a form that is on its way is not sent again.
const sendOnce = (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  const unread = form.noValidate && !event.submitter?.formNoValidate && halfTyped(form);
  if (unread) return event.preventDefault(), unread.reportValidity();
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
};
// What was typed and could not be sent stays in this browser, but not beyond signing out.
const forgetTyped = (event) => {
  if (event.target.getAttribute("action") !== "/sign-out") return;
  try {
    Object.keys(localStorage).filter((name) => name.startsWith("kith.typed:")).forEach((name) => localStorage.removeItem(name));
  } catch {} // A browser that keeps nothing.
};
const sendAgain = () =>
  each("form[data-sent]", (form) => {
    delete form.dataset.sent;
    each("[aria-busy]", (button) => button.removeAttribute("aria-busy"), form);
  });

// Tick all that can be ticked below, or none of it: <div data-ticks hidden><button type="button" data-tick="all">
const ticks = (row) => {
  row.hidden = false;
  row.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tick]");
    if (!button) return;
    each("input[type=checkbox]", (box) => (box.checked = button.dataset.tick === "all"), row.parentElement);
  });
};

// What stands on the bar of tabs stands on it in every language, and with large text.
const measured = (bar) =>
  new ResizeObserver(() => document.documentElement.style.setProperty("--tab-bar", `${bar.offsetHeight}px`)).observe(bar);

const begin = (root) => {
  dress("[data-copy]", copying, root);
  dress("[data-ticks]", ticks, root);
  dress("[data-share]", sharing, root);
  dress("[data-print]", printing, root);
  dress("time[data-local]", localTime, root);
  dress("details[data-dialog]", dialog, root);
  dress("input[data-preview]", preview, root);
  dress("textarea[data-count]", count, root);
  dress('select[data-zone="offer"]', offerZone, root);
  dress("form[data-own-zone]", tellZone, root);
  dress(".tab[aria-current]", inSight, root);
  dress(".tab-bar", measured, root);
  dress("form[data-answering]", answering, root);
  dress("a[data-answers]", leadsToAnswer, root);
  dress("[data-rests]", resting, root);
  root.querySelector("[data-focus]")?.focus();
};

// A door's page opens without a connection in the language in which it was kept: door.js keeps it again.
const leaveLanguage = (event) => {
  if (event.target.matches(".language-menu-list") && navigator.onLine) void self.caches?.delete("door");
};

begin(document);
document.addEventListener("click", closeMenus);
document.addEventListener("focusin", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("submit", sendOnce);
document.addEventListener("submit", forgetTyped);
document.addEventListener("submit", leaveLanguage);
window.addEventListener("pageshow", sendAgain);
// Whoever was on something that is not there any more goes on at the heading, not at the beginning of the page.
let focused;
const atHeading = () => {
  const heading = document.querySelector("main h1");
  if (!heading || focused?.isConnected !== false || document.activeElement !== document.body) return;
  heading.tabIndex = -1;
  heading.focus();
};
document.addEventListener("htmx:before:swap", () => (focused = document.activeElement));

// htmx says so on what it has put into the page.
document.addEventListener("htmx:after:swap", (event) => {
  begin(event.target);
  atHeading();
  sendAgain();
});
