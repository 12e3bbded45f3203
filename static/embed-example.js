// Drives the playground in the frame. Nothing in here is special to this page: copy it.
const frame = document.getElementById("playground");
const says = document.getElementById("says");
// Ask only the page that was put into the frame.
const { origin } = new URL(frame.src, location.href);

let asked = 0;
const waiting = new Map();

addEventListener("message", ({ source, data }) => {
  if (source !== frame.contentWindow || data?.headwater !== "result") return;
  const answer = waiting.get(data.id);
  waiting.delete(data.id);
  if (!answer) return;
  if ("error" in data) answer.reject(new Error(data.error));
  else answer.resolve(data.ok);
});

/** Calls a method of `window.headwater` in the frame. */
function call(method, ...args) {
  return new Promise((resolve, reject) => {
    const id = ++asked;
    waiting.set(id, { resolve, reject });
    frame.contentWindow.postMessage({ headwater: "call", id, method, args }, origin);
  });
}

/** A frame that still loads does not answer: ask again until it does. */
async function ready() {
  for (;;) {
    const patience = new Promise((resolve) => setTimeout(resolve, 250));
    if (await Promise.race([call("state"), patience])) return;
  }
}

function assigned({ members }) {
  return Object.entries(members).map(([name, { state, assigned }]) => {
    const partitions = assigned.map(([, partition]) => partition).join(", ") || "nothing";
    return `${name} (${state}) reads ${partitions}`;
  });
}

async function show() {
  const { time_us, groups } = await call("state");
  says.textContent = `${(time_us / 1e6).toFixed(1)} s: ${assigned(groups.inventory).join("; ")}`;
}

/** What a button does; what is refused is said. */
function on(id, act) {
  document.getElementById(id).addEventListener("click", async () => {
    try {
      await act();
      await show();
    } catch (error) {
      says.textContent = error.message;
    }
  });
}

on("kill", () => call("dispatch", { type: "kill", consumer: "inventory-2" }));
on("timeout", async () => call("seek", (await call("state")).time_us + 6_500_000));
on("again", () => call("load", "orders"));

await ready();
await show();
setInterval(show, 500);
document.documentElement.dataset.ready = "true";
