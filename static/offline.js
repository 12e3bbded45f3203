// Registers the service worker once the page has what it needs, and tells the page when a newer version waits. The page
// says when to reload: nothing here ever does by itself.
const { worker, version } = document.documentElement.dataset;

// Only a built site has one; see scripts/lib/write-worker.
if (worker && "serviceWorker" in navigator) {
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

async function register() {
  let registration;
  try {
    registration = await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
  } catch (error) {
    // Private windows and some frames allow none. The page works without.
    console.info(`Headwater will not work offline: ${error.message ?? error}`);
    return;
  }
  const look = () => registration.waiting && waits(registration.waiting);
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  // A page that stays open for days asks when somebody comes back to it, once an hour at most.
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < 3_600_000) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });
}

// A worker that waits with the version that is on show already may take over; a newer one is said.
function waits(waiting) {
  const answer = new MessageChannel();
  answer.port1.onmessage = ({ data }) => {
    if (data === version) waiting.postMessage("take over");
    else {
      addEventListener("headwater-reload", () => waiting.postMessage("take over"), { once: true });
      document.documentElement.dataset.update = "ready";
      dispatchEvent(new Event("headwater-update"));
    }
  };
  waiting.postMessage("version", [answer.port2]);
}
