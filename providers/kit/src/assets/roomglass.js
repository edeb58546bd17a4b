// The frame's half of the protocol between a provider's page and the chat around it.
//
//   roomglass.on("links.sidebar", (message) => …)  the page was opened by that control, for that message
//   roomglass.on("glance-update", ({metadata}) => …)  data of a tile was pushed; also "theme" and "receive-parameters"
//   await roomglass.get("history", {days: "1"})    this provider's /data/history, signed; post() likewise
"use strict";
const roomglass = (() => {
  const root = document.documentElement;
  const chat = described();
  const waiting = new Map();
  const listeners = new Map();
  let lastNumber = 0;

  // The chat tells a page who it is in the name of its window.
  function described() {
    try {
      const named = JSON.parse(window.name);
      return named.extension_id && window.parent !== window ? named : null;
    } catch {
      return null;
    }
  }

  const post = (message) => window.parent.postMessage({ eid: chat.extension_id, ...message }, chat.origin);

  function receive({ source, origin, data }) {
    if (source !== window.parent || origin !== chat.origin) return;
    if (data?.type === "evt") {
      for (const listener of listeners.get(data.etyp) ?? []) listener(data.evnt);
    } else if (data?.type === "resp" && waiting.has(data.mid)) {
      const { resolve, reject } = waiting.get(data.mid);
      waiting.delete(data.mid);
      const [error, result] = data.args;
      if (error) reject(new Error(error));
      else resolve(result);
    }
  }

  function call(mod, fn, ...args) {
    if (!chat) return Promise.reject(new Error("This page is not shown inside a chat."));
    const mid = String(++lastNumber);
    return new Promise((resolve, reject) => {
      waiting.set(mid, { resolve, reject });
      post({ type: "req", mod, fn, args, mid });
    });
  }

  async function request(method, name, parameters = {}) {
    const token = await call("auth", "withToken");
    const address = `${root.dataset.base}/data/${name}?${new URLSearchParams(parameters)}`;
    const answer = await fetch(address, { method, headers: { Authorization: `JWT ${token}` } });
    if (answer.status === 204) return null;
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error?.message ?? "The provider did not answer as expected.");
    return body;
  }

  const api = {
    framed: chat !== null,
    call,
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      if (chat) post({ type: "event_query", args: [event] });
    },
    get: (name, parameters) => request("GET", name, parameters),
    post: (name, parameters) => request("POST", name, parameters),
  };
  if (chat) {
    addEventListener("message", receive);
    post({ type: "init" });
  }
  api.on("theme", ({ theme }) => { root.dataset.theme = theme; });
  return api;
})();
