// Rooms and people: public and private, joining and leaving, conversations, presence.

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
  // Taken out of a room, she loses it without a reload.
  await server.call(alana, 'DELETE', `/api/v1/rooms/${open}/members/${emma.id}`);
  await expect(e.roomLink('Open house')).toHaveCount(0);
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
