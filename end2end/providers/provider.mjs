// A content provider in another language than ours: nothing but Node's own modules, only the wire contract.
//
//   node provider.mjs builds|links|weather|calendar|status
//
// Prints its address on standard output. The tests steer it at /control and read there what it was asked.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import * as descriptors from './descriptors.mjs';

const name = process.argv[2];
const installations = new Map(); // oauthId → {oauthSecret, capabilitiesUrl, roomId?, accessToken?}
const asked = []; // what the chat server and browsers wanted
let base;
let steering = { version: 1, glance: 'ok', install: 'ok', content: initialContent() };

function initialContent() {
  if (name === 'weather') {
    return { label: { type: 'html', value: '<b>36</b> °C' }, metadata: { temperature: 36, warning: false } };
  }
  if (name === 'status') return { label: { type: 'html', value: '<b>1</b> service is down' }, metadata: { state: 'down' } };
  return {
    label: { type: 'html', value: '<b>128</b> Builds' },
    status: { type: 'lozenge', value: { label: 'ALL GOOD', type: 'success' } },
    metadata: { isConfigured: true, failed: 0 },
  };
}

const descriptor = () => descriptors[name](base, steering.version);

/** Claims of a token signed with the secret of the installation it names; throws when anything is wrong. */
function verify(token) {
  const [head, body, signature] = (token ?? '').split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  if (JSON.parse(Buffer.from(head, 'base64url')).alg !== 'HS256') throw new Error('algorithm');
  const secret = installations.get(claims.iss)?.oauthSecret;
  if (!secret) throw new Error('unknown installation');
  const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('signature');
  if (claims.exp < Date.now() / 1000) throw new Error('expired');
  return claims;
}

async function accessToken(installation) {
  const capabilities = await (await fetch(installation.capabilitiesUrl)).json();
  const answer = await fetch(capabilities.capabilities.oauth2Provider.tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${installation.oauthId}:${installation.oauthSecret}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ grant_type: 'client_credentials' }),
  });
  if (answer.status !== 200) throw new Error(`token endpoint answered ${answer.status}`);
  installation.api = capabilities.links.api;
  installation.accessToken = (await answer.json()).access_token;
  return installation.accessToken;
}

