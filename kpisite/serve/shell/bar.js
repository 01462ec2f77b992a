// The bar around a page that is being edited.  The page itself is in the frame, byte for byte as it is
// built, and runs nothing; this script follows it, and brings the reader back to where they were.
"use strict";

const of = (id) => document.getElementById(id);
const frame = of("page");
const base = location.pathname;
const site = `${base}site/`;

let shown = 0; // the number of the state that the frame shows
let place = decodeURIComponent(location.hash.slice(1)); // the page in the frame, from the top of the trees
let memory = null; // where the reader was on a page that is loaded again
let source = null;

// Where the frame is.

function here() {
  try {
    const { pathname } = frame.contentWindow.location;
    return pathname.startsWith(site) ? decodeURIComponent(pathname.slice(site.length)) : "";
  } catch {
    return ""; // the browser's own viewer of PDF files
  }
}

function go(to) {
  place = to;
  history.replaceState(null, "", `#${place}`);
  frame.src = site + to.split("/").map(encodeURIComponent).join("/");
}

frame.addEventListener("load", () => {
  place = here() || place;
  if (!here()) return;
  const page = frame.contentDocument;
  if (memory !== null && memory.place === place) restore(page, memory);
  memory = null;
  history.replaceState(null, "", `#${place}`);
  document.title = page.title || "kpisite";
  frame.title = document.title;
  choose();
});

// Where the reader is on it: how far down, and with which rows open.

function rows(page) {
  const seen = new Map();
  return [...page.querySelectorAll("details")].map((details) => {
    const summary = details.querySelector("summary");
    const text = summary === null ? "" : summary.textContent.trim();
    seen.set(text, (seen.get(text) ?? 0) + 1);
    return [`${seen.get(text)} ${text}`, details];
  });
}

function remember() {
  const page = frame.contentDocument;
  const open = new Map(rows(page).map(([name, details]) => [name, details.open]));
  return { place: here(), x: frame.contentWindow.scrollX, y: frame.contentWindow.scrollY, open };
}

function restore(page, { x, y, open }) {
  for (const [name, details] of rows(page)) {
    if (open.has(name)) details.open = open.get(name);
  }
  frame.contentWindow.scrollTo({ left: x, top: y, behavior: "instant" });
}

function reload() {
  if (here()) {
    memory ??= remember();
    frame.contentWindow.location.reload();
  } else {
    go(place);
  }
}

// The bar.

function option(audience) {
  const one = document.createElement("option");
  one.value = audience.folder;
  one.textContent = audience.name;
  return one;
}

function list(audiences) {
  const groups = new Map();
  for (const audience of audiences) {
    groups.set(audience.group, [...(groups.get(audience.group) ?? []), audience]);
  }
  of("audience").replaceChildren(
    ...[...groups].flatMap(([label, several]) => {
      if (!label) return several.map(option);
      const group = document.createElement("optgroup");
      group.label = label;
      group.append(...several.map(option));
      return [group];
    }),
  );
}

function choose() {
  const folders = [...of("audience").options].map((one) => one.value);
  of("audience").value = folders.find((one) => place.startsWith(`${one}/`)) ?? "";
}

of("audience").addEventListener("change", () => go(`${of("audience").value}/index.html`));

// What is wrong.

function made(name, text, className = "") {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = className;
  return element;
}

function told(fault) {
  const item = document.createElement("li");
  item.append(made("p", fault.place, "place"), made("p", fault.message, "message"));
  if (fault.line) {
    const line = document.createElement("pre");
    const [before, meant, after] = fault.line;
    line.append(made("span", `${fault.number} │ `, "number"), before, made("mark", meant), after);
    item.append(line);
  }
  if (fault.help) item.append(made("p", fault.help, "help"));
  return item;
}

function report(state) {
  const faults = [...state.errors, ...state.warnings];
  const isBad = state.errors.length > 0;
  of("count").textContent = state.counts;
  of("count").hidden = faults.length === 0;
  of("count").className = isBad ? "bad" : "";
  of("head").textContent = state.counts;
  of("head").className = isBad ? "" : "mild";
  of("still").textContent = isBad ? (state.built ? state.words.still : state.words.nothing) : "";
  of("list").replaceChildren(...faults.map(told));
}

function show(isShown) {
  of("faults").hidden = !isShown;
  of("count").setAttribute("aria-expanded", String(isShown));
}

of("count").addEventListener("click", () => show(of("faults").hidden));
of("hide").addEventListener("click", () => show(false));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
});

// What the server says.

let last = null;

function apply(state) {
  const isNew = last === null || JSON.stringify([last.errors, last.built]) !== JSON.stringify([state.errors, state.built]);
  const before = last;
  last = state;
  document.documentElement.lang = state.words.lang;
  of("audience").setAttribute("aria-label", state.words.audience);
  of("hide").textContent = state.words.hide;
  of("said").textContent = state.printing > 0 ? state.words.printing : "";
  if (state.audiences && JSON.stringify(state.audiences) !== JSON.stringify(before?.audiences)) {
    list(state.audiences);
    choose();
  }
  report(state);
  if (isNew) show(state.errors.length > 0);
  if (state.built !== shown) {
    const isFirst = shown === 0;
    shown = state.built;
    if (isFirst) go(place || `${state.audiences[0].folder}/index.html`);
    else reload();
  }
}

function listen() {
  source = new EventSource("events");
  source.addEventListener("message", (event) => apply(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (last !== null) of("said").textContent = last.words.ended;
  });
}

// A browser has few connections to one server, and a window that nobody sees needs none.
document.addEventListener("visibilitychange", () => {
  source?.close();
  if (!document.hidden) listen();
});
if (!document.hidden) listen();
