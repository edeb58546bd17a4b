// What those see who manage the integrations of a room.

import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';

test('the owner of a room sees what an integration was told, and has it told again [HOOK-07]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  await server.say(emma, room, '/build main');
  await expect.poll(async () => (await builds.asked('/hook')).length).toBe(1);

  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.choosesFor('Builds', 'Deliveries…');
  const call = a.dialog.getByRole('row').filter({ hasText: 'room_message' });
  await expect(async () => {
    await a.dialog.getByRole('button', { name: 'Refresh' }).click();
    await expect(call).toContainText('Delivered', { timeout: 500 });
  }).toPass();
  await expect(call).toContainText('1 try, answered 200');
  await isAccessible(a);
  const replay = call.getByRole('button', { name: /^Replay room_message/ });
  await replay.click();
  await expect.poll(async () => (await builds.asked('/hook')).length).toBe(2);
  await expect(replay, 'the button stays where it is').toBeFocused();
  a.hasNothingToComplainAbout();

  // Emma is a member and manages nothing.
  const e = await at(emma);
  await e.visits(`/integrations?room=${room}`);
  await e.isLive();
  await expect(e.page.locator('.people__row').filter({ hasText: 'Builds' })).toBeVisible();
  await expect(e.page.getByRole('button', { name: /^More for / })).toHaveCount(0);
});

test('an integration gets new credentials, and is removed everywhere [UNIN-04]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const rooms = [await server.room(alana, 'Release team'), await server.room(alana, 'Support')];
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms });
  const known = async () => (await builds.installations()).map((installation) => installation.oauthId);
  const former = await known();
  expect(former).toHaveLength(2);

  const a = await at(alana);
  await a.visits(`/integrations?room=${rooms[0]}`);
  await a.isLive();
  await a.choosesFor('Builds', 'New credentials…');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'Give new credentials' }).click();
  await expect(a.dialog).toHaveCount(0);
  expect(await known(), 'the former ones count for an hour more').toEqual([...former, expect.any(String)]);

  await a.choosesFor('Builds', 'Remove everywhere…');
  await a.dialog.getByRole('button', { name: 'Remove everywhere' }).click();
  await expect(a.page.getByText('No integrations here yet.')).toBeVisible();
  await expect.poll(known, 'its provider is told of each').toEqual([]);
  await a.visits(`/rooms/${rooms[1]}`);
  await a.isLive();
  await expect(a.log).toContainText('Alana removed Builds');
  a.hasNothingToComplainAbout();
});

test('the owner of a room reads the descriptor of an integration with its faults, and tries a better one', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  await builds.steer({ descriptor: JSON.stringify({ ...descriptor, name: 7 }, null, 2) });
  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.choosesFor('Builds', 'Descriptor…');
  const findings = a.dialog.getByRole('list', { name: 'Faults and warnings' });
  await expect(findings).toContainText('Line 3 /name expected text');
  await isAccessible(a);
  const better = JSON.stringify(descriptor, null, 2);
  await a.dialog.getByRole('textbox', { name: 'Descriptor', exact: true }).fill(better);
  await expect(findings.getByText('Fault')).toHaveCount(0);
  await a.dialog.getByRole('link', { name: 'Try it in the simulator' }).click();
  await expect(a.page.getByRole('heading', { name: 'Simulator', level: 1 })).toBeVisible();
  await expect(a.page.getByRole('textbox', { name: 'Descriptor', exact: true })).toHaveValue(better);
  a.hasNothingToComplainAbout();
});

