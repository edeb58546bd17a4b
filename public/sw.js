// Opens Roomglass without a connection.
//
// Kept here: the files of one build (`/assets/…`, whose names change with their content), the page `/shell`, which knows
// nobody and fills itself from IndexedDB, and pictures of integrations (`/icons/…`). Nothing else: no answer of the
// server about people, rooms or messages ever passes through a cache.
"use strict";

const SHELL = "/shell";
const ICONS = "roomglass-icons";
const BUILD = "roomglass-build-";

self.addEventListener("install", (event) => event.waitUntil(storeBuild().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A page tells which build it is of, or that somebody has signed out.
self.addEventListener("message", (event) => {
  if (event.data?.kind === "build") event.waitUntil(keepUp(event.data.build));
  if (event.data?.kind === "erase") event.waitUntil(caches.delete(ICONS));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (url.pathname.startsWith("/icons/")) event.respondWith(icon(event));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

// The server draws every page; the shell stands in only when it cannot be reached.
async function page(request) {
  try {
    return await fetch(request);
  } catch (unreachable) {
    const shell = await caches.match(SHELL);
    if (shell) return shell;
    throw unreachable;
  }
}

// Content never changes under its name, so whatever is there is right.
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const build = await currentBuild();
    if (build) await (await caches.open(build)).put(request, answer.clone());
  }
  return answer;
}

// A picture is shown at once and looked for again behind it.
async function icon(event) {
  const cache = await caches.open(ICONS);
  const kept = await cache.match(event.request);
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok) await cache.put(event.request, answer.clone());
    return answer;
  });
  if (!kept) return fresh;
  event.waitUntil(fresh.catch(() => {}));
  return kept;
}

async function currentBuild() {
  return (await caches.keys()).find((name) => name.startsWith(BUILD));
}

// Names the build as pages do, in `client/service_worker.rs`.
function nameOf({ wasm, script, style, sprite }) {
  return [wasm, script, style, sprite].join(" ");
}

async function keepUp(build) {
  if ((await currentBuild()) !== BUILD + build) await storeBuild();
}

// Fetches the shell and the files it names into a cache of their own; the build before it goes once all are there.
async function storeBuild() {
  const answer = await fetch(SHELL, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${SHELL} answered ${answer.status}`);
  const { assets } = embeddedData(await answer.clone().text());
  const name = BUILD + nameOf(assets);
  const cache = await caches.open(name);
  const files = [assets.wasm, assets.script, assets.style, assets.sprite, ...(assets.fonts ?? [])];
  await cache.addAll(files.filter(Boolean));
  await cache.put(SHELL, answer);
  const old = (await caches.keys()).filter((key) => key.startsWith(BUILD) && key !== name);
  await Promise.all(old.map((key) => caches.delete(key)));
}

// The page data of `page_data.rs`; `<` is escaped in it, so it ends at the first tag.
function embeddedData(html) {
  const found = html.match(/<script[^>]*id="page-data"[^>]*>([^<]*)</);
  if (!found) throw new Error("The shell carries no page data.");
  return JSON.parse(found[1]);
}
