// Starts the page. A file of its own, because the content security policy allows no inline script.
const { href: js } = document.getElementById("page-js");
const { href: wasm } = document.getElementById("page-wasm");

try {
  const { default: start } = await import(js);
  const first = await start({ module_or_path: wasm });
  fetchLater(first);
} catch (error) {
  const status = document.querySelector("#loading [role=status]");
  if (status) status.textContent = `Headwater could not start: ${error.message ?? error}`;
  throw error;
}

// The rest of the program, of a page that was split (src/kernel/later.rs): when the browser has time, or when it is wanted.
// What fails is tried again, later and later, and at once when the network is back. The page hears of every attempt.
function fetchLater(first) {
  const { later } = document.documentElement.dataset;
  if (!later) return;
  let wake = () => {};
  let begun = false;
  const begin = async () => {
    wake();
    if (begun) return;
    begun = true;
    for (let pause_ms = 1_000; ; pause_ms = Math.min(2 * pause_ms, 30_000)) {
      const problem = await attempt(later, first);
      dispatchEvent(new Event("headwater-later"));
      if (!problem) return;
      console.info(`Headwater goes on without its second part for now: ${problem}`);
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause_ms);
      });
    }
  };
  addEventListener("headwater-later-wanted", begin);
  addEventListener("online", () => wake());
  if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 2_000 });
  else setTimeout(begin, 200);
}

// What went wrong, if something did.
async function attempt(later, first) {
  try {
    const response = await fetch(later);
    if (!response.ok) throw new Error(`${later}: ${response.status}`);
    // It finds the memory, the table and the functions of the first part by their names, and fills in its own.
    await WebAssembly.instantiate(await response.arrayBuffer(), { "": first });
  } catch (error) {
    return error.message ?? `${error}`;
  }
}
