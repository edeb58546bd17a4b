// Rooms and people: public and private, joining and leaving, conversations, presence.

import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';

test('a public room is found and joined, a private one is not even seen [MSG-03, MSG-04, SSYNC-15]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const open = await server.room(alana, 'Open house', [], 'public');
  const secret = await server.room(alana, 'Board');
  const e = await at(emma);
  await e.visits('/rooms');
  await e.isLive();
  await e.presses('Create or find a room');
  await e.page.getByRole('menuitem', { name: 'Find a room…' }).click();
  await expect(e.dialog).not.toContainText('Board');
  await e.dialog.getByRole('button', { name: 'Join Open house' }).click();
  await expect(e.page).toHaveURL(new RegExp(`/rooms/${open}$`));
  await expect(e.roomLink('Open house')).toBeVisible();
  expect((await server.answer(emma, 'GET', `/api/v1/rooms/${secret}/messages`)).status).toBe(404);
  // Taken out of a room while she writes in it, she loses it without a reload.
  await e.composer.focus();
  await server.call(alana, 'DELETE', `/api/v1/rooms/${open}/members/${emma.id}`);
  await expect(e.roomLink('Open house')).toHaveCount(0);
  await expect(e.page.locator('[data-broken]')).toHaveCount(0);
  await e.presses('Create or find a room');
  await expect(e.page.getByRole('menuitem', { name: 'Find a room…' })).toBeVisible();
});

test('a conversation opens from the list of people, and again the same one [MSG-11]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const [a, e] = [await at(alana), await at(emma)];
  await e.visits('/people');
  await e.isLive();
  await a.visits('/people');
  await a.isLive();
  await a.presses('Message Emma');
  await expect(a.page).toHaveURL(/\/rooms\/\d+$/);
  const conversation = a.page.url();
  await a.says('just us');
  await expect(e.roomLink('Alana')).toContainText('1');
  await a.visits('/people');
  await a.presses('Message Emma');
  await expect(a.page).toHaveURL(conversation);
});

test('presence is online, away and offline as people come and go [MSG-10, CONN-01, CONN-05, CONN-06]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const a = await at(alana);
  await a.visits('/people');
  await a.isLive();
  const row = a.page.locator('.people__row').filter({ hasText: 'Emma' });
  await expect(row).toContainText('offline');
  const e = await at(emma);
  await e.visits('/rooms');
  await e.isLive();
  await expect(row).toContainText('online');
  await e.context.close();
  await expect(row).toContainText('offline');
});
test('a room is archived: it can be read, not written in, and is brought back [MSG-03]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await e.opens(room);
  await e.says('We are live');
  await a.sees('We are live');

  await a.presses('Room menu');
  await a.page.getByRole('menuitem', { name: 'Archive room' }).click();
  for (const visitor of [a, e]) {
    await expect(visitor.page.getByText('This room is archived.')).toBeVisible();
    await expect(visitor.composer).toHaveCount(0);
    await expect(visitor.log.getByText('Alana archived the room')).toBeVisible();
    await expect(visitor.page.getByRole('button', { name: 'Call' })).toHaveCount(0);
  }
  await isAccessible(a);
  await expect(e.page.getByRole('button', { name: 'Bring it back' })).toHaveCount(0);
  await e.presses('Room menu');
  await expect(e.page.getByRole('menuitem', { name: 'Leave room' })).toBeVisible();
  await expect(e.page.getByRole('menuitem', { name: 'Archive room' })).toHaveCount(0);
  await e.page.keyboard.press('Escape');
  const refused = await server.answer(emma, 'POST', `/api/v1/rooms/${room}/messages`, { id: crypto.randomUUID(), text: 'late' });
  expect(refused.ok).toBe(false);
  expect(await refused.text()).toContain('This room is archived');

  // Away from it, it is out of sight, and found by who looks for it.
  await e.visits('/people');
  const rail = e.page.getByRole('navigation', { name: 'Rooms' });
  await expect(rail.getByRole('link', { name: 'Launch' })).toHaveCount(0);
  await e.presses('Create or find a room');
  await e.page.getByRole('menuitem', { name: 'Find a room…' }).click();
  await e.dialog.getByRole('link', { name: 'Launch' }).click();
  await e.sees('We are live');
  await expect(e.dialog).toHaveCount(0);

  await a.presses('Bring it back');
  await expect(a.composer).toBeVisible();
  await e.says('and back');
  await a.sees('and back');
  a.hasNothingToComplainAbout();
  e.hasNothingToComplainAbout();
});
