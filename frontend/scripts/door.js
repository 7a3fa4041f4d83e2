// The list at the door, without waiting and without a connection: names are kept here while the page is open, marks
// until they are sent. Other helpers' marks come every few seconds. The page works without this script, too.
const page = document.querySelector("[data-door]");
const find = (name) => page.querySelector(`[data-${name}]`);

const SHOWN = 50; // rows
const EVERY = 3_000; // milliseconds between two looks, and
const EVERY_HIDDEN = 20_000; // while nobody sees the page
const HEAL_AFTER = 20_000; // between two loadings of the whole list
const ONE_PRESS = 700; // A second tap within this is the first one, trembling.
const headers = { accept: "application/json" };
const says = speech("door"); // of kith.js
const EARLY = Number(page.dataset.early) * 1_000; // So long before the start one is asked first.

// What is kept on this phone

// Marks are kept by the link, which in a series is the same at each gathering: what could not be sent goes with the next.
const DOOR = page.dataset.door;
const keyOf = (name) => `door ${name === "marks" ? page.dataset.link : DOOR} ${name}`;
const inMemory = {};
const keep = (name, value) => {
  inMemory[name] = value;
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(value));
  } catch {
    // A phone that keeps nothing (a private window, a full one): then it is kept while the page is open.
  }
};
const kept = (name, otherwise) => {
  try {
    const found = localStorage.getItem(keyOf(name));
    if (found !== null) return JSON.parse(found);
  } catch {
    // The same.
  }
  return inMemory[name] ?? otherwise;
};
let marks = kept("marks", []);
// Read again before it is written: the page may be open twice on this phone.
const keepMarks = (change) => keep("marks", (marks = change(kept("marks", []))));
addEventListener("storage", () => (marks = kept("marks", [])));
const isOfThisDoor = (mark) => (mark.door ?? DOOR) === DOOR;

// What is known

const people = new Map();
const walkIns = new Map();
let counts = {};
let since = "";
let skew = kept("skew", 0); // How far this phone's clock is behind the server's, in milliseconds.
let loadedAt = 0;
let connected = true;
let ended = false;
let starts = { at: page.dataset.starts }; // and, once the server has said it, `said`: in words

// As `fold` and `findable` of the database: the same names are found with and without a connection.
const SPELT = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ŧ: "t", ŋ: "n", ı: "i", ς: "σ" };
const MARKS = /[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]/g;
const UNSPACED = /[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/gu;
const JOINERS = /(?<=[\p{L}\p{N}])['’ʼ‘`´‐‑-]+(?=[\p{L}\p{N}])/gu;
const fold = (words) =>
  words.normalize("NFKD").replace(MARKS, "").normalize("NFKC").toLowerCase()
    .replace(/[ßæœøłđðþħŧŋıς]/g, (letter) => SPELT[letter])
    .replace(UNSPACED, " $& ").replace(/[^\p{Alphabetic}\p{Nd}]+/gu, " ").trim();
const findable = (words) => `${fold(words)} ${fold(words.replace(JOINERS, ""))}`;
const now = () => new Date(Date.now() + skew);
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: page.dataset.zone });
const time = (moment) => clock.format(new Date(moment));
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(15)), (byte) => byte.toString(36).padStart(2, "0")).join("");
const called = (person) => person.name || says("nameless");

let byName = []; // everybody, those who are expected first

const know = (person) => {
  person.folded = findable(`${person.name} ${(person.guest_names ?? []).join(" ")}`);
  people.set(person.id, person);
};
const sort = () => {
  byName = [...people.values()];
  const order = (person) => person.order ?? person.folded;
  byName.sort((one, other) => Boolean(one.answer) - Boolean(other.answer) || (order(one) < order(other) ? -1 : 1));
};

