// Opens a door's page again where there is no connection. What it gives then is what door.js has put aside.
"use strict";

const keptCopy = async (request) => (await caches.match(request, { ignoreSearch: true, ignoreVary: true })) ?? Response.error();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, headers } = event.request;
  if (method !== "GET" || headers.get("accept") === "application/json") return;
  event.respondWith(fetch(event.request).catch(() => keptCopy(event.request)));
});
