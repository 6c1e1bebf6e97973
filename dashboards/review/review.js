"use strict";
// Shows one case at a time and keeps the answers in this browser, under the name of sample and reviewer.
const sample = JSON.parse(document.getElementById("sample").textContent);
const articles = document.querySelectorAll("article.case");
const form = document.getElementById("answer");
const byId = (id) => document.getElementById(id);
const STORE = `lodestar audit ${sample.sample_id} ${sample.drawn_at} ${sample.labeled_by}`;
const HANDLED = { yes: true, no: false, unknown: null };
let current = 0;
let answers = read();

// One entry per case, in the order of the page; the key of a case is its source and id, which may be any text.
function read() {
  let stored = new Map();
  try {
    stored = new Map(JSON.parse(localStorage.getItem(STORE) ?? "[]"));
  } catch {
    warn("This browser keeps nothing: download your answers before you close the page.");
  }
  return sample.cases.map((entry) => stored.get(keyOf(entry)) ?? {});
}

function write() {
  try {
    localStorage.setItem(STORE, JSON.stringify(sample.cases.map((entry, at) => [keyOf(entry), answers[at]])));
  } catch {
    warn("This browser keeps nothing: download your answers before you close the page.");
  }
}

function keyOf(entry) {
  return `${entry.call_source ?? "native"}:${entry.case_id}`;
}

function warn(text) {
  byId("warning").textContent = text;
  byId("warning").hidden = false;
}

function isAnswered(answer) {
  return answer.handled !== undefined && answer.nps !== undefined;
}

function show(place) {
  current = Math.min(Math.max(place, 0), articles.length - 1);
  articles.forEach((article, at) => { article.hidden = at !== current; });
  for (const name of ["handled", "nps"]) {
    for (const choice of form.elements[name]) choice.checked = choice.value === String(answers[current][name]);
  }
  byId("comment").value = answers[current].comment ?? "";
  byId("previous").disabled = current === 0;
  byId("next").disabled = current === articles.length - 1;
  tell();
}

function move(place) {
  if (place < 0 || place >= articles.length) return;
  show(place);
  window.scrollTo(0, 0);
  articles[current].querySelector("h1").focus({ preventScroll: true });
}

function tell() {
  const done = answers.filter(isAnswered).length;
  byId("progress").value = done;
  byId("answered").textContent = `${done} of ${articles.length} answered`;
  byId("open").disabled = done === articles.length;
  byId("saved").textContent = done === articles.length ? "All cases are answered: download the answers." : "";
}

function keep(name, value) {
  answers[current] = { ...answers[current], [name]: value, labeled_at: new Date().toISOString() };
  write();
}

function answer(name, value) {
  if (answers[current][name] === value) return;
  keep(name, value);
  show(current);
}

function nextOpen() {
  const order = [...articles.keys()];
  const found = [...order.slice(current + 1), ...order.slice(0, current + 1)].find((at) => !isAnswered(answers[at]));
  if (found !== undefined) move(found);
}

function record(entry, given) {
  return {
    record: "human_label",
    ...entry,
    sample_id: sample.sample_id,
    labeled_by: sample.labeled_by,
    labeled_at: given.labeled_at,
    handled: HANDLED[given.handled],
    nps: Number(given.nps),
    ...(given.comment ? { comment: given.comment } : {}),
  };
}

function download() {
  const lines = sample.cases.flatMap((entry, at) => isAnswered(answers[at]) ? [record(entry, answers[at])] : []);
  const text = lines.map((line) => JSON.stringify(line) + "\n").join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  link.download = `${sample.sample_id}-${sample.labeled_by}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  byId("saved").textContent = `${lines.length} answers downloaded, ${articles.length - lines.length} cases are open.`;
}

const ACTIONS = {
  y: () => answer("handled", "yes"),
  n: () => answer("handled", "no"),
  c: () => answer("handled", "unknown"),
  x: () => answer("nps", "10"),
  j: () => move(current + 1),
  k: () => move(current - 1),
  o: nextOpen,
  d: download,
};

document.addEventListener("keydown", (event) => {
  if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea")) return;
  const key = event.key.toLowerCase();
  if (/^[0-9]$/.test(key)) answer("nps", key);
  else if (Object.hasOwn(ACTIONS, key)) ACTIONS[key]();
  else return;
  event.preventDefault();
});
form.addEventListener("change", (event) => {
  if (event.target.type === "radio") answer(event.target.name, event.target.value);
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("comment").addEventListener("input", (event) => keep("comment", event.target.value));
byId("previous").addEventListener("click", () => move(current - 1));
byId("next").addEventListener("click", () => move(current + 1));
byId("open").addEventListener("click", nextOpen);
byId("download").addEventListener("click", download);
show(Math.max(answers.findIndex((given) => !isAnswered(given)), 0));
document.documentElement.classList.add("ready");