const takeIn = (facts, whole) => {
  if (whole) {
    people.clear();
    walkIns.clear();
    loadedAt = Date.now();
  }
  facts.people.forEach(know);
  if (facts.people.length) sort();
  facts.walk_ins.forEach((one) => walkIns.set(one.key, one));
  ({ counts, since } = facts);
  starts = facts.starts ?? starts;
  skew = new Date(facts.now) - Date.now();
  keep("skew", skew);
};

// What this phone has pressed and the server does not know yet counts here already.
const arrival = (person) => {
  const mine = marks.findLast((mark) => mark.rsvp === person.id);
  if (!mine) return person.here;
  return mine.act === "here" ? { ...(person.here ?? { at: mine.at }), guests: mine.guests } : undefined;
};
const chairs = (here) => (here ? 1 + here.guests : 0);
const shownCounts = () => {
  const waiting = [...new Set(marks.map((mark) => mark.rsvp))].map((id) => people.get(id)).filter(Boolean);
  const more = waiting.reduce((sum, person) => sum + chairs(arrival(person)) - chairs(person.here), 0);
  const own = marks.filter((mark) => mark.act === "walk-in" && isOfThisDoor(mark)).reduce((sum, mark) => sum + 1 + mark.guests, 0);
  return { ...counts, here: counts.here + more, walked_in: counts.walked_in + own };
};

// Showing

const template = find("row").content.firstElementChild;
const list = find("list");
const field = find("search").querySelector("input");
const rows = new Map(); // id -> {element, looks}

const listed = new Intl.ListFormat(locale, { type: "unit", style: "short" });
const signed = new Intl.NumberFormat(locale, { signDisplay: "always" });
const named = (person) => {
  const names = listed.format(person.guest_names ?? []);
  return person.guests ? says(names ? "guests_named" : "guests", { num: person.guests, names }) : "";
};

const sinceWhen = ({ unknown, at, guests: num }) => {
  if (unknown) return num ? says("in_with", { num }) : says("in");
  return num ? says("at_with", { time: time(at), num }) : time(at);
};

const draw = (person, here) => {
  const row = template.cloneNode(true);
  const part = (name) => row.querySelector(name);
  row.id = person.id;
  row.classList.toggle("door-row-in", Boolean(here));
  part(".door-name").textContent = called(person);
  part(".door-answer").textContent = person.answer ?? "";
  part(".door-guests-named").textContent = named(person);
  part(".door-note").hidden = !person.answer && !person.guests;
  part(".door-in").hidden = !here;
  part("[data-act=undo]").hidden = !here;
  part("[data-act=here]").hidden = part("select").hidden = Boolean(here);
  row.querySelectorAll("button").forEach((button) => button.setAttribute("aria-label", says("labelled", { label: button.textContent, name: called(person) })));
  if (here) part(".door-in span").textContent = sinceWhen(here);
  if (here || !person.guests) part("select").remove();
  else chooseGuests(part("select"), person);
  return row;
};

const chooseGuests = (select, person) => {
  select.setAttribute("aria-label", says("how_many", { name: called(person) }));
  for (let number = 0; number <= person.guests; number += 1) select.add(new Option(signed.format(number), number));
  select.value = person.guests;
};

const rowOf = (person) => {
  const here = arrival(person);
  const looks = JSON.stringify([person, here]);
  const known = rows.get(person.id);
  if (known?.looks === looks) return known.element;
  const row = { element: draw(person, here), looks };
  rows.set(person.id, row);
  return row.element;
};

const matching = () => {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  const wanted = words.length
    ? (person) => words.every((word) => person.folded.includes(word))
    : (person) => !person.answer || arrival(person);
  return byName.filter(wanted);
};

const showList = () => {
  const found = matching();
  const wanted = found.slice(0, SHOWN).map(rowOf);
  const focused = list.contains(document.activeElement) && document.activeElement.closest(".door-row").id;
  if (wanted.length !== list.children.length || wanted.some((row, place) => row !== list.children[place])) {
    list.replaceChildren(...wanted);
    if (focused) document.getElementById(focused)?.querySelector("button:not([hidden])")?.focus({ preventScroll: true });
  }
  find("more").hidden = found.length <= SHOWN;
  find("more").textContent = says("more", { num: found.length - SHOWN });
  find("nobody").hidden = found.length > 0;
  find("nobody").textContent = says(field.value ? "nobody_found" : "nobody");
};

