// The three providers of the walkthrough, as descriptors. Addresses are those of the running process.

const glanceMatches = (...metadata) => ({ condition: 'glance_matches', params: { metadata } });

const rerun = {
  key: 'builds.rerun',
  name: { value: 'Re-run this build' },
  target: 'builds.sidebar',
  location: 'hipchat.message.action',
  conditions: [{ condition: 'message_matches', params: { regex: { pattern: 'build #\\d+', flags: 'i' } } }],
};

/** Descriptor of `com.example.builds`; version 2 adds a control (story 6). */
export function builds(base, version = 1) {
  return {
    ...general(base, 'com.example.builds', 'Builds', 'State of the builds of a room’s projects', [
      'view_room',
      'view_group',
      'send_notification',
    ]),
    capabilities: {
      ...installable(base, ['view_room', 'view_group', 'send_notification']),
      configurable: { url: `${base}/page/configuration` },
      glance: [
        {
          key: 'builds.summary',
          name: { value: 'Builds' },
          queryUrl: `${base}/glance`,
          target: 'builds.sidebar',
          icon: { url: `${base}/icon.svg`, 'url@2x': `${base}/icon.svg` },
          conditions: [glanceMatches({ attr: 'isConfigured', eq: true })],
        },
      ],
      webPanel: [
        { key: 'builds.sidebar', name: { value: 'Recent builds' }, location: 'hipchat.sidebar.right', url: `${base}/page/sidebar` },
      ],
      dialog: [
        {
          key: 'builds.dialog',
          title: { value: 'Build details' },
          url: `${base}/page/dialog`,
          options: {
            primaryAction: { key: 'builds.again', name: { value: 'Run again' } },
            secondaryActions: [{ key: 'builds.cancel', name: { value: 'Cancel' } }],
            hint: { value: 'Takes a minute' },
            filter: { placeholder: { value: 'Find a step' } },
          },
        },
      ],
      webhook: [
        {
          key: 'builds.command',
          name: 'Build command',
          event: 'room_message',
          pattern: '^/build\\b',
          url: `${base}/hook`,
          authentication: 'jwt',
        },
      ],
      ...(version >= 2 ? { action: [rerun] } : {}),
    },
  };
}

/** Descriptor of `com.example.links`: two controls for messages with links (story 9). */
export function links(base) {
  const control = (key, label, target) => ({
    key,
    name: { value: label },
    target,
    location: 'hipchat.message.action',
    conditions: [{ condition: 'message_contains_link' }],
  });
  return {
    ...general(base, 'com.example.links', 'Links', 'Opens the links of messages'),
    capabilities: {
      ...installable(base, ['view_room']),
      action: [
        control('links.sidebar', 'Open in sidebar', 'links.view'),
        control('links.page', 'Open in external page', 'links.external'),
        { ...control('links.count', 'Count readers', 'links.view'), queryUrl: `${base}/readers` },
        control('links.call', 'Call about it', 'links.phone'),
      ],
      externalPage: [
        { key: 'links.external', name: { value: 'External page' }, url: `${base}/page/external` },
        { key: 'links.phone', name: { value: 'Telephone' }, url: 'tel:+49301234' },
      ],
      webPanel: [
        { key: 'links.view', name: { value: 'Link preview' }, location: 'hipchat.sidebar.right', url: `${base}/page/view` },
      ],
    },
  };
}

/** Descriptor of `org.example.weather`: one tile, shown when it is hot or a warning is in force (story 10). */
export function weather(base, version = 1) {
  return {
    ...general(base, 'org.example.weather', 'Weather', 'Weather and warnings'),
    capabilities: {
      ...installable(base, ['view_room', 'view_group']),
      glance: [
        {
          key: 'weather.now',
          name: { value: 'Weather' },
          queryUrl: `${base}/glance`,
          icon: { url: `${base}/icon.svg`, 'url@2x': `${base}/icon.svg` },
          conditions: [
            {
              type: 'or',
              conditions: [
                glanceMatches({ attr: 'temperature', gt: version >= 2 ? 38 : 35 }),
                glanceMatches({ attr: 'warning', eq: true }),
              ],
            },
          ],
        },
      ],
    },
  };
}

/** Descriptor of `org.example.calendar`: a control for messages that speak of a date (CC-21). */
export function calendar(base) {
  return {
    ...general(base, 'org.example.calendar', 'Calendar', 'When the people of a room are free'),
    capabilities: {
      ...installable(base, ['view_room', 'view_group']),
      action: [
        {
          key: 'calendar.find',
          name: { value: 'Find a date' },
          target: 'calendar.free',
          location: 'hipchat.message.action',
          conditions: [{ condition: 'message_matches', params: { regex: { pattern: '\\b(meet|meeting|appointment)\\b', flags: 'i' } } }],
        },
      ],
      dialog: [{ key: 'calendar.free', title: { value: 'When everybody is free' }, url: `${base}/page/calendar` }],
    },
  };
}

/** Descriptor of `com.example.status`: what to do about trouble, offered wherever trouble is told of (CC-23). */
export function status(base) {
  const says = { condition: 'message_matches', params: { regex: { pattern: '\\b(down|failing)\\b', flags: 'i' } } };
  const shows = glanceMatches({ attr: 'state', eq: 'down' });
  const places = { 'hipchat.message.action': says, glance: shows, sidebar: shows };
  const offered = (key, label, target) =>
    Object.entries(places).map(([location, condition], index) => ({
      key: `${key}.${index}`,
      name: { value: label },
      target,
      location,
      conditions: [condition],
    }));
  return {
    ...general(base, 'com.example.status', 'Status', 'How the services are'),
    capabilities: {
      ...installable(base, ['view_room', 'view_group', 'send_notification']),
      glance: [{ key: 'status.now', name: { value: 'Status' }, queryUrl: `${base}/glance`, target: 'status.sidebar' }],
      webPanel: [
        { key: 'status.sidebar', name: { value: 'Status' }, location: 'hipchat.sidebar.right', url: `${base}/page/sidebar` },
      ],
      dialog: [{ key: 'status.discuss', title: { value: 'Discuss' }, url: `${base}/page/dialog` }],
      externalPage: [{ key: 'status.application', name: { value: 'Status pages' }, url: `${base}/page/external` }],
      action: [
        ...offered('status.discuss', 'Discuss with peers', 'status.discuss'),
        ...offered('status.open', 'Open in Status pages', 'status.application'),
      ],
    },
  };
}

function general(base, key, name, description) {
  return {
    key,
    name,
    description,
    vendor: { name: 'Example', url: 'https://example.com' },
    links: { homepage: base, self: `${base}/descriptor` },
  };
}

function installable(base, scopes) {
  return {
    installable: { allowRoom: true, allowGlobal: true, callbackUrl: `${base}/installed` },
    hipchatApiConsumer: { scopes },
  };
}
