// The frame's half of the protocol between a provider's page and the chat around it.
//
//   roomglass.register(["links.sidebar"])        tells the chat which controls this page handles
//   roomglass.on("action", ({message}) => …)     also "dynamic-data" and "theme"
//   await roomglass.get("history", {days: "1"})  this provider's /data/history, signed; post() likewise
"use strict";
const roomglass = (() => {
  const root = document.documentElement;
  const framed = window.parent !== window;
  const waiting = new Map();
  const listeners = new Map();
  let lastId = 0;

  function receive({ data }) {
    if (waiting.has(data.id)) {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error) reject(new Error(data.error));
      else resolve(data.result);
    } else if (data.event) {
      for (const listener of listeners.get(data.event) ?? []) listener(data);
    }
  }

  // Frames have an opaque origin, so the chat is recognised by being the parent; the page's policy says which
  // origins the parent can have.
  const port = new Promise((resolve, reject) => {
    if (!framed) return reject(new Error("This page is not shown inside a chat."));
    addEventListener("message", function connected(event) {
      if (event.source !== window.parent || event.data?.kind !== "roomglass.port" || !event.ports[0]) return;
      removeEventListener("message", connected);
      event.ports[0].onmessage = receive;
      resolve(event.ports[0]);
    });
    window.parent.postMessage({ kind: "roomglass.connect" }, "*");
  });
  port.catch(() => {});

  async function call(name) {
    const connected = await port;
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      connected.postMessage({ id, call: name });
    });
  }

  async function request(method, name, parameters = {}) {
    const { token } = await call("auth.withToken");
    const address = `${root.dataset.base}/data/${name}?${new URLSearchParams(parameters)}`;
    const answer = await fetch(address, { method, headers: { Authorization: `JWT ${token}` } });
    if (answer.status === 204) return null;
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error?.message ?? "The provider did not answer as expected.");
    return body;
  }

  const api = {
    framed,
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    async register(actions) {
      (await port).postMessage({ call: "register", actions });
    },
    get: (name, parameters) => request("GET", name, parameters),
    post: (name, parameters) => request("POST", name, parameters),
  };
  api.on("theme", ({ theme }) => { root.dataset.theme = theme; });
  return api;
})();
