// A HipChat Connect add-on on Atlassian's Koa framework: everything that speaks with the host is the framework's.

var fs = require('fs');
var path = require('path');
var bodyParser = require('koa-body-parser');
var ack = require('ac-koa').require('hipchat');
var pkg = require('./package.json');

var app = ack(pkg);
var addon = app.addon()
  .hipchat()
  .allowRoom(true)
  .scopes('send_notification', 'view_room', 'admin_room')
  .glance('karma.glance', 'Karma', '/icon.png', 'karma.panel', '/glance')
  .webPanel('karma.panel', 'Karma', 'hipchat.sidebar.right', '/panel')
  .dialog('karma.dialog', 'Thank somebody', '/dialog', {
    primaryAction: { key: 'karma.thank', name: { value: 'Thank' }, enabled: true },
    size: { width: '400px', height: '200px' },
  })
  .action('karma.ask', 'Karma of this', 'hipchat.message.action', 'karma.panel');

var page = function (name) {
  var text = fs.readFileSync(path.join(__dirname, 'pages', name), 'utf8');
  return function *() {
    this.type = 'html';
    // For the page's own requests, in the form the framework reads.
    this.body = text.replace('{{token}}', this.authentication.token);
  };
};

// Redis is the framework's store; what it keeps is kept for each installation.
function *leader(store) {
  var karma = (yield store.get('karma')) || {};
  return Object.keys(karma).sort(function (a, b) { return karma[b] - karma[a]; })[0];
}

function *raise(store, name) {
  var karma = (yield store.get('karma')) || {};
  karma[name] = (karma[name] || 0) + 1;
  yield store.set('karma', karma);
  return karma[name];
}

function *glance(store) {
  var first = yield leader(store);
  return {
    label: { type: 'html', value: first ? '<b>' + first + '</b> leads' : 'Nobody yet' },
    metadata: { leader: first || null },
  };
}

function *push(context, room) {
  yield context.tenantClient.glancePushRoom(room, { glance: [{ key: 'karma.glance', content: yield glance(context.tenantStore) }] });
}

addon.webhook('room_message', /^(\w+)\+\+$/i, function *() {
  var count = yield raise(this.tenantStore, this.match[1]);
  yield this.roomClient.sendNotification(this.match[1] + ' has ' + count + ' karma, says ' + this.sender.name, { color: 'green', format: 'text' });
  yield push(this, this.room.id);
});

addon.webhook('room_topic_change', function *() {
  yield this.roomClient.sendNotification('A fine topic: ' + this.topic, { format: 'text' });
});

// One that is not in the descriptor: registered over REST in each room, recognised by the token in its address.
addon.onWebhook('room_enter', function *() {
  yield this.roomClient.sendNotification('Welcome, ' + this.sender.name + '! Your karma is 0.', { format: 'text' });
});

addon.onWebhook('install', function *() {
  yield this.tenantWebhooks.add('room_enter');
  yield this.roomClient.sendNotification('Say "name++" to thank somebody');
});

addon.get('/glance', addon.authenticate(), function *() {
  this.set('Access-Control-Allow-Origin', '*');
  this.body = yield glance(this.tenantStore);
});

addon.get('/panel', addon.authenticate(), page('panel.html'));
addon.get('/dialog', addon.authenticate(), page('dialog.html'));
addon.get('/icon.png', function *() {
  this.type = 'png';
  this.body = fs.readFileSync(path.join(__dirname, 'icon.png'));
});

addon.post('/thank', bodyParser(), addon.authenticate(), function *() {
  var name = this.request.body.name;
  var count = yield raise(this.tenantStore, name);
  var room = this.authentication.context.room_id;
  yield this.tenantClient.sendNotification(room, name + ' was thanked', {
    card: {
      id: 'karma-' + name,
      style: 'link',
      url: 'https://example.org/karma',
      title: name + ' was thanked',
      description: 'Karma is now ' + count,
      attributes: [{ label: 'Karma', value: { label: String(count), style: 'lozenge-current' } }],
    },
  });
  yield push(this, room);
  this.body = { karma: count };
});

app.listen();
