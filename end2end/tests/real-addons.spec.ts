// Add-ons of HipChat's time on Atlassian's own frameworks, unmodified: outcome (b) of the platform.

import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

/** What must not happen on a page, whatever an add-on posted. */
const refuseDialogs = (page: Page) => page.on('dialog', () => { throw new Error('a script of a card ran'); });

test('an add-on on atlassian-connect-express-hipchat lives here as in HipChat [HCC-01, HCC-03, HCC-04, HCC-06, HCC-08, HCC-09, HCC-11, HCC-12, HCC-16, HCC-17, HCC-18, HCC-19, COND-12, COND-18]', async ({ server, at, addOn, redis }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const standup = await addOn('express');
  const [a, e] = [await at(alana), await at(emma)];
  for (const visitor of [a, e]) {
    await visitor.findsHipChatHere();
    refuseDialogs(visitor.page);
  }
  await e.opens(room);

  // Installed by a person; while the host waits, the framework asks for the host's document and for tokens, and posts.
  await a.visits(`/integrations?room=${room}`);
  await a.installs(standup.descriptorUrl, /Only in Launch/);
  await e.sees('The Stand-up add-on has been installed in this room');
  await a.opens(room);
  await expect(a.tile('Stand-up')).toContainText('0 told');
  await expect(a.tile('Stand-up')).toContainText('QUIET');
  expect(await redis.keys(':clientInfo')).toHaveLength(1);

  // A message reaches its webhook; it answers in the room.
  await e.says('/standup please');
  await a.sees('Emma asked; 0 told.');
  // Its answer has a link that opens the add-on's dialog.
  await e.message('Emma asked').getByRole('button', { name: 'Tell now' }).click();
  await expect(e.dialogFrame.getByLabel('Today')).toHaveValue('after lunch');
  await e.dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(e.dialog).toHaveCount(0);

  // Its sidebar, with the script of www.hipchat.com.
  await a.tile('Stand-up').getByRole('button').first().click();
  await a.frame.getByText('room details').click();
  await expect(a.frame.locator('#details')).toContainText('"name": "Launch"');
  await a.frame.getByText('participants').click();
  await expect(a.frame.locator('#details')).toContainText('"name": "Emma"');
  await a.frame.getByText('user details').click();
  await expect(a.frame.locator('#details')).toContainText(`"id": ${alana.id}`);

  // Its dialog: the button leads through the page to the add-on's server, to a card, and to the glance of everybody.
  await a.frame.getByRole('button', { name: 'Write a stand-up' }).click();
  await expect(a.dialogFrame.getByLabel('Today')).toHaveValue('reviews');
  await a.dialogFrame.getByLabel('Today').fill('shipping cards');
  await a.dialog.getByRole('button', { name: 'Tell the room' }).click();
  await expect(a.dialog).toHaveCount(0);
  for (const visitor of [a, e]) {
    await expect(visitor.tile('Stand-up')).toContainText('1 told');
    await expect(visitor.tile('Stand-up')).toContainText('ON TRACK');
  }

  // The card: a line that opens, with facts, nothing of its script, and its picture through our server.
  const message = e.message('Somebody told what they do');
  const card = message.locator('.msgcard[data-style="application"]');
  await card.locator('summary').click();
  await expect(card.getByRole('link', { name: 'Stand-up' })).toHaveAttribute('href', 'https://example.org/standup');
  await expect(card.locator('.msgcard__text')).toHaveText('Today: shipping cards');
  await expect(card.locator('.msgcard__text b')).toHaveText('shipping cards');
  await expect(card.locator('.msgcard__facts')).toContainText('State: Begun');
  await expect(card.locator('.lozenge[data-kind="success"]')).toHaveText('Begun');
  const icon = card.locator('img.msgcard__icon').last();
  await expect.poll(() => icon.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
  expect(await icon.getAttribute('src')).toMatch(/^\/api\/v1\/rooms\//);

  // A control that is offered on such cards, and on nothing else.
  const other = await e.opensControlsOf('/standup please');
  await expect(other.getByRole('menuitem', { name: /Follow up/ })).toHaveCount(0);
  await e.page.keyboard.press('Escape');
  const menu = await e.opensControlsOf('Somebody told what they do');
  await menu.getByRole('menuitem', { name: /Follow up/ }).click();
  await expect(e.frame.locator('#followed')).toHaveText('Following Stand-up: https://example.org/standup');

  await a.frame.getByRole('button', { name: 'Close' }).click();
  await expect(a.panel).toHaveCount(0);

  // Uninstalled: the add-on is told, and forgets; tile and panel are gone everywhere.
  await server.call(alana, 'POST', '/v2/integration/uninstall', { integration: 'org.example.standup', rooms: [room] });
  for (const visitor of [a, e]) await expect(visitor.tile('Stand-up')).toHaveCount(0);
  await expect(e.panel).toHaveCount(0);
  await expect.poll(() => redis.keys(':clientInfo')).toEqual([]);
  // What it said stays, its pictures too.
  await expect(card.locator('.msgcard__text')).toHaveText('Today: shipping cards');
  for (const visitor of [a, e]) visitor.hasNothingToComplainAbout();
});

test('an add-on on ac-koa-hipchat lives here as in HipChat [HCC-01, HCC-03, HCC-04, HCC-06, HCC-08, HCC-16, HCC-17, HCC-18, HCC-19]', async ({ server, at, addOn, redis }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const karma = await addOn('koa');
  const [a, e] = [await at(alana), await at(emma)];
  for (const visitor of [a, e]) await visitor.findsHipChatHere();
  await e.opens(room);

  await a.visits(`/integrations?room=${room}`);
  await a.installs(karma.descriptorUrl, /Only in Launch/);
  await e.sees('Say "name++" to thank somebody');
  await a.opens(room);
  await expect(a.tile('Karma')).toContainText('Nobody yet');

  // Webhooks by pattern and of another event; the framework tells them apart by the name in the address.
  await e.says('Alana++');
  await a.sees('Alana has 1 karma, says Emma');
  await expect(a.tile('Karma')).toContainText('Alana leads');
  await server.call(alana, 'PATCH', `/api/v1/rooms/${room}`, { topic: 'Lunch' });
  await e.sees('A fine topic: Lunch');
  // One that the framework registered over REST, with a token of its own in the address.
  const omar = await server.invite(alana, 'Omar');
  await server.call(alana, 'POST', `/api/v1/rooms/${room}/members`, { user_id: omar.id });
  await e.sees('Welcome, Omar! Your karma is 0.');

  // Panel and dialog, with `AP` and the script's other name.
  await a.tile('Karma').getByRole('button').first().click();
  await a.frame.getByRole('button', { name: 'Thank somebody' }).click();
  await expect(a.dialogFrame.getByText('From Alana')).toBeVisible();
  await a.dialogFrame.getByLabel('Name').fill('Emma');
  await a.dialog.getByRole('button', { name: 'Thank' }).click();
  await expect(a.dialog).toHaveCount(0);
  const card = e.message('Emma was thanked').locator('.msgcard[data-style="link"]');
  await expect(card.getByRole('link', { name: 'Emma was thanked' })).toHaveAttribute('href', 'https://example.org/karma');
  await expect(card).toContainText('Karma is now 1');
  await expect(card.locator('.lozenge[data-kind="current"]')).toHaveText('1');

  // A message goes along with a control that was chosen on it.
  const menu = await e.opensControlsOf('Alana++');
  await menu.getByRole('menuitem', { name: /Karma of this/ }).click();
  await expect(e.frame.locator('#asked')).toHaveText('Asked about "Alana++" of Emma');

  await server.call(alana, 'POST', '/v2/integration/uninstall', { integration: 'karma', rooms: [room] });
  for (const visitor of [a, e]) await expect(visitor.tile('Karma')).toHaveCount(0);
  await expect.poll(async () => (await redis.keys('ack:tenant:')).filter((key) => key.split(':').length === 3)).toEqual([]);
  for (const visitor of [a, e]) visitor.hasNothingToComplainAbout();
});
