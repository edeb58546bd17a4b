// Whether a room may deploy: a tile, a sidebar, a control on messages, and `/deploys`. Nothing but Node's own modules.
//
//   node deploys.mjs [PORT] [FILE]     FILE keeps the installations; it holds secrets
//
// Prints the address of its descriptor. PUBLIC_URL is where it is reached, CHAT the origin of the chat that may install
// it, if not one on this machine.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port = '7910', file = 'deploys-installations.json'] = process.argv.slice(2);
const installations = new Map(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []); // by oauthId
const reasons = new Map(); // why deploys are frozen, by installation and room
const told = new Map(); // tokens of events that came, until they end
let base = process.env.PUBLIC_URL;

/** A file beside this one with its `{{gaps}}` filled in. */
const filled = (name, values) =>
  readFileSync(new URL(name, import.meta.url), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, gap) => values[gap]);

const refusal = (status, message) => Object.assign(new Error(message), { status });

/** The claims of a token the chat server signed with the secret of an installation; anything else is refused. */
function verified(request, url) {
  const token = /^JWT (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? url.searchParams.get('signed_request');
  try {
    const [head, body, signature] = token.split('.');
    const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'));
    const claims = decoded(body);
    const secret = installations.get(claims.iss).oauthSecret;
    const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, 'base64url');
    const genuine = decoded(head).alg === 'HS256' && given.length === expected.length && timingSafeEqual(given, expected);
    if (!genuine || !(claims.exp > Date.now() / 1000) || claims.context.audience !== new URL(base).origin) throw new Error('not for us');
    return claims;
  } catch {
    throw refusal(401, 'This request is not signed by a chat server that installed this.');
  }
}

/** The same of an event, which counts once: what stands in somebody's log shall not happen again. */
function verifiedOnce(request, url) {
  const claims = verified(request, url);
  const token = `${claims.iss}/${claims.jti}`;
  told.forEach((end, token) => end < Date.now() / 1000 && told.delete(token));
  if (!claims.jti || told.has(token) || told.size >= 10_000) throw refusal(401, 'This event came before.');
  return told.set(token, claims.exp) && claims;
}

const place = ({ iss, context }) => `${iss}/${context.room_id}`;
const state = (claims) => ({ frozen: reasons.has(place(claims)), reason: reasons.get(place(claims)) ?? null });

const tile = ({ frozen }) => ({
  label: { type: 'html', value: frozen ? 'Deploys <b>frozen</b>' : 'Deploys <b>open</b>' },
  status: { type: 'lozenge', value: frozen ? { label: 'FROZEN', type: 'error' } : { label: 'OPEN', type: 'success' } },
  metadata: { frozen },
});

/** Freezes or opens, and shows everybody in the room. */
function change(claims, reason) {
  reason === null ? reasons.delete(place(claims)) : reasons.set(place(claims), reason.slice(0, 200));
  push(claims).catch((error) => console.error(`the tile was not pushed: ${error.message}`));
}

async function push(claims) {
  const installation = installations.get(claims.iss);
  if (!(installation.expires > Date.now() + 60_000)) await obtainToken(installation);
  const body = JSON.stringify({ glance: [{ key: 'deploys.status', content: tile(state(claims)) }] });
  const headers = { authorization: `Bearer ${installation.token}`, 'content-type': 'application/json' };
  const address = `${installation.api}/integration/ui/room/${claims.context.room_id}`;
  const answer = await fetch(address, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`the chat server answered ${answer.status}`);
}

async function obtainToken(installation) {
  const { oauthId, oauthSecret, capabilitiesUrl } = installation;
  const { links, capabilities } = await (await fetch(capabilitiesUrl)).json();
  const authorization = `Basic ${Buffer.from(`${oauthId}:${oauthSecret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(capabilities.oauth2Provider.tokenUrl, { method: 'POST', headers: { authorization }, body });
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}`);
  const { access_token: token, expires_in: seconds } = await answer.json();
  Object.assign(installation, { api: links.api, token, expires: Date.now() + seconds * 1000 });
}

const store = () => writeFileSync(file, JSON.stringify([...installations]), { mode: 0o600 });

async function install(installation) {
  const { origin, hostname } = new URL(installation.capabilitiesUrl);
  if (process.env.CHAT ? origin !== process.env.CHAT : !['127.0.0.1', 'localhost'].includes(hostname))
    throw refusal(403, 'This integration was not set up for your chat server.');
  await obtainToken(installation);
  installations.set(installation.oauthId, installation);
  store();
}

function command(claims, text) {
  const [, word, reason] = /^\/deploys\s*(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (word === 'freeze' || word === 'open') change(claims, word === 'freeze' ? reason : null);
  const now = state(claims);
  const message = now.frozen ? `Deploys are frozen. ${now.reason}`.trim() : 'Deploys are open.';
  return { message, message_format: 'text', color: now.frozen ? 'red' : 'green' };
}

function sidebar(claims, url) {
  const chat = new URL(installations.get(claims.iss).capabilitiesUrl).origin;
  const theme = ['light', 'dark'].find((theme) => theme === url.searchParams.get('theme')) ?? 'system';
  const nonce = randomBytes(16).toString('hex');
  const html = filled('sidebar.html', { base, chat, nonce, theme });
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src ${base}; frame-ancestors ${chat}`;
  return [200, html, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }];
}

const routes = {
  'GET /descriptor': () => [200, filled('descriptor.json', { base })],
  'POST /installed': async (request) => [200, (await install(JSON.parse(request.body)), {})],
  'GET /tile': (request, url) => [200, tile(state(verified(request, url)))],
  'GET /page': (request, url) => sidebar(verified(request, url), url),
  'GET /data/state': (request, url) => [200, state(verified(request, url))],
  'POST /data/freeze': (request, url) => [204, change(verified(request, url), url.searchParams.get('reason') ?? '')],
  'POST /data/open': (request, url) => [204, change(verified(request, url), null)],
  'POST /hook': (request, url) => [200, command(verifiedOnce(request, url), JSON.parse(request.body).item.message.message)],
};

async function answer(request) {
  const url = new URL(request.url, base);
  const [, removed] = /^\/installed\/([\w-]+)$/.exec(url.pathname) ?? [];
  if (request.method === 'DELETE' && removed) return [204, installations.delete(removed) && store()];
  if (request.method === 'OPTIONS') return [204, null, { 'access-control-allow-headers': 'authorization' }];
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) throw refusal(404, 'There is nothing here.');
  request.body = '';
  for await (const chunk of request) if ((request.body += chunk).length > 65_536) throw refusal(413, 'Too large.');
  return route(request, url);
}

const server = createServer(async (request, response) => {
  const failed = (error) => [error.status ?? 500, { error: error.status ? error.message : 'This did not work.' }];
  const [status, body, headers] = await answer(request).catch(failed);
  // Pages in frames have an opaque origin, so all origins are equal: who may see an answer is decided by the token.
  response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*', ...headers });
  response.end(status === 204 ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
});

server.listen(Number(port), '127.0.0.1', () => {
  base ??= `http://127.0.0.1:${server.address().port}`;
  console.log(`${base}/descriptor`);
});
