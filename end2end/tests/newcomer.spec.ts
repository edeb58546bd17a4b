// A newcomer's first minutes: nothing scripted, only what the pages offer.

import { expect, test } from '../support/test';
import { PASSWORD } from '../support/roomglass';

test('a newcomer sets the server up, invites somebody by a link, and both talk [MSG-01, MSG-05, MSG-11, MSG-13]', async ({ at }) => {
  const alana = await at(undefined);
  await alana.page.goto('/');
  await expect(alana.page).toHaveURL(/\/setup$/);
  await alana.fills('Organisation', 'Northwind Ferries');
  await alana.fills('Your name', 'Alana Reyes');
  await alana.page.getByLabel(/^E-?mail/).fill('alana@example.org');
  await alana.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await alana.page.keyboard.press('Enter');
  await expect(alana.page).toHaveURL(/\/rooms$/);
  await alana.isLive();

  await alana.presses('Create or find a room');
  await alana.page.getByRole('menuitem', { name: 'Create a room…' }).click();
  await alana.dialog.getByLabel('Name', { exact: true }).fill('Launch');
  await alana.dialog.getByRole('button', { name: 'Create room' }).click();
  await expect(alana.page.getByRole('heading', { name: 'Launch', level: 1 })).toBeVisible();
  const room = alana.page.url();

  await alana.page.getByRole('link', { name: 'People' }).first().click();
  await alana.presses('Invite people…');
  await alana.dialog.getByRole('checkbox', { name: 'Launch' }).check();
  await alana.dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await alana.page.getByLabel('Send this link to the person you invite').inputValue();

  const emma = await at(undefined);
  await emma.page.goto(link);
  await expect(emma.page.getByText('Northwind Ferries').first()).toBeVisible();
  await emma.fills('Your name', 'Emma Lind');
  await emma.page.getByLabel(/^E-?mail/).fill('emma@example.org');
  await emma.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await emma.page.keyboard.press('Enter');
  await expect(emma.page).toHaveURL(/\/rooms/);
  await emma.roomLink('Launch').click();
  await emma.isLive();
  await alana.page.goto(room);
  await alana.isLive();

  await emma.says('Hello Alana, **ready** when you are');
  await alana.sees('Hello Alana, ready when you are');
  await expect(alana.message('Hello Alana').locator('strong')).toHaveText('ready');
  await alana.says('Ready @emma.lind <script>alert(1)</script>');
  await emma.sees('Ready @emma.lind <script>alert(1)</script>');
  await expect(emma.message('Ready').locator('[data-me]')).toBeVisible();
  // The link works once.
  const late = await at(undefined);
  await late.page.goto(link);
  await expect(late.page.getByLabel('Password', { exact: true })).toHaveCount(0);
  for (const visitor of [alana, emma]) visitor.hasNothingToComplainAbout();
});

test('signing in and out, and a wrong password said plainly [AUTH-05]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const visitor = await at(undefined);
  await visitor.page.goto('/rooms');
  await expect(visitor.page).toHaveURL(/\/signin$/);
  await visitor.page.getByLabel(/^E-?mail/).fill(alana.email);
  await visitor.page.getByLabel('Password', { exact: true }).fill('not this one');
  await visitor.page.keyboard.press('Enter');
  await expect(visitor.page.getByRole('alert')).toBeVisible();
  await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await visitor.page.keyboard.press('Enter');
  await expect(visitor.page).toHaveURL(/\/rooms$/);
  await visitor.isLive();
  await visitor.page.locator('#me').click();
  await visitor.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(visitor.page).toHaveURL(/\/signin$/);
  // Nothing of the account stays in the browser (CLD-13).
  const left = await visitor.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  expect(left.filter((name) => name?.startsWith('roomglass-'))).toEqual([]);
});