/** Calls the chat server as an installation; `path` is relative to /v2. */
async function call({ method = 'POST', path, body, oauthId }) {
  const installation = oauthId ? installations.get(oauthId) ?? steering.removed : [...installations.values()].at(-1);
  const token = installation.accessToken ?? (await accessToken(installation));
  const answer = await fetch(`${installation.api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.text() };
}

/** Where the chat is, as the newest installation was told. */
const chat = () => steering.script ?? new URL([...installations.values()].at(-1)?.capabilitiesUrl ?? base).origin;

const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<body><h1>${title}</h1>${body}
<ul id="seen" aria-label="What this page was told"></ul>
<script src="${chat()}/atlassian-connect/all.js"></script>
<script>
  const seen = (text) => { const li = document.createElement('li'); li.textContent = text; document.querySelector('#seen').append(li); };
  const told = (event) => (payload) => seen(event + ' ' + JSON.stringify(payload));
  HipChat.auth.withToken((error, token) => seen('token ' + (error || token.split('.').length)));
  const events = ['builds.rerun', 'links.sidebar', 'glance-update', 'message-received', 'receive-parameters', 'dialog-filter-changed', 'theme'];
  HipChat.register(Object.fromEntries(events.map((event) => [event, told(event)])));
  let stolen = 'nothing';
  try { stolen = String(parent.document.title); } catch { /* another origin cannot look at the chat */ }
  document.body.dataset.stolen = stolen;
</script>`;

/** When the people of the room are free, whom the chat server is asked for. */
async function freeTimes(claims) {
  const { body } = await call({ method: 'GET', path: `/room/${claims.context.room_id}/participant?include-offline=true` });
  return `<ul>${JSON.parse(body).items.map(({ name }) => `<li>${name} is free at 10:00</li>`).join('')}</ul>`;
}

const routes = {
  'GET /descriptor': (request, reply) => {
    if (steering.descriptor !== undefined) return reply(200, steering.descriptor, 'application/json');
    if (steering.descriptorStatus) return reply(steering.descriptorStatus, 'broken');
    reply(200, descriptor());
  },
  'POST /installed': async (request, reply) => {
    const installation = JSON.parse(request.body);
    installations.set(installation.oauthId, installation);
    if (steering.install !== 'ok') {
      installations.delete(installation.oauthId);
      return reply(500, 'The builds database is down');
    }
    await accessToken(installation); // as frameworks do, before they answer
    reply(200, {});
  },
  'GET /glance': (request, reply) => {
    if (steering.glance === 'malformed') return reply(200, '{"label":', 'application/json');
    if (steering.glance !== 'ok') return reply(502, 'no');
    reply(200, steering.content);
  },
  'GET /plain': (request, reply) => reply(200, '<!doctype html><html lang="en"><title>Plain</title><h1>A page of the old kind</h1>', 'text/html'),
  'GET /readers': (request, reply) =>
    steering.readers === 'error' ? reply(502, 'no') : reply(200, { label: { type: 'html', value: '<b>3</b> readers so far' } }),
  'POST /hook': (request, reply) => {
    const { item } = JSON.parse(request.body);
    const [, project = 'main'] = item.message.message.split(' ');
    reply(200, { message: `Build #129 of <b>${project}</b> started`, message_format: 'html', color: 'yellow' });
  },
  'GET /icon.svg': (request, reply) =>
    reply(200, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="5" fill="#14532d"/></svg>', 'image/svg+xml'),
  'GET /control': (request, reply) => reply(200, { asked, installations: [...installations.values()] }),
  'POST /control': async (request, reply) => {
    const { call: wanted, trust, ...change } = JSON.parse(request.body);
    // As if somebody had told it who signs, instead of installing it.
    if (trust) installations.set(trust.oauthId, trust);
    Object.assign(steering, change);
    reply(200, wanted ? await call(wanted) : {});
  },
};

const needsToken = (path) => ['/glance', '/readers', '/hook'].includes(path) || path.startsWith('/page/');

async function answer(request, reply) {
  const url = new URL(request.url, base);
  let claims;
  if (!url.pathname.startsWith('/control')) {
    if (needsToken(url.pathname)) {
      const header = request.headers.authorization ?? '';
      try {
        claims = verify(url.searchParams.get('signed_request') ?? header.replace(/^JWT (token=)?/, ''));
      } catch (error) {
        return reply(401, String(error));
      }
    }
    asked.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), claims });
  }
  if (request.method === 'DELETE' && url.pathname.startsWith('/installed/')) {
    const id = url.pathname.slice('/installed/'.length);
    steering.removed = installations.get(id);
    installations.delete(id);
    return reply(204, '');
  }
  if (request.method === 'GET' && url.pathname.startsWith('/page/')) {
    if (url.pathname === '/page/calendar') return reply(200, page('Calendar', await freeTimes(claims)), 'text/html');
    const title = { sidebar: 'Recent builds', dialog: 'Build details', view: 'Link preview', external: 'External page', configuration: 'Which projects' };
    return reply(200, page(title[url.pathname.slice(6)] ?? 'Page', '<p>2 builds failed</p>'), 'text/html');
  }
  const route = routes[`${request.method} ${url.pathname}`];
  return route ? route(request, reply) : reply(404, 'no');
}

const server = createServer((request, response) => {
  const reply = (status, body, type = typeof body === 'string' ? 'text/plain' : 'application/json') => {
    response.writeHead(status, { 'content-type': type, 'access-control-allow-origin': '*', ...steering.headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () =>
    answer(Object.assign(request, { body }), reply).catch((error) => reply(500, String(error))),
  );
});

server.listen(0, '127.0.0.1', () => {
  base = `http://127.0.0.1:${server.address().port}`;
  console.log(base);
});
