// Everybody can use every page: checked by axe in both looks and on a phone; screenshots are kept as artefacts.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isAccessible } from '../support/accessible';
import type { Visitor } from '../support/browser';
import { expect, test } from '../support/test';

const artefacts = process.env.ROOMGLASS_E2E_OUTPUT ?? path.join(__dirname, '..', 'test-results');
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function picture(visitor: Visitor, name: string): Promise<void> {
  const folder = path.join(artefacts, 'screenshots');
  await mkdir(folder, { recursive: true });
  await visitor.page.screenshot({ path: path.join(folder, `${name}.png`) });
}

for (const look of ['light', 'dark'] as const) {
  test(`pages before signing in, ${look}`, async ({ at, server }) => {
    const visitor = await at(undefined, { colorScheme: look });
    await visitor.page.goto('/setup');
    await isAccessible(visitor);
    const alana = await server.setUp('Alana');
    await visitor.page.goto('/signin');
    await isAccessible(visitor);
    const { token } = await server.call(alana, 'POST', '/api/v1/invitations', { role: 'member' });
    await visitor.page.goto(`/invite/${token}`);
    await isAccessible(visitor);
  });

  test(`room, panel, menu, catalogue, install dialog and people, ${look} [ARCH-09]`, async ({ server, at, provider }) => {
    const alana = await server.setUp('Alana Reyes', 'Northwind Ferries');
    const emma = await server.invite(alana, 'Emma Lind');
    const room = await server.room(alana, 'checkout-launch', [emma]);
    const [builds, links] = [await provider('builds'), await provider('links')];
    for (const one of [builds, links]) {
      await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: one.descriptorUrl, rooms: [room] });
    }
    await server.say(emma, room, 'Morning. The rollout of **checkout v2** starts at 10:00, see https://example.com/runbook');
    await server.say(alana, room, 'Thanks @emma.lind. `issuer_timeout` is back:\n```\nHTTP 504 after 2.5 s\n```');
    await builds.calls('POST', `/room/${room}/notification`, { message: 'Deploy <b>412</b> reached production', message_format: 'html', color: 'green' });
    const a = await at(alana, { colorScheme: look });
    await a.opens(room);
    await expect(a.tile('Builds')).toContainText('128');
    await isAccessible(a);
    await a.tile('Builds').getByRole('button').first().click();
    await expect(a.frame.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
    await isAccessible(a);
    await picture(a, `room-${look}`);
    await a.opensControlsOf('Morning');
    await isAccessible(a);
    await picture(a, `menu-${look}`);
    await a.page.keyboard.press('Escape');
    await a.page.goto('/people');
    await a.isLive();
    await isAccessible(a);
    await a.page.goto(`/integrations?room=${room}`);
    await a.isLive();
    await isAccessible(a);
    await a.presses('Install from an address…');
    await a.fills('Address of the descriptor', (await provider('weather')).descriptorUrl);
    await a.presses('Continue');
    await expect(a.dialog).toContainText('Weather');
    await isAccessible(a);
    await picture(a, `install-${look}`);
    await a.page.goto('/rooms');
    await isAccessible(a);
    await a.page.goto('/nowhere');
    await isAccessible(a);
  });
}

test('a room on a phone: list, room, sheet and panel by touch [ARCH-09]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana Reyes');
  const room = await server.room(alana, 'checkout-launch');
  const [builds, links] = [await provider('builds'), await provider('links')];
  for (const one of [builds, links]) {
    await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: one.descriptorUrl, rooms: [room] });
  }
  await server.say(alana, room, 'Please read https://example.com/spec');
  const a = await at(alana, PHONE);
  await a.page.goto('/rooms');
  await expect(a.roomLink('checkout-launch')).toBeVisible();
  await isAccessible(a);
  await picture(a, 'phone-list');
  await a.roomLink('checkout-launch').tap();
  await expect(a.tile('Builds')).toContainText('128');
  await isAccessible(a);
  await picture(a, 'phone-room');
  // What a pointer finds on hover, a finger finds by a long press.
  const pressed = a.message('Please read').locator('.msg');
  await pressed.dispatchEvent('touchstart');
  await expect(a.page.getByRole('menuitem', { name: /Open in sidebar/ })).toBeVisible();
  await pressed.dispatchEvent('touchend');
  await isAccessible(a);
  await picture(a, 'phone-menu');
  await a.page.getByRole('menuitem', { name: /Open in sidebar/ }).tap();
  await expect(a.frame.getByRole('heading', { name: 'Link preview' })).toBeVisible();
  await isAccessible(a);
  // The way back of the system is ours.
  await a.page.goBack();
  await expect(a.composer).toBeVisible();
  const width = await a.page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});

test('the menu of a message by keyboard alone [ARCH-09, CC-03]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  await server.say(alana, room, 'hello there');
  const a = await at(alana);
  await a.opens(room);
  await a.message('hello there').focus();
  await a.page.keyboard.press('Shift+F10');
  const items = a.page.getByRole('menuitem');
  await expect(items.first()).toBeFocused();
  await a.page.keyboard.press('End');
  await expect(items.last()).toBeFocused();
  await a.page.keyboard.press('ArrowDown');
  await expect(items.first()).toBeFocused();
  await a.page.keyboard.press('Escape');
  await expect(items).toHaveCount(0);
});

test('what is typed and pressed before the client is there counts once it is', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const visitor = await at(undefined);
  let arrive = () => {};
  const slow = async () => {
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    await visitor.page.route('**/*.wasm', async (route) => {
      await arrived;
      await route.continue();
    });
  };
  await slow();
  await visitor.page.goto('/signin', { waitUntil: 'commit' });
  await visitor.fills('E-mail address', alana.email);
  await visitor.fills('Password', alana.password);
  await visitor.presses('Sign in');
  arrive();
  await visitor.isLive();

  await visitor.page.unrouteAll();
  await slow();
  await visitor.page.goto(`/rooms/${room}`, { waitUntil: 'commit' });
  await visitor.composer.fill('written early');
  await visitor.presses('Room menu');
  arrive();
  await expect(visitor.page.getByRole('menuitem', { name: 'Members' })).toBeVisible();
  await expect(visitor.composer).toHaveValue('written early');
  visitor.hasNothingToComplainAbout();
});