test('an update that wants more waits until somebody has seen the difference [UPD-06]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  const [a, e] = [await at(alana), await at(emma)];
  for (const visitor of [a, e]) {
    await visitor.visits(`/integrations?room=${room}`);
    await visitor.isLive();
  }
  const notices = a.page.getByRole('list', { name: 'Updates to review' }).getByRole('listitem');
  const offers = async (scope: string): Promise<void> => {
    const { scopes } = descriptor.capabilities.hipchatApiConsumer;
    const capabilities = { ...descriptor.capabilities, hipchatApiConsumer: { scopes: [...scopes, scope] } };
    await builds.steer({ descriptor: { ...descriptor, description: `Builds with ${scope}`, capabilities } });
    const { outcome } = await server.call(alana, 'POST', '/api/v1/updates/com.example.builds/refresh');
    expect(outcome).toBe('waiting');
  };

  await offers('admin_room');
  await expect(notices, 'it appears without a reload').toHaveCount(1);
  await isAccessible(a);
  await a.presses('Review the new version of Builds…');
  const agree = a.dialog.getByRole('list', { name: 'Changes to agree to' });
  await expect(agree).toContainText('After: Change topic, members and webhooks of rooms');
  await expect(agree, 'what stays is nothing to decide about').not.toContainText('Before:');
  await expect(a.dialog.getByRole('list', { name: 'Harmless changes' })).toContainText('/description');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'Refuse' }).click();
  await expect(notices).toHaveCount(0);

  await offers('view_messages');
  await expect(notices).toHaveCount(1);
  await a.presses('Review the new version of Builds…');
  await expect(a.dialog).toContainText('Read messages');
  await a.dialog.getByRole('button', { name: 'Accept' }).click();
  await expect(notices).toHaveCount(0);
  const { items } = await server.call(alana, 'GET', `/api/v1/rooms/${room}/integrations`);
  expect(items[0].scopes).toContain('view_messages');
  expect(items[0].scopes).not.toContain('admin_room');
  // Emma decides nothing here and heard of nothing.
  await expect(e.page.getByRole('list', { name: 'Updates to review' }).getByRole('listitem')).toHaveCount(0);
  a.hasNothingToComplainAbout();
});

test('a script speaks in a room by an address that its owner makes and deletes', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.presses('Make a webhook…');
  await a.fills('Name', 'Alertmanager');
  await a.dialog.getByRole('button', { name: 'Make a webhook' }).click();
  const address = await a.page.getByLabel('Address of Alertmanager').inputValue();
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'Done' }).click();
  const row = a.page.locator('.people__row').filter({ hasText: 'Alertmanager' });
  await expect(row).toContainText('never used');
  expect(await a.page.content(), 'the secret is shown once').not.toContain(address);

  const post = (): Promise<Response> => fetch(server.address + new URL(address).pathname, { method: 'POST', body: JSON.stringify({ text: 'The disk is full' }) });
  expect(await (await post()).text()).toBe('ok');
  await a.page.reload();
  await expect(row).toContainText('last used');
  await isAccessible(a);
  await a.presses('Delete Alertmanager…');
  await a.dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  expect((await post()).status).toBe(404);
  await a.opens(room);
  await a.sees('The disk is full');
});

test('the catalogue has categories, and tells of an integration before it is installed [MKT-01]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const [builds, weather] = [await provider('builds'), await provider('weather')];
  await server.call(alana, 'POST', '/api/v1/catalogue', { descriptor_url: builds.descriptorUrl, categories: ['Development'] });
  await server.call(alana, 'POST', '/api/v1/catalogue', { descriptor_url: weather.descriptorUrl });
  const a = await at(alana);
  await a.visits('/integrations');
  await a.isLive();
  const cards = a.page.locator('.catcard');
  await expect(cards).toHaveCount(2);
  await a.page.getByRole('group', { name: 'Categories' }).getByRole('button', { name: 'Development' }).click();
  await expect(cards).toHaveCount(1);
  await isAccessible(a);
  await a.presses('Details of Builds…');
  await expect(a.dialog).toContainText('Is told what happens in rooms');
  await expect(a.dialog).toContainText('those that match /^/build');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'Install…' }).click();
  await expect(a.dialog.getByRole('heading', { name: 'Install Builds' })).toBeVisible();
  a.hasNothingToComplainAbout();
});

test('the owner of a room finds why a tile is hidden, members are not asked to [COND-01]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await builds.steer({ content: { label: { type: 'html', value: 'x' }, metadata: { isConfigured: false } } });
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await expect.poll(async () => (await builds.asked('/glance')).length).toBeGreaterThan(0);
  await expect(async () => {
    if (await a.dialog.count()) await a.page.keyboard.press('Escape');
    await a.presses('Room menu');
    await a.page.getByRole('menuitem', { name: 'Why are tiles shown or hidden?' }).click();
    const tile = a.dialog.getByRole('listitem').filter({ hasText: 'glance_matches' }).first();
    await expect(tile).toContainText('"isConfigured":false', { timeout: 500 });
  }, 'the data has come').toPass();
  await expect(a.dialog).toContainText('Hidden');
  await isAccessible(a);
  await e.opens(room);
  await e.presses('Room menu');
  await expect(e.page.getByRole('menuitem', { name: 'Leave room' })).toBeVisible();
  await expect(e.page.getByRole('menuitem', { name: /^Why/ })).toHaveCount(0);
});
