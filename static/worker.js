// The service worker: after the first visit the page opens without a network. `scripts/lib/write-worker` fills in the two
// lines below when the site is built.
//
// Whoever comes online gets the newest page; without a network, or when it takes too long, the page of the last visit.
// Files whose name carries a hash never change, so they are taken from the cache first, and on the first visit from what
// the browser has just downloaded anyway: nothing comes over the wire twice.
const VERSION = "development";
const FILES = [];

const SCOPE = self.registration.scope;
// Several playgrounds may live on one host, each in its folder.
const OURS = `headwater ${SCOPE} `;
const CACHE = OURS + VERSION;
const PATIENCE_MS = 4000;
const hasHash = (path) => /-[0-9a-f]{8,}(_bg|_later)?\.\w+$/.test(path);

self.addEventListener("install", (event) => event.waitUntil(fill()));

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map(async (path) => {
    const url = new URL(path, SCOPE).href;
    const known = hasHash(path) && (await caches.match(url));
    // A name with a hash means one content for ever, so any copy will do; of everything else the newest is wanted.
    const response = known || (await fetch(url, { cache: hasHash(path) ? "force-cache" : "no-cache" }));
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    await cache.put(url, response);
  }));
}

self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)));
  // The page of the very first visit is looked after at once.
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "version") event.ports[0].postMessage(VERSION);
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(SCOPE)) return;
  const page = new URL("index.html", SCOPE).href;
  if (request.mode === "navigate") {
    const isPage = url.pathname === new URL(SCOPE).pathname || url.pathname === new URL(page).pathname;
    if (isPage) event.respondWith(newest(request, page));
  } else {
    event.respondWith(kept(request, url));
  }
});

// The page from the network, or the kept one if the network does not answer, or not soon.
async function newest(request, page) {
  const cached = await caches.match(page, { cacheName: CACHE });
  const fetched = fetch(request);
  if (!cached) return fetched;
  const answered = fetched.then((response) => (response.ok ? response : cached), () => cached);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, cached));
  return Promise.race([answered, late]);
}

async function kept(request, url) {
  const cached = await caches.match(url.origin + url.pathname, { cacheName: CACHE });
  return cached || fetch(request);
}
