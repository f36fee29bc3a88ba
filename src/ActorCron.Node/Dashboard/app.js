import { badge, byId, cell, element, fillTable, timeCell } from "./dom.js";
import { call, get, idPath, post, query, Refusal, signIn, signOut } from "./node.js";

const period = 3000;
const view = { after: null, next: null, schedules: {}, runs: {}, run: null };

const rule = (schedule) =>
  schedule.cron ?? (schedule.every ? `every ${schedule.every}` : schedule.at ? `at ${schedule.at}` : `${schedule.minute} ${schedule.hour} ${schedule.day} ${schedule.month} ${schedule.dayOfWeek}`);

const action = (label, name, act) => element("button", { "aria-label": `${label} ${name}`, onclick: () => perform(act) }, label);

async function perform(act) {
  try {
    byId("message").textContent = "";
    await act();
  } catch (error) {
    byId("message").textContent = error.message;
  }
  await refresh();
}

async function showSchedules() {
  const page = await get(query("/api/v1/schedules", { ...view.schedules, limit: 50, after: view.after }));
  view.next = page.next;
  const rows = page.items.map((schedule) => [
    cell(element("button", { class: "link", onclick: () => showRunsOf(schedule.id) }, schedule.id), { class: "id" }),
    cell(element("code", {}, rule(schedule))),
    cell(schedule.timeZone),
    timeCell(schedule.nextFire),
    cell(schedule.job.type),
    cell(schedule.queue),
    cell(schedule.user),
    cell(badge(schedule.paused ? "paused" : "active")),
    cell(element("span", {},
      action("Run now", schedule.id, () => post(idPath("schedules", schedule.id, "trigger"))), " ",
      action(schedule.paused ? "Resume" : "Pause", schedule.id, () => post(idPath("schedules", schedule.id, schedule.paused ? "resume" : "pause"))))),
  ]);
  fillTable(byId("schedules"), ["Id", "Rule", "Zone", "Next", "Job", "Queue", "User", "State", ""], rows);
  const filtered = Object.values(view.schedules).some(Boolean);
  const empty = byId("schedules-empty");
  empty.hidden = rows.length > 0;
  empty.textContent = filtered ? "No schedule fits." : "No schedules yet. Make one: pbm cron add hello \"* * * * *\" --type noop";
  byId("schedules-first").disabled = view.after === null;
  byId("schedules-next").disabled = !view.next;
}

function showRunsOf(id) {
  byId("run-filter").elements.schedule.value = id;
  view.runs = { ...view.runs, schedule: id };
  refresh();
  byId("runs-title").scrollIntoView();
}

async function showRuns() {
  const page = await get(query("/api/v1/runs", { ...view.runs, limit: 50 }));
  const rows = page.items.map((run) => [
    cell(element("button", { class: "link", onclick: () => openRun(run.runId) }, run.runId), { class: "id" }),
    cell(badge(run.state)),
    timeCell(run.scheduledFor),
    cell(run.started && run.finished ? `${((Date.parse(run.finished) - Date.parse(run.started)) / 1000).toFixed(1)} s` : "–"),
    cell(run.trigger),
    cell(String(run.attempt)),
    cell(run.node ?? "–"),
    cell(run.error ?? ""),
  ]);
  fillTable(byId("runs"), ["Run", "State", "Scheduled", "Took", "Trigger", "Attempt", "Node", "Error"], rows);
  const empty = byId("runs-empty");
  empty.hidden = rows.length > 0;
  empty.textContent = view.runs.state === "failed" ? "No failed run: good." : "No runs to show.";
}

function openRun(id) {
  view.run = id;
  byId("detail").hidden = false;
  refresh().then(() => byId("detail-title").scrollIntoView());
}

async function showRun() {
  if (!view.run) return;
  const run = await get(idPath("runs", view.run));
  byId("detail-title").textContent = `Run ${run.runId}`;
  const facts = ["state", "schedule", "user", "queue", "trigger", "attempt", "scheduledFor", "dispatched", "started", "finished", "node", "exitCode", "error", "fence"];
  byId("detail-facts").replaceChildren(...facts.filter((name) => run[name] !== null && run[name] !== undefined).flatMap((name) => [element("dt", {}, name), element("dd", {}, String(run[name]))]));
  byId("detail-output").textContent = run.output ?? "(no output)";
  const open = ["dispatched", "running", "retrying"].includes(run.state);
  byId("detail-cancel").hidden = !open;
  byId("detail-retry").hidden = open;
}

