// What goes wrong is said in the dialog, and nothing remains.

import { expect, test } from '../support/test';

test('a faulty descriptor is refused naming every fault with its place [DESC-19, INST-20]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  await builds.steer({ descriptor: { key: 'com.example.builds', links: {}, capabilities: { glance: [{ key: 'a', name: { value: 'A' }, queryUrl: 'ftp://x' }], webhook: [{ url: 'https://x.example', event: 'room_message', pattern: '(' }] } } });
  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.presses('Install from an address…');
  await a.fills('Address of the descriptor', builds.descriptorUrl);
  await a.presses('Continue');
  for (const place of ['/name', '/links/self', '/capabilities/glance/0/queryUrl', '/capabilities/webhook/0/pattern']) {
    await expect(a.dialog).toContainText(place);
  }
  await expect(a.dialog).toContainText('Nothing was installed');
  await a.presses('Try again');
  await expect(a.page.getByLabel('Address of the descriptor')).toHaveValue(builds.descriptorUrl);
  const { items } = await server.call(alana, 'GET', `/api/v1/rooms/${room}/integrations`);
  expect(items).toEqual([]);
});

test('a provider that fails while installing leaves nothing behind [HCC-03, INST-20]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  await builds.steer({ install: 'fail' });
  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.presses('Install from an address…');
  await a.fills('Address of the descriptor', builds.descriptorUrl);
  await a.presses('Continue');
  await a.dialog.getByRole('radio', { name: /Only in Release team/ }).check();
  await a.dialog.getByRole('button', { name: /^Install in/ }).click();
  await expect(a.dialog.getByRole('alert')).toContainText('The builds database is down');
  expect((await server.call(alana, 'GET', `/api/v1/rooms/${room}/integrations`)).items).toEqual([]);
});