// The way to leave an address, for somebody whom the server knows.
const addressOf = (one) => {
  const address = find("address").content.firstElementChild.cloneNode(true);
  if (one.left) address.textContent = says("left_address");
  else address.firstElementChild.href = `${location.pathname}/walk-ins/${one.key}/address`;
  return address;
};

const showWalkIns = () => {
  const gone = new Set(marks.filter((mark) => mark.act === "walk-in-removal").map((mark) => mark.key));
  const own = marks.filter((mark) => mark.act === "walk-in" && isOfThisDoor(mark));
  const all = [...own.reverse(), ...[...walkIns.values()].filter((one) => !own.some((mark) => mark.key === one.key)).reverse()];
  const drawn = all.filter((one) => !gone.has(one.key)).map((one) => {
    const person = { id: one.key, name: one.name, guests: one.guests };
    const row = draw(person, { at: one.at, unknown: one.unknown, guests: 0 });
    row.querySelector("[data-act=undo]").dataset.act = "walk-in-removal";
    if (connected && !own.includes(one)) row.querySelector(".door-who").append(addressOf(one));
    return row;
  });
  find("walk-ins").replaceChildren(...drawn);
};

const showCounts = () => {
  const shown = shownCounts();
  Object.entries(shown).forEach(([name, number]) => (page.querySelector(`[data-count=${name}]`).textContent = written(number)));
  find("walked").hidden = !shown.walked_in;
  find("bar").max = Math.max(shown.expected, shown.here, 1);
  find("bar").value = shown.here;
};

const showKept = () => {
  const num = marks.length;
  const banner = find("kept");
  banner.hidden = connected;
  banner.querySelector("span").textContent = num ? says("kept", { num }) : says("offline");
};

// Without a connection, the page of a series that is opened again may be that of an earlier date.
const isPast = () => !connected && page.dataset.ends && now() > new Date(page.dataset.ends);
const showPast = () => {
  [list, find("walk-ins")].forEach((part) => part.replaceChildren());
  rows.clear();
  [find("more"), find("nobody"), find("walk-in")].forEach((part) => (part.hidden = true));
  tell(says("past"));
  showKept();
};

const show = () => {
  if (ended) return;
  if (isPast()) return showPast();
  if (!since) return showKept();
  showList();
  showWalkIns();
  showCounts();
  showKept();
};

const tell = (sentence) => {
  find("said").textContent = sentence;
  find("said").hidden = !sentence;
};

const end = () => {
  const num = marks.length;
  ended = true;
  scanner.close();
  asking.close();
  [...page.children].forEach((part) => part.matches(".door-head, [data-said]") || part.remove());
  page.querySelectorAll(".door-count, [data-bar]").forEach((part) => part.remove());
  keep("list", null);
  keepMarks(() => []);
  self.caches?.delete("door");
  tell(num ? says("ended_with", { num }) : says("ended"));
};

// Talking to the server

// The server was not reached, whatever the browser says of why.
class Lost extends Error {}
const lost = () => {
  throw new Lost();
};

const ask = async (query, options = {}) => {
  const signal = AbortSignal.timeout?.(10_000);
  const answer = await fetch(location.pathname + query, { headers, cache: "no-store", signal, ...options }).catch(lost);
  connected = true;
  if (answer.status === 409 && !options.method) location.reload(); // It has moved: the page says when it opens now.
  if (answer.status === 410 || (answer.status === 404 && !options.method)) end();
  return answer;
};

const offline = (error) => {
  if (!(error instanceof Lost)) throw error;
  connected = false;
};

