// Builds elements from text alone: nothing that a schedule or a job says is ever read as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(child ?? ""))));
  return made;
}

export function fillTable(table, headings, rows) {
  const head = element("thead", {}, element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text))));
  table.replaceChildren(head, element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells))));
}

export const cell = (content, properties = {}) => element("td", properties, content);

const classes = { succeeded: "good", up: "good", active: "good", failed: "bad", timedOut: "bad", dead: "bad", missed: "bad", down: "bad", running: "warn", retrying: "warn", paused: "warn" };
const signs = { succeeded: "✓", failed: "✕", timedOut: "✕", dead: "✕", missed: "!", running: "▶", retrying: "↻", dispatched: "…", skipped: "↷", cancelled: "■", paused: "⏸", active: "●" };

export const badge = (state) => element("span", { class: `badge ${classes[state] ?? ""}` }, `${signs[state] ? signs[state] + " " : ""}${state}`);

export function relative(instant, now = Date.now()) {
  if (!instant) return "";
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const size = Math.abs(seconds);
  const [amount, unit] = size < 90 ? [size, "s"] : size < 5400 ? [Math.round(size / 60), "min"] : size < 129600 ? [Math.round(size / 3600), "h"] : [Math.round(size / 86400), "d"];
  return seconds >= 0 ? `in ${amount} ${unit}` : `${amount} ${unit} ago`;
}

export const timeCell = (instant) => (instant ? cell(element("time", { datetime: instant, title: instant }, relative(instant))) : cell("–"));
