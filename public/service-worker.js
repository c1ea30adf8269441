// Keeps the pages and their assets, so that the app opens without a network. Never touches data: /api is not its business.
//
// Pages hold no private data; each is asked from the network first. Assets carry a hash in their name, so a cached one is
// the right one for ever; those that no cached page names any more are dropped.

const PAGES = 'pages-1';
const ASSETS = 'assets-1';
const KEPT_PAGES = ['/orders/new', '/drafts', '/orders', '/sync', '/catalog', '/login'];
// After so long a cached page is better than a slow one.
const PATIENCE_MS = 4000;

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name !== PAGES && name !== ASSETS);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

// The page says "warm" once somebody is signed in: pages reached without a page load are fetched for later.
self.addEventListener('message', (event) => {
  if (event.data === 'warm') event.waitUntil(warm());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') {
    if (KEPT_PAGES.includes(url.pathname)) event.respondWith(page(request, url.pathname, event));
  } else if (url.pathname.startsWith('/pkg/')) {
    event.respondWith(asset(request, (kept) => event.waitUntil(kept)));
  }
});

// One after another and after everything else: the page that is being opened needs the network more.
async function warm() {
  for (const path of KEPT_PAGES) {
    try {
      await keepPage(path, await fetch(path, { priority: 'low' }));
    } catch {
      // Offline: what is kept stays.
    }
  }
  await prune();
}

async function page(request, path, event) {
  const fresh = fetch(request).then((answer) => {
    event.waitUntil(keepPage(path, answer.clone()));
    return answer;
  });
  const kept = await (await caches.open(PAGES)).match(path);
  if (!kept) return fresh;
  const impatience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fresh.catch(() => kept), impatience]);
}

// A redirect leads to another page (signing in); keeping it under this address would lock the agent out offline.
async function keepPage(path, answer) {
  if (!answer.ok || answer.redirected || answer.type === 'opaqueredirect') return;
  const html = await answer.clone().text();
  const stored = [];
  const assets = assetsOf(html).map((address) => asset(new Request(address), (kept) => stored.push(kept)));
  const had = await Promise.allSettled(assets);
  // Without its assets it would not open; the one kept before does.
  if (had.some(({ status }) => status === 'rejected')) return;
  await Promise.all(stored);
  await (await caches.open(PAGES)).put(path, answer);
}

// Assets on their way, by address: whoever asks meanwhile gets the same download.
const arriving = new Map();

async function asset(request, keepAlive) {
  const cache = await caches.open(ASSETS);
  const kept = await cache.match(request);
  if (kept) return kept;
  if (!arriving.has(request.url)) {
    const answer = fetch(request);
    const stored = answer.then((fresh) => (fresh.ok ? cache.put(request, fresh.clone()) : undefined));
    arriving.set(request.url, answer);
    keepAlive(stored.catch(() => undefined).finally(() => arriving.delete(request.url)));
  }
  // Each gets a copy of its own, at once, so that compiling goes on while the rest arrives.
  return (await arriving.get(request.url)).clone();
}

function assetsOf(html) {
  return [...new Set(html.match(/\/pkg\/[\w.-]+\.(?:js|wasm|css)/g) ?? [])];
}

async function prune() {
  const pages = await caches.open(PAGES);
  const named = new Set();
  for (const request of await pages.keys()) {
    const answer = await pages.match(request);
    for (const address of assetsOf(await answer.text())) named.add(address);
  }
  if (named.size === 0) return;
  const assets = await caches.open(ASSETS);
  for (const request of await assets.keys()) {
    const { pathname } = new URL(request.url);
    // Files that scripts import by name stand in no page; they share the hash of none, so only known kinds are dropped.
    if (/\.(?:wasm|css)$/.test(pathname) && !named.has(pathname)) await assets.delete(request);
    if (/\.js$/.test(pathname) && !pathname.includes('/snippets/') && !named.has(pathname)) await assets.delete(request);
  }
}
