// The page's half of HipChat's in-frame API, for add-ons written for HipChat and for new ones.
//
//   HipChat.auth.withToken(function (error, token) { … });
//   HipChat.register({ "my-action": function (message) { … }, "dialog-button-click": function (event, close) { … } });
//
// The chat tells a page who it is in the name of its window. What counts is that messages come from the window around
// this one, and from the origin that it named.
(function () {
  "use strict";

  var CALLS = {
    auth: ["withToken"],
    room: ["getRoomDetails", "getParticipants", "open", "create", "invite"],
    user: ["getCurrentUser", "open"],
    sidebar: ["openView", "closeView"],
    dialog: ["open", "update", "updatePrimaryAction", "close"],
    chat: ["appendMessage", "focus", "addFileForUploadWithBase64"],
    file: ["openInFileViewer"],
  };

  var self = own();
  var handlers = {};
  var callbacks = {};
  var lastNumber = 0;

  function own() {
    try {
      var named = JSON.parse(window.name);
      return named && named.extension_id && window.parent !== window ? named : null;
    } catch (notFramed) {
      return null;
    }
  }

  function post(message) {
    message.eid = self.extension_id;
    window.parent.postMessage(message, self.origin);
  }

  // What cannot be copied to another window (functions, elements) is left out, as JSON does.
  function plain(value) {
    return value === undefined ? null : JSON.parse(JSON.stringify(value));
  }

  function call(module, name) {
    return function () {
      var args = Array.prototype.slice.call(arguments);
      var callback = typeof args[args.length - 1] === "function" ? args.pop() : null;
      if (!self) {
        if (callback) setTimeout(callback, 0, "This page is not shown inside a chat.");
        return;
      }
      var request = { type: "req", mod: module, fn: name, args: args.map(plain) };
      if (callback) {
        request.mid = String(++lastNumber);
        callbacks[request.mid] = callback;
      }
      post(request);
    };
  }

  function register(added) {
    Object.keys(added || {}).forEach(function (name) {
      handlers[name] = added[name];
    });
    if (self) post({ type: "event_query", args: Object.keys(handlers) });
  }

  function happened(event) {
    var answered = event.mid === undefined;
    function answer() {
      if (answered) return;
      answered = true;
      post({ type: "resp", mid: event.mid, args: Array.prototype.slice.call(arguments) });
    }
    // A handler answers when it is done, which may be after a request of its own: only where there is none, we do.
    if (handlers[event.etyp]) handlers[event.etyp](event.evnt, answer);
    else answer();
  }

  function receive(event) {
    var message = event.data;
    if (event.source !== window.parent || event.origin !== self.origin || !message) return;
    if (message.type === "evt") happened(message);
    if (message.type === "resp" && callbacks[message.mid]) {
      var callback = callbacks[message.mid];
      delete callbacks[message.mid];
      callback.apply(null, message.args || []);
    }
  }

  var api = {
    require: function (names, callback) {
      var modules = [].concat(names).map(function (name) {
        return api[name];
      });
      callback.apply(null, modules);
    },
    register: register,
    broadcast: function (name, payload) {
      if (self) post({ type: "broadcast", etyp: name, evnt: plain(payload) });
    },
  };
  Object.keys(CALLS).forEach(function (module) {
    api[module] = {};
    CALLS[module].forEach(function (name) {
      api[module][name] = call(module, name);
    });
  });

  window.HipChat = api;
  window.AP = api;
  if (self) {
    window.addEventListener("message", receive);
    // Keys that are pressed here do not reach the chat, and Escape closes what holds the page.
    window.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !event.defaultPrevented) post({ type: "key_triggered", etyp: "Escape" });
    });
    post({ type: "init" });
  }
})();
