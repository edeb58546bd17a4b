// What administrators see and decide about what is on offer.

import { isAccessible } from '../support/accessible';
import { Roomglass } from '../support/roomglass';
import { expect, test } from '../support/test';

test('an administrator lists an integration, changes how, and withdraws it [MKT-02, MKT-04]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const builds = await provider('builds');
  const a = await at(alana);
  await a.visits('/integrations');
  await a.isLive();
  await a.presses('List an integration…');
  await a.fills('Address of the descriptor', builds.descriptorUrl);
  await a.dialog.getByRole('textbox', { name: 'Categories' }).fill('Development, Builds');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'List it' }).click();
  const card = a.page.locator('.catcard').filter({ hasText: 'Builds' });
  await expect(card).toBeVisible();
  await expect(a.page.getByRole('group', { name: 'Categories' }).getByRole('button', { name: /^Development/ })).toBeVisible();
  expect((await server.call(undefined, 'GET', '/v2/catalogue')).items).toEqual([]);

  await a.presses('Details of Builds…');
  await expect(a.dialog).toContainText('Members of this organisation');
  await a.dialog.getByRole('button', { name: 'How it is listed…' }).click();
  await a.dialog.getByRole('radio', { name: /^Everybody/ }).check();
  await a.dialog.getByRole('textbox', { name: 'Categories' }).fill('Builds');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'List it' }).click();
  await expect(a.dialog).toHaveCount(0);
  const { items } = await server.call(undefined, 'GET', '/v2/catalogue');
  expect(items).toMatchObject([{ key: 'com.example.builds', audience: 'public', categories: ['Builds'] }]);

  // Emma sees the entry and nothing of its listing.
  const e = await at(emma);
  await e.visits('/integrations');
  await e.isLive();
  await expect(e.page.locator('.catcard')).toHaveCount(1);
  await expect(e.page.getByRole('button', { name: 'List an integration…' })).toHaveCount(0);
  await expect(e.page.getByRole('heading', { name: 'Catalogues of other servers' })).toHaveCount(0);

  await a.presses('Details of Builds…');
  await a.dialog.getByRole('button', { name: 'How it is listed…' }).click();
  await a.dialog.getByRole('button', { name: 'Withdraw' }).click();
  await expect(card).toHaveCount(0);
  a.hasNothingToComplainAbout();
});

test('an administrator adds the catalogue of another server, sees what it lists, and removes it [MKT-03]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const builds = await provider('builds');
  const other = await Roomglass.start();
  try {
    const olga = await other.setUp('Olga', 'Elsewhere');
    await other.call(olga, 'POST', '/api/v1/catalogue', { descriptor_url: builds.descriptorUrl, audience: 'public' });
    const a = await at(alana);
    await a.visits('/integrations');
    await a.isLive();
    await a.presses('Add a catalogue…');
    await a.fills('Address of the catalogue', `${other.address}/v2/catalogue`);
    await isAccessible(a);
    await a.dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const row = a.page.locator('.people__row').filter({ hasText: other.address });
    await expect(row).toContainText('1 entry');
    await expect(a.page.locator('.catcard').filter({ hasText: 'Builds' })).toBeVisible();
    await isAccessible(a);
    await row.getByRole('button', { name: /^Entries of / }).click();
    await expect(a.dialog.getByRole('listitem')).toContainText('com.example.builds');
    await a.dialog.getByRole('button', { name: 'Close' }).last().click();

    await other.kill();
    await row.getByRole('button', { name: /^Ask .* again/ }).click();
    await expect(row).toContainText('It did not answer');
    await row.getByRole('button', { name: /^Remove / }).click();
    await a.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(row).toHaveCount(0);
    await expect(a.page.locator('.catcard')).toHaveCount(0);
    a.hasNothingToComplainAbout();
  } finally {
    await other.stop();
  }
});

test('an integration is refreshed from its provider, and what wants more is reviewed and counted in the rail [UPD-06, DESC-05]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.visits(`/integrations?room=${room}`);
  await a.isLive();
  await a.choosesFor('Builds', 'Refresh from its provider');
  await expect(a.page.getByRole('region', { name: 'Notices' })).toContainText('Builds has not changed.');

  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  const { scopes } = descriptor.capabilities.hipchatApiConsumer;
  const capabilities = { ...descriptor.capabilities, hipchatApiConsumer: { scopes: [...scopes, 'view_messages'] } };
  await builds.steer({ descriptor: { ...descriptor, capabilities } });
  await a.choosesFor('Builds', 'Refresh from its provider');
  await expect(a.dialog.getByRole('list', { name: 'Changes to agree to' })).toContainText('Read messages');
  await isAccessible(a);
  await a.dialog.getByRole('button', { name: 'Later' }).click();
  const way = a.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: /^Integrations/ }).first();
  await expect(way).toHaveAccessibleName(/1 update to review/);
  await a.opens(room);
  await expect(way, 'wherever the administrator is').toHaveAccessibleName(/1 update to review/);
  await a.visits(`/integrations?room=${room}`);
  await a.presses('Review the new version of Builds…');
  await a.dialog.getByRole('button', { name: 'Accept' }).click();
  await expect(way).not.toHaveAccessibleName(/to review/);
  a.hasNothingToComplainAbout();
});