const load = async () => {
  const answer = await ask(`?door=${DOOR}`);
  if (answer.ok) {
    takeIn(await answer.json().catch(lost), true);
    putAside();
  }
};

const own = () => [...people.values()].reduce((sum, person) => sum + chairs(person.here), 0);

const look = async () => {
  if (!since) return load();
  const answer = await ask(`?since=${since}&door=${DOOR}`);
  if (!answer.ok) return;
  takeIn(await answer.json().catch(lost), false);
  // Something changed that no mark tells of (an organiser's word, an account that was deleted): all of it again.
  const walked = [...walkIns.values()].reduce((sum, one) => sum + chairs(one), 0);
  const differs = own() !== counts.here || walked !== counts.walked_in;
  if (differs && Date.now() - loadedAt > HEAL_AFTER) await load();
};

const takeInOne = (mark, facts) => {
  if (facts.person) know(facts.person), sort();
  if (mark.act === "walk-in") walkIns.set(mark.key, mark);
  if (mark.act === "walk-in-removal") walkIns.delete(mark.key);
  counts = facts.counts ?? counts;
};

const sendOne = async (mark) => {
  const { id, pressed: at, door = DOOR, ...fields } = mark;
  // How long ago it was pressed counts, by whatever this phone's clock says.
  if (at) Object.assign(fields, { at: new Date(at).toISOString(), sent: new Date().toISOString() });
  const answer = await ask(`?door=${door}`, { method: "POST", body: new URLSearchParams(fields) });
  if (ended || answer.status === 429 || answer.status >= 500) return false;
  const facts = await answer.json().catch(lost);
  keepMarks((before) => before.filter((each) => each.id !== id));
  if (isOfThisDoor(mark)) takeInOne(mark, facts);
  if (!answer.ok || facts.already || facts.overtaken || facts.held) tell(facts.said ?? says("refused", { name: mark.called, reason: facts.detail }));
  return true;
};

let sending = false;
const send = async () => {
  if (sending) return;
  sending = true;
  try {
    while (!ended && marks.length && (await sendOne(marks[0]))) show();
  } catch (error) {
    offline(error);
  } finally {
    sending = false;
    show();
  }
};

let timer;
const round = async () => {
  clearTimeout(timer);
  try {
    if (marks.length) await send();
    if (connected || !marks.length) await look();
  } catch (error) {
    offline(error);
  }
  show();
  clearTimeout(timer);
  if (!ended) timer = setTimeout(round, document.hidden ? EVERY_HIDDEN : EVERY);
};

// Pressing

const isEarly = () => new Date(starts.at) - now() > EARLY;
const asking = find("early-dialog");

// Whether to check somebody in long before the start; at any other time yes.
const sure = async (person) => {
  if (!isEarly()) return true;
  find("early-name").textContent = says("early", { name: person });
  if (starts.said) find("early-starts").textContent = starts.said;
  asking.returnValue = "";
  asking.hidden = false;
  asking.showModal();
  await new Promise((done) => asking.addEventListener("close", done, { once: true }));
  asking.hidden = true;
  return asking.returnValue === "yes";
};

const pressed = new Map();
const mark = (fields) => {
  const pressedNow = { id: newKey(), door: DOOR, at: now().toISOString(), pressed: Date.now(), since, guests: 0, key: newKey(), ...fields };
  keepMarks((before) => [...before, pressedNow]);
  tell("");
  show();
  void send();
};

page.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const row = button.closest(".door-row");
  if (Date.now() - (pressed.get(row.id) ?? 0) < ONE_PRESS) return;
  pressed.set(row.id, Date.now());
  const { act } = button.dataset;
  const name = row.querySelector(".door-name").textContent;
  if (act === "walk-in-removal") {
    const unsent = marks.filter((each) => each.key !== row.id);
    if (unsent.length < marks.length && !connected) {
      keepMarks(() => unsent);
      return show();
    }
    return mark({ act, key: row.id, called: name });
  }
  const guests = Number(row.querySelector("select")?.value ?? 0);
  if (act === "here" && !(await sure(name))) return;
  mark({ act, rsvp: row.id, guests, called: name });
});