async function showQueues() {
  const { items } = await get("/api/v1/queues");
  fillTable(byId("queues"), ["Queue", "Waiting", "Held back", "Running", "Limit", "Rate", "Consumers", "Dead"], items.map((queue) => [
    cell(queue.queue + (queue.external ? " (external)" : "")), cell(String(queue.depth)), cell(String(queue.backlog)), cell(String(queue.running)),
    cell(queue.maxConcurrency === null ? "–" : String(queue.maxConcurrency)), cell(queue.rate ?? "–"), cell(String(queue.consumers)),
    cell(String(queue.dead), queue.dead > 0 ? { class: "bad" } : {}),
  ]));
}

async function showCluster() {
  const cluster = await get("/api/v1/cluster");
  const shards = (address) => cluster.shards.filter((shard) => shard.address === address).length;
  fillTable(byId("members"), ["Member", "Roles", "Status", "Reachable", "Shards", "Version"], cluster.members.map((member) => [
    cell(element("span", {}, member.address, member.address === cluster.scheduler ? element("span", { class: "quiet" }, " (scheduler)") : "", member.address === cluster.self ? element("span", { class: "quiet" }, " (this node)") : "")),
    cell(member.roles.join(", ")), cell(badge(member.status)), cell(member.reachable ? "yes" : "no", member.reachable ? {} : { class: "bad" }), cell(String(shards(member.address))), cell(member.version),
  ]));
  const away = cluster.members.filter((member) => !member.reachable).length;
  const verdict = byId("verdict");
  verdict.textContent = !cluster.scheduler ? "No node dispatches at the moment." : away ? `${away} of ${cluster.members.length} nodes cannot be reached.` : `${cluster.members.length === 1 ? "1 node" : `${cluster.members.length} nodes`}, dispatched by ${cluster.scheduler.replace(/^.*@/, "")}.`;
  verdict.className = !cluster.scheduler || away ? "bad" : "";
}

function setLive(text, state) {
  const live = byId("live");
  live.textContent = text;
  live.className = `badge ${state}`;
}

function askForToken(asked) {
  byId("sign-in").hidden = !asked;
  byId("main").hidden = asked;
  if (asked) byId("verdict").textContent = "";
}

let busy = false;
async function refresh() {
  if (busy) return;
  busy = true;
  try {
    const parts = await Promise.allSettled([showCluster(), showSchedules(), showRuns(), showQueues(), showRun()]);
    const refused = parts.find((part) => part.status === "rejected")?.reason;
    askForToken(refused instanceof Refusal && refused.status === 401);
    if (!refused) setLive("live", "good");
    else if (refused instanceof Refusal) setLive(refused.message, "bad");
    else setLive("node does not answer", "bad");
  } finally {
    busy = false;
  }
}

function fields(form) {
  return Object.fromEntries(new FormData(form));
}

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(fields(event.target));
  });
}

onSubmit("schedule-filter", (values) => { view.schedules = values; view.after = null; refresh(); });
onSubmit("run-filter", (values) => { view.runs = values; refresh(); });
onSubmit("explain", explain);
byId("schedules-next").addEventListener("click", () => { view.after = view.next; refresh(); });
byId("schedules-first").addEventListener("click", () => { view.after = null; refresh(); });
byId("detail-close").addEventListener("click", () => { view.run = null; byId("detail").hidden = true; });
byId("detail-cancel").addEventListener("click", () => perform(() => post(idPath("runs", view.run, "cancel"))));
byId("detail-retry").addEventListener("click", () => perform(() => post(idPath("runs", view.run, "retry"))));

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  signIn(byId("token").value);
  byId("token").value = "";
  try {
    await call("GET", "/api/v1/cluster");
    byId("sign-in-error").textContent = "";
    await refresh();
  } catch (error) {
    if (error.status === 401) signOut();
    byId("sign-in-error").textContent = error.message;
  }
});

async function explain(values) {
  const words = byId("explain-words");
  byId("explain-next").replaceChildren();
  byId("explain-notes").replaceChildren();
  try {
    const answer = await post("/api/v1/cron/explain", { ...values, count: 5 });
    words.className = "";
    words.textContent = answer.description;
    byId("explain-next").replaceChildren(...answer.next.map((instant) => element("li", {}, instant)));
    byId("explain-notes").replaceChildren(...answer.notes.map((note) => element("li", {}, note)));
  } catch (error) {
    words.className = "bad";
    words.textContent = error.message;
  }
}

setInterval(() => { if (!document.hidden) refresh(); else setLive("paused", ""); }, period);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
refresh();
