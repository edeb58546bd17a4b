// The same calls as /atlassian-connect/all.js, as a module with promises. Types: roomglass-frame.d.ts.
//
//   import { auth, register } from "https://chat.example.com/roomglass-frame.js";
//   const token = await auth.withToken();

import "./atlassian-connect/all.js";

const { HipChat } = window;

/** Lets a call answer by a promise, which is refused with what the chat says went wrong. */
const promised = (call) => (...args) =>
  new Promise((resolve, reject) =>
    call(...args, (error, result) => (error ? reject(new Error(String(error))) : resolve(result))),
  );

const module = (name) =>
  Object.freeze(Object.fromEntries(Object.entries(HipChat[name]).map(([call, work]) => [call, promised(work)])));

export const auth = module("auth");
export const room = module("room");
export const user = module("user");
export const sidebar = module("sidebar");
export const dialog = module("dialog");
export const chat = module("chat");
export const file = module("file");
export const register = HipChat.register;
export const broadcast = HipChat.broadcast;