const walkIn = find("walk-in");
walkIn.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, guests } = walkIn.elements;
  if (!name.value.trim()) return void name.reportValidity();
  mark({ act: "walk-in", name: name.value.trim(), guests: Number(guests.value), called: name.value.trim() });
  walkIn.reset();
  name.focus();
});

find("search").addEventListener("submit", (event) => event.preventDefault());
find("everybody")?.remove();
find("search").querySelector("button").hidden = true; // The list follows what is typed.
field.addEventListener("input", () => show());

// Scanning

const CODE = /\/arrivals\/([0-9a-z]{12})$/;
const scanner = find("scanner");
const video = scanner.querySelector("video");
const sign = find("sign");

const signs = (kind, sentence) => {
  sign.className = `door-sign${kind && ` door-sign-${kind}`}`;
  sign.textContent = sentence;
};

const decoder = async () => {
  if ("BarcodeDetector" in self && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(video))[0]?.rawValue;
  }
  const { decodeQR } = await import(page.dataset.decoder);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async () => {
    const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
    [canvas.width, canvas.height] = [video.videoWidth * scale, video.videoHeight * scale];
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return undefined; // No code in this picture; the next one may have it.
    }
  };
};

const read = async (text) => {
  const id = CODE.exec(text)?.[1];
  if (id && !people.has(id) && connected) await look().catch(offline);
  const person = people.get(id);
  if (!person) return signs("unknown", says("unknown_code"));
  const here = arrival(person);
  const name = called(person);
  if (here) return signs("wait", here.unknown ? says("already_in", { name }) : says("already_in_at", { name, time: time(here.at) }));
  if (!(await sure(name))) return signs("", says("looking"));
  const { answer, guests: num } = person;
  mark({ act: "here", rsvp: id, guests: num ?? 0, called: name });
  signs(answer ? "wait" : "in", says(`here${answer ? "_answered" : ""}${num ? "_with" : ""}`, { name, num, answer }));
};

const scan = async () => {
  signs("", says("looking"));
  scanner.hidden = false;
  scanner.showModal();
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
  } catch {
    return signs("unknown", says("no_camera"));
  }
  const decode = await decoder();
  let last = { text: "", at: 0 };
  while (scanner.open) {
    const text = video.videoWidth ? await decode() : undefined;
    if (text && (text !== last.text || Date.now() - last.at > 4_000)) await read(text);
    if (text) last = { text, at: Date.now() };
    await new Promise((next) => setTimeout(next, 150));
  }
};

scanner.addEventListener("close", () => {
  scanner.hidden = true;
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
});
find("scan").addEventListener("click", () => void scan());
find("scan").hidden = !navigator.mediaDevices?.getUserMedia;

// Opening the page again without a connection

const putAside = () => keep("list", { people: [...people.values()], walk_ins: [...walkIns.values()], counts, since, starts, now: now() });

const keepPage = async () => {
  if (!("serviceWorker" in navigator) || !self.caches) return;
  await navigator.serviceWorker.register(page.dataset.worker, { scope: "/door/" });
  const files = [...document.querySelectorAll("link[href^='/static/'], script[src^='/static/']")].map((each) => each.href || each.src);
  await (await caches.open("door")).addAll([location.pathname, page.dataset.decoder, ...new Set(files)]);
};

addEventListener("pagehide", () => since && !ended && putAside());
addEventListener("online", () => void round());
document.addEventListener("visibilitychange", () => !document.hidden && void round());

await round();
if (!since && !ended) {
  const aside = kept("list", null);
  if (aside) takeIn({ ...aside, now: now() }, true);
  show();
}
if (connected && !ended) await keepPage().catch(() => undefined); // Then it cannot be opened again offline; all else works.
