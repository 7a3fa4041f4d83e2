// The page of the morning after, one question after another: each is kept on the way, by the form's own address. What
// the server answers is the page itself, of which the part that is gone on to is taken.
"use strict";

for (const form of document.querySelectorAll("form[data-questions]")) {
  const find = (selector) => form.querySelector(selector);
  const says = speech("morning-after"); // of kith.js
  const said = find("[data-saved]");
  const end = document.querySelector("[data-end]");
  const lead = document.querySelector("[data-lead]");
  const progress = Object.assign(document.createElement("p"), { className: "eyebrow", id: "progress" });
  let here = "";
  let busy = false;
  let dirty = false; // something is ticked or typed that is kept nowhere yet

  // Who was not there is not asked whom they met.
  const skipped = (section, sure) => {
    const answer = find('[name="was_there"]:checked')?.value;
    return section.matches(".if-there") && (sure ? answer !== "yes" : answer === "no");
  };
  const all = () => [...form.querySelectorAll("[data-step]")];
  const steps = (sure = false) => all().filter((section) => section.dataset.step === here || !skipped(section, sure));
  const section = (name) => all().find((each) => each.dataset.step === name);
  const beside = (by) => {
    const names = steps(true);
    return names[names.findIndex((each) => each.dataset.step === here) + by]?.dataset.step;
  };

  const head = (part) => {
    const heading = part.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    (part === end ? part : form).scrollIntoView();
  };

  const show = (name, { focus = true } = {}) => {
    here = section(name) ? name : steps()[0].dataset.step;
    const shown = section(here);
    const names = steps().map((each) => each.dataset.step);
    for (const each of all()) each.hidden = each !== shown;
    progress.textContent = says("question", { place: names.indexOf(here) + 1, all: names.length });
    shown.prepend(progress);
    shown.querySelector("h2").setAttribute("aria-describedby", progress.id);
    const last = names.at(-1) === here;
    find("[data-back]").hidden = names[0] === here;
    find("[data-rest]").hidden = last || names[0] === here;
    find("[data-next]").textContent = says(last ? "done" : "next");
    find("[data-next]").value = last ? "save" : "keep";
    each("[data-first]", names[0] !== here);
    if (lead) lead.hidden = !focus ? false : names[0] !== here;
    form.hidden = false;
    if (end) end.parentElement.hidden = true;
    if (focus) head(shown);
  };
  const each = (selector, hidden) => form.querySelectorAll(selector).forEach((part) => (part.hidden = hidden));

  // The browser's own way back leads to the question before.
  const go = (name) => {
    history.pushState({ question: name }, "");
    show(name);
  };
  window.addEventListener("popstate", ({ state }) => {
    if (state?.question === "end") showEnd();
    else if (state?.question) show(state.question);
  });

  const showEnd = () => {
    form.hidden = true;
    end.parentElement.hidden = false;
  };

  // What the server says of a part of the page takes its place.
  const take = (page, selector, root = form) => {
    const [old, fresh] = [root.querySelector(selector), page.querySelector(selector)];
    if (!old || !fresh) return;
    old.replaceWith(document.adoptNode(fresh));
    hideWhatIsForPlainPages();
    fresh.dispatchEvent(new Event("htmx:after:swap", { bubbles: true })); // kith.js dresses it.
  };
  const hideWhatIsForPlainPages = () => each("[data-whole]", true);

  // Post it all; the page that comes back, or nothing where that did not work.
  let last = Promise.resolve();
  const post = (...said) => (last = last.then(() => send(...said))); // One after another: the newest is kept.
  const send = async (name, value, step) => {
    const body = new URLSearchParams(new FormData(form));
    body.delete("act");
    body.set(name, value);
    body.set("step", step);
    dirty = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.status === 410) return location.reload();
      if (!answer.ok && answer.status !== 422) throw answer;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      said.textContent = answer.ok ? says("saved") : "";
      return { page, kept: answer.ok };
    } catch {
      said.textContent = says("not_saved");
    }
  };

  const mend = (page) => {
    const wrong = page.querySelector("[data-step] .field-error")?.closest("[data-step]")?.dataset.step ?? here;
    take(page, `[data-step="${wrong}"]`);
    show(wrong);
    const error = section(wrong).querySelector(".field-error");
    const field = error?.closest(".field, fieldset")?.querySelector("[aria-invalid], input, textarea, select");
    (field ?? error)?.focus();
  };

  const onwards = async (button) => {
    const name = button.matches("[data-next]") ? beside(1) : here;
    const answer = await post(button.name, button.value, name);
    if (!answer) return;
    if (!answer.kept) return mend(answer.page);
    take(answer.page, `[data-step="${name}"]`);
    if (name === here) show(here);
    else go(name);
  };

  // Enter presses a form's first button, wherever that is; here it goes on, but for who is finding a name.
  const pressed = ({ submitter }) => {
    const meant = submitter && !submitter.closest("[hidden]");
    const finding = document.activeElement === submitter || document.activeElement.matches("[data-find]");
    return meant && (submitter.value !== "find" || finding) ? submitter : find("[data-next]");
  };
  form.addEventListener("submit", async (event) => {
    const button = pressed(event);
    dirty = false;
    if (["save", "dismiss"].includes(button.value)) {
      // The page's end comes as a page.
      if (button === event.submitter) return;
      event.preventDefault();
      return setTimeout(() => form.requestSubmit(button)); // Not while it is being submitted.
    }
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute("aria-busy", "true");
    if (button.name === "act" && button.value === "find") await seek(find("[data-find]").value);
    else await onwards(button);
    button.removeAttribute("aria-busy");
    busy = false;
  });
  find("[data-back]").addEventListener("click", () => {
    const before = beside(-1);
    if (before) go(before);
  });

  // Finding somebody while one types; what is ticked is kept on the way.
  let timer;
  let asked = 0;
  const seek = async (words) => {
    const mine = ++asked;
    const answer = await post("act", "find", here);
    if (!answer || mine !== asked) return;
    if (!answer.kept) return mend(answer.page);
    take(answer.page, "#names");
    const num = form.querySelectorAll('#names [name="met"]').length;
    said.textContent = words ? (num ? says("found", { num }) : says("nobody")) : says("saved");
  };
  form.addEventListener("input", ({ target }) => {
    dirty = true;
    if (!target.matches("[data-find]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => seek(target.value), 300);
  });

  // Who looks elsewhere in the middle of a question finds it again as they left it.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !dirty) return;
    dirty = false;
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "keep");
    body.set("step", here);
    navigator.sendBeacon(form.action, body);
  });

  hideWhatIsForPlainPages();
  find("[data-walk]").hidden = false;
  const wrong = form.querySelector("[data-step] .field-error")?.closest("[data-step]").dataset.step;
  const began = wrong ?? form.dataset.questions;
  history.replaceState({ question: began || "there" }, "");
  show(began === "end" ? "there" : began, { focus: false });
  if (began === "end" && end) {
    const change = document.querySelector("[data-change]");
    change.hidden = false;
    change.querySelector("button").addEventListener("click", () => go("there"));
    showEnd();
  }
}
