// A HipChat Connect add-on as Atlassian's template has its authors begin: everything that speaks with the host is the framework's.

const http = require('http');
const path = require('path');
const bodyParser = require('body-parser');
const express = require('express');
const ac = require('atlassian-connect-express');
ac.store.register('redis', require('atlassian-connect-express-redis'));

const app = express();
const addon = ac(app);
require('atlassian-connect-express-hipchat')(addon, app);
const hipchat = require('./hipchat')(addon);

app.use(bodyParser.json());
app.use(bodyParser.urlencoded({ extended: false }));
app.use(addon.middleware());
app.use(express.static(path.join(__dirname, 'public')));

/** What was told, by installation. */
const told = new Map();
const reportsOf = (clientInfo) => told.get(clientInfo.clientKey) || [];
const page = (name) => [addon.authenticate(), (req, res) => res.sendFile(path.join(__dirname, 'pages', name))];

function glance(clientInfo) {
  const count = reportsOf(clientInfo).length;
  return {
    label: { type: 'html', value: `<strong>${count}</strong> told` },
    status: { type: 'lozenge', value: { label: count ? 'ON TRACK' : 'QUIET', type: count ? 'success' : 'default' } },
    metadata: { count },
  };
}

function card(id, text) {
  return {
    id: `standup-${id}`,
    style: 'application',
    format: 'medium',
    title: 'Stand-up',
    url: 'https://example.org/standup',
    description: { format: 'html', value: `Today: <b>${text}</b><script>alert(1)</script>` },
    icon: { url: `${addon.config.localBaseUrl()}/icon.png` },
    activity: { html: 'Somebody <b>told</b> what they do' },
    attributes: [
      { label: 'State', value: { label: 'Begun', style: 'lozenge-success' } },
      { label: 'Blocked by', value: { label: 'nobody' } },
    ],
    metadata: { standup: { open: true } },
  };
}

app.get('/config', page('config.html'));
app.get('/sidebar', page('sidebar.html'));
app.get('/dialog', page('dialog.html'));
app.get('/glance', addon.authenticate(), (req, res) => {
  res.set('Access-Control-Allow-Origin', '*').json(glance(req.clientInfo));
});

// The page in the dialog tells what somebody does; the room sees a card, the glance counts it.
app.post('/tell', addon.authenticate(), (req, res) => {
  const { clientInfo, identity } = req;
  const reports = [...reportsOf(clientInfo), req.body.text];
  told.set(clientInfo.clientKey, reports);
  hipchat
    .sendMessage(clientInfo, identity.roomId, `Stand-up: ${req.body.text}`, 'green', card(reports.length, req.body.text))
    .then(() => hipchat.updateGlance(clientInfo, identity.roomId, 'standup.glance', glance(clientInfo)))
    .then(() => res.json({ status: 'ok', user: identity.userId, group: identity.groupId }))
    .catch((error) => res.status(500).json({ error: String(error) }));
});

// A link in words of the room that opens a page of the add-on's.
const suggestion = JSON.stringify({ parameters: { suggestion: 'after lunch' } }).replace(/"/g, '&quot;');
const tellNow = `<a href="#" data-target="standup.dialog" data-target-options='${suggestion}'>Tell now</a>`;

app.post('/webhook', addon.authenticate(), (req, res) => {
  const { message } = req.body.item;
  const text = `<b>${message.from.name}</b> asked; ${reportsOf(req.clientInfo).length} told.</br ><p>${tellNow}</p>`;
  hipchat
    .sendMessage(req.clientInfo, req.identity.roomId, text, 'purple')
    .then(() => res.sendStatus(200))
    .catch((error) => res.status(500).send(String(error)));
});

addon.on('installed', (clientKey, clientInfo, req) => {
  hipchat.sendMessage(clientInfo, req.body.roomId, `The ${addon.descriptor.name} add-on has been installed in this room`, 'yellow');
});

addon.on('uninstalled', (id) => {
  addon.settings.client.keys(`${id}:*`, (error, keys) => keys.forEach((key) => addon.settings.client.del(key)));
});

http.createServer(app).listen(addon.config.port(), '127.0.0.1');
