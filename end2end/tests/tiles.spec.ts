// What tiles and controls are between the ten stories: where they stand, when they change, and when nobody is asked.

import type { Locator } from '@playwright/test';
import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';
import type { Person, Roomglass } from '../support/roomglass';

const install = (server: Roomglass, who: Person, descriptor_url: string, rooms: number[]) =>
  server.call(who, 'POST', '/v2/integration/install', { descriptor_url, rooms });

const summary = (label: string, type = 'success', lozenge = 'ALL GOOD') => ({
  glance: [
    {
      key: 'builds.summary',
      content: {
        label: { type: 'html', value: label },
        status: { type: 'lozenge', value: { label: lozenge, type } },
        metadata: { isConfigured: true },
      },
    },
  ],
});

/** Marks an element, so that another one in its place is told from it. */
const mark = (element: Locator) => element.evaluate((node) => node.setAttribute('data-marked', 'yes'));
const isStillThere = (element: Locator) => expect(element).toHaveAttribute('data-marked', 'yes');

test('an update redraws its tile in place; tiles stay in view whatever happens below [DCI-02, DCI-11, PUSH-10]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const [builds, weather] = [await provider('builds'), await provider('weather')];
  for (const { descriptorUrl } of [builds, weather]) await install(server, alana, descriptorUrl, [room]);
  await server.say(alana, room, 'the first message');
  const a = await at(alana);
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('128 Builds');
  await expect(a.tile('Weather')).toContainText('36');
  const marked = [a.tile('Builds'), a.tile('Weather'), a.message('the first message')];
  for (const element of marked) await mark(element);

  await builds.calls('POST', `/integration/ui/room/${room}`, summary('<b>2</b> failed builds', 'error', 'NOT SO GOOD'));
  await expect(a.tile('Builds')).toContainText('2 failed builds');
  await expect(a.tile('Builds')).toContainText('NOT SO GOOD');
  for (const element of marked) await isStillThere(element);

  const before = await a.shelf.boundingBox();
  for (let number = 1; number <= 40; number++) await server.say(alana, room, `message ${number} of many.`);
  await a.sees('message 40 of many.');
  await a.log.evaluate((log) => log.closest('#log, .log')?.scrollTo(0, 0));
  await expect(a.tile('Builds')).toBeInViewport();
  expect(await a.shelf.boundingBox()).toEqual(before);
  a.hasNothingToComplainAbout();
});

test('a provider is asked when the room opens and after a reconnection, and never in between [DYN-03, DYN-04, SYNC-03, SYNC-23]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, [room]);
  const a = await at(alana);
  const synchronised: string[] = [];
  a.page.on('request', (request) => {
    if (request.url().endsWith('/v2/integration/sync')) synchronised.push(request.postDataJSON().trigger);
  });
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('128 Builds');
  const questions = async () => (await builds.asked('/glance')).length;
  expect(await questions()).toBe(1);

  for (const number of [1, 2, 3]) {
    await builds.calls('POST', `/integration/ui/room/${room}`, summary(`<b>${number}</b> failed`));
    await server.say(alana, room, `heard of ${number}.`);
  }
  await expect(a.tile('Builds')).toContainText('3 failed');
  await a.sees('heard of 3.');
  expect(await questions()).toBe(1);

  await builds.steer({ content: { label: { type: 'html', value: '<b>7</b> Builds' }, metadata: { isConfigured: true } } });
  const times = synchronised.length;
  await server.kill();
  await expect(a.page.locator('.sync')).not.toHaveAttribute('data-state', 'ok');
  await server.run();
  await expect(a.page.locator('.sync[data-state="ok"]')).toBeVisible({ timeout: 30_000 });
  // Synchronised again, and then the tile is drawn from what its provider says now.
  await expect.poll(() => synchronised.length).toBeGreaterThan(times);
  await expect(a.tile('Builds')).toContainText('7 Builds');
  expect(await questions()).toBe(2);
});

test('a tile shows what stands in its descriptor beside its data, and opens nothing where it names nothing [DCI-06, DESC-12]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const [builds, weather] = [await provider('builds'), await provider('weather')];
  for (const { descriptorUrl } of [builds, weather]) await install(server, alana, descriptorUrl, [room]);
  const a = await at(alana);
  await a.opens(room);
  // The picture and the name are static, label and lozenge are data.
  await expect(a.tile('Builds').locator('img')).toHaveAttribute('src', /^\/icons\/com\.example\.builds/);
  await expect(a.tile('Builds').locator('.tile__label')).toHaveText('128 Builds');
  await expect(a.tile('Builds').locator('.lozenge')).toHaveText('ALL GOOD');
  await expect(a.tile('Weather').getByRole('button').first()).toHaveAttribute('aria-disabled', 'true');
  await a.tile('Weather').locator('.tile__label').click({ force: true });
  await expect(a.panel).toHaveCount(0);
  await a.tile('Builds').locator('.tile__label').click();
  await expect(a.panel.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
});

/** The hue of a colour, in degrees. */
function hue(colour: string): number {
  const [red, green, blue] = colour.match(/[\d.]+/g)!.slice(0, 3).map((part) => Number(part) / 255);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most === least) return NaN;
  const sector = most === red ? (green - blue) / (most - least) : most === green ? 2 + (blue - red) / (most - least) : 4 + (red - green) / (most - least);
  return (sector * 60 + 360) % 360;
}

test('the colour of a lozenge means the same everywhere: green good, red bad, yellow in between [ELEM-03]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, [room]);
  const a = await at(alana);
  await a.opens(room);
  const meanings: [string, number, number][] = [['success', 90, 180], ['moved', 20, 65], ['error', -20, 20]];
  for (const theme of ['light', 'dark'] as const) {
    await a.page.emulateMedia({ colorScheme: theme });
    for (const [kind, from, to] of meanings) {
      await builds.calls('POST', `/integration/ui/room/${room}`, summary('<b>1</b> build', kind, kind));
      const lozenge = a.tile('Builds').locator(`.lozenge[data-kind="${kind}"]`);
      await expect(lozenge).toHaveText(kind);
      const colour = await lozenge.evaluate((element) => {
        const canvas = document.createElement('canvas').getContext('2d')!;
        canvas.fillStyle = getComputedStyle(element).color;
        canvas.fillRect(0, 0, 1, 1);
        return `rgb(${canvas.getImageData(0, 0, 1, 1).data.slice(0, 3).join(',')})`;
      });
      const found = hue(colour);
      expect(found > 180 ? found - 360 : found, `${kind}, ${theme}: ${colour}`).toBeGreaterThan(from);
      expect(found > 180 ? found - 360 : found, `${kind}, ${theme}: ${colour}`).toBeLessThan(to);
    }
  }
});

test('our own actions are in every menu, those of integrations where their conditions hold [CC-10]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const links = await provider('links');
  await install(server, alana, links.descriptorUrl, [room]);
  await server.say(alana, room, 'no address here');
  await server.say(alana, room, 'look at https://example.com/plan');
  const a = await at(alana);
  await a.opens(room);
  const plain = await a.opensControlsOf('no address here');
  await expect(plain.getByRole('menuitem', { name: /^Reply/ })).toBeVisible();
  await expect(plain.getByRole('menuitem', { name: /Open in sidebar/ })).toHaveCount(0);
  await a.page.keyboard.press('Escape');
  const linked = await a.opensControlsOf('https://example.com/plan');
  await expect(linked.getByRole('menuitem', { name: /^Reply/ })).toBeVisible();
  await expect(linked.getByRole('menuitem', { name: /Open in sidebar/ })).toBeVisible();
});

test('nothing is fetched from anywhere but the server and its providers, whose data comes straight from them [ARCH-04, ARCH-06, ARCH-07, ARCH-17]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, [room]);
  const a = await at(alana);
  const asked = new Map<string, Set<string>>();
  a.page.on('request', (request) => {
    const { origin, pathname, protocol } = new URL(request.url());
    if (protocol.startsWith('http')) asked.set(origin, (asked.get(origin) ?? new Set()).add(pathname));
  });
  // What the server draws is a page already, and the program it delivers takes it over.
  const drawn = await (await a.page.goto(`/rooms/${room}`))!.text();
  expect(drawn).toContain('<h1 id="room-title"');
  await a.isLive();
  await expect(a.tile('Builds')).toContainText('128 Builds');
  await a.tile('Builds').locator('.tile__label').click();
  await expect(a.frame.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
  expect([...asked.keys()].sort()).toEqual([server.address, builds.address].sort());
  expect(asked.get(builds.address)).toContain('/glance');
  expect([...asked.get(server.address)!].some((path) => path.endsWith('.wasm'))).toBe(true);
  expect([...asked.get(server.address)!].filter((path) => path.includes('glance') || path.startsWith('/page/'))).toEqual([]);
});

test('whoever installs sees the page of the publisher first [DESC-06]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const builds = await provider('builds');
  const { links } = await (await fetch(builds.descriptorUrl)).json();
  const a = await at(alana);
  await a.visits('/integrations');
  await a.isLive();
  await a.presses('Install from an address…');
  await a.fills('Address of the descriptor', builds.descriptorUrl);
  await a.presses('Continue');
  await expect(a.dialog.getByRole('link', { name: 'Page of the publisher' })).toHaveAttribute('href', links.homepage);
});

test('a message that speaks of a date offers a calendar of the people in the room [CC-21]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const calendar = await provider('calendar');
  await install(server, alana, calendar.descriptorUrl, [room]);
  await server.say(emma, room, 'shall we meet on Thursday?');
  const a = await at(alana);
  await a.opens(room);
  const menu = await a.opensControlsOf('shall we meet');
  await menu.getByRole('menuitem', { name: /Find a date/ }).click();
  await expect(a.dialog.getByRole('heading', { name: 'When everybody is free' })).toBeVisible();
  for (const name of ['Alana', 'Emma']) await expect(a.dialogFrame.getByText(`${name} is free at 10:00`)).toBeVisible();
});

test('tiles that do not fit are opened, asked again and controlled from the menu of the others [CC-04, DYN-12, HCC-14]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const [builds, status, weather] = [await provider('builds'), await provider('status'), await provider('weather')];
  const long = (value: string, metadata: object) => ({ content: { label: { type: 'html', value }, metadata } });
  await builds.steer(long('<b>128</b> builds of all the projects this room looks after', { isConfigured: true }));
  await status.steer(long('<b>1</b> service is down of those that customers pay for', { state: 'down' }));
  await weather.steer({ glance: 'error' });
  for (const { descriptorUrl } of [builds, status, weather]) await install(server, alana, descriptorUrl, [room]);
  const a = await at(alana);
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('128 builds');
  await a.page.setViewportSize({ width: 620, height: 800 });
  const more = a.shelf.getByRole('button', { name: '2 more tiles' });
  const menu = a.page.getByRole('menu', { name: 'More tiles' });
  const entry = (name: RegExp) => menu.getByRole('menuitem', { name });
  await more.click();
  // It names no page; what is wrong with it is said, and it can be asked again.
  await expect(entry(/^Weather.*Not answering/)).toHaveAttribute('aria-disabled', 'true');
  await weather.steer({ glance: 'ok' });
  await entry(/^View controls for Weather/).click();
  await a.page.getByRole('menu', { name: 'Controls for Weather' }).getByRole('menuitem', { name: 'Refresh' }).click();
  await more.click();
  await expect(entry(/^36 °C.*Updated/)).toBeVisible();
  await isAccessible(a);
  await a.page.keyboard.press('Home');
  await expect(entry(/^1 service is down/)).toBeFocused();
  await a.page.keyboard.press('ArrowDown');
  await a.page.keyboard.press('Enter');
  await a.page.getByRole('menu', { name: 'Controls for Status' }).getByRole('menuitem', { name: /Discuss with peers/ }).click();

  // Related content has its own, wherever it is shown.
  await expect(a.dialog.getByRole('heading', { name: 'Discuss' })).toBeVisible();
  await a.dialog.getByRole('button', { name: 'View controls for Status' }).click();
  const ofDialog = a.page.getByRole('menu', { name: 'Controls for Status' });
  await ofDialog.getByRole('menuitem', { name: 'Why these controls?' }).click();
  await expect(a.page.getByRole('heading', { name: 'Why it is shown or hidden' })).toBeVisible();
  await a.page.keyboard.press('Escape');
  await a.dialog.getByRole('button', { name: 'View controls for Status' }).click();
  await expect(ofDialog).toContainText('No controls available');
  await a.page.keyboard.press('Escape');
  await expect(ofDialog).toHaveCount(0);
  await a.page.keyboard.press('Escape');
  await expect(a.dialog).toHaveCount(0);

  await server.kill();
  await expect(a.page.locator('.sync')).not.toHaveAttribute('data-state', 'ok');
  await more.click();
  await expect(entry(/^36 °C.*Last known/)).toBeVisible();
});

test('a tile that a change of its room lets appear is asked for its data [COND-01, DYN-02]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch', [], 'public');
  const builds = await provider('builds');
  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  const [glance] = descriptor.capabilities.glance;
  const confidential = { ...glance, conditions: [{ condition: 'room_is_public', invert: true }] };
  await builds.steer({ descriptor: { ...descriptor, capabilities: { ...descriptor.capabilities, glance: [confidential] } } });
  await install(server, alana, builds.descriptorUrl, [room]);
  const a = await at(alana);
  await a.opens(room);
  await expect(a.tile('Builds')).toHaveCount(0);
  expect(await builds.asked('/glance')).toEqual([]);
  await server.call(alana, 'PATCH', `/api/v1/rooms/${room}`, { privacy: 'private' });
  await expect(a.tile('Builds')).toContainText('128 Builds');
  expect(await builds.asked('/glance')).toHaveLength(1);
});

test('what to do about trouble is offered wherever trouble is told of [CC-23]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const status = await provider('status');
  await install(server, alana, status.descriptorUrl, [room]);
  await server.say(alana, room, 'payments are down again');
  await status.calls('POST', `/room/${room}/notification`, { message: 'Payments: failing', message_format: 'text' });
  const a = await at(alana);
  await a.opens(room);
  const offersBoth = async () => {
    const menu = a.page.getByRole('menu', { name: /^Controls for/ });
    for (const name of [/Discuss with peers/, /Open in Status pages/]) await expect(menu.getByRole('menuitem', { name })).toBeVisible();
    return menu;
  };
  for (const text of ['payments are down again', 'Payments: failing']) {
    await a.opensControlsOf(text);
    await offersBoth();
    await a.page.keyboard.press('Escape');
  }
  await a.tile('Status').hover();
  await a.tile('Status').getByRole('button', { name: /^View controls for/ }).click();
  await offersBoth();
  await a.page.keyboard.press('Escape');
  await a.tile('Status').locator('.tile__label').click();
  await a.panel.getByRole('button', { name: /^View controls for/ }).click();
  const menu = await offersBoth();
  await menu.getByRole('menuitem', { name: /Discuss with peers/ }).click();
  await expect(a.dialog.getByRole('heading', { name: 'Discuss' })).toBeVisible();
});

test('a control hands an address to an application, without a token, and the page stays [CC-18]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const links = await provider('links');
  await install(server, alana, links.descriptorUrl, [room]);
  await server.say(alana, room, 'about https://example.com/plan');
  const a = await at(alana);
  await a.opens(room);
  const browser = await a.context.newCDPSession(a.page);
  await browser.send('Page.enable');
  const handedOver = new Promise<string>((resolve) => {
    browser.on('Page.frameRequestedNavigation', ({ url }) => resolve(url));
  });
  const menu = await a.opensControlsOf('https://example.com/plan');
  await menu.getByRole('menuitem', { name: /Call about it/ }).click();
  expect(await handedOver).toMatch(/^tel:/);
  await a.sees('about https://example.com/plan');
});

test('a control says what its provider says about the message, fetched when the menu opens [CC-19]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const links = await provider('links');
  await install(server, alana, links.descriptorUrl, [room]);
  const said = await server.say(alana, room, 'about https://example.com/plan');
  const a = await at(alana);
  await a.opens(room);
  expect(await links.asked('/readers')).toEqual([]);
  const menu = await a.opensControlsOf('https://example.com/plan');
  await expect(menu.getByRole('menuitem', { name: 'Count readers 3 readers so far' })).toBeVisible();
  const [asked] = await links.asked('/readers');
  expect(asked.claims).toMatchObject({ context: { room_id: room, extension_key: 'links.count' } });
  expect(asked.query.message_id).toBe(said.id);
  await a.page.keyboard.press('Escape');

  await links.steer({ readers: 'error' });
  const again = await a.opensControlsOf('https://example.com/plan');
  await expect.poll(async () => (await links.asked('/readers')).length).toBe(2);
  await expect(again.getByRole('menuitem', { name: 'Count readers Links' })).toBeVisible();
});

test('whoever may install an integration sets it up on its own page [HCC-01, INST-19]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, [room]);
  const [a, e] = [await at(alana), await at(emma)];
  for (const visitor of [a, e]) {
    await visitor.visits(`/integrations?room=${room}`);
    await visitor.isLive();
    await expect(visitor.page.getByRole('heading', { name: 'Installed in Launch' })).toBeVisible();
  }
  await a.presses('Set up Builds…');
  await expect(a.dialogFrame.getByRole('heading', { name: 'Which projects' })).toBeVisible();
  const [asked] = await builds.asked('/page/configuration');
  expect(asked.claims).toMatchObject({ sub: String(alana.id), context: { room_id: room } });
  await expect(e.page.getByRole('link', { name: 'Page of the publisher' }).first()).toBeVisible();
  await expect(e.page.getByRole('button', { name: 'Set up Builds…' })).toHaveCount(0);
});

test('a tile shows chart, badge and people, its button opens its own page, and details appear on hover and focus [ELEM-04, ELEM-08, ELEM-09, ELEM-10, ELEM-11]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const builds = await provider('builds');
  const label = { type: 'html', value: '<b>128</b> Builds' };
  const elements = [
    { type: 'chart', value: { values: [3, 5, 4.5, 8, 2], label: 'Minutes' } },
    { type: 'badge', value: { count: 120, max: 99, type: 'error' } },
    { type: 'avatar', value: { people: [{ id: alana.id }, { id: emma.id }, { name: 'Ada', icon: { url: `${builds.address}/icon.svg` } }] } },
    { type: 'button', value: { label: 'Details', target: 'builds.dialog' } },
  ];
  const status = { type: 'lozenge', value: { label: 'BUSY', type: 'moved', tooltip: 'Three of four runners are taken' } };
  const metadata = { isConfigured: true };
  await builds.steer({ content: { label, status, metadata, elements } });
  await install(server, alana, builds.descriptorUrl, [room]);
  const a = await at(alana);
  await a.opens(room);
  const tile = a.tile('Builds');
  await expect(tile.getByRole('img', { name: 'Minutes: 5 values from 2 to 8, the last 2' })).toBeVisible();
  await expect(tile.locator('.badge')).toContainText('99+');
  await expect(tile.getByRole('img', { name: 'Alana, Emma, Ada' })).toBeVisible();
  const open = tile.getByRole('button').first();
  await expect(open).toHaveAccessibleDescription(/Minutes: 5 values.*Three of four runners are taken/);
  await isAccessible(a);

  const details = a.page.getByRole('tooltip');
  await expect(details).toBeHidden();
  await tile.hover();
  await expect(details).toHaveText('Three of four runners are taken');
  await a.page.mouse.move(0, 400);
  await expect(details).toBeHidden();
  await open.focus();
  await expect(details).toBeVisible();
  await a.page.keyboard.press('Escape');
  await expect(details).toBeHidden();

  await a.page.keyboard.press('ArrowRight');
  await expect(tile.getByRole('button', { name: 'Details' })).toBeFocused();
  await a.page.keyboard.press('Enter');
  await expect(a.dialog.getByRole('heading', { name: 'Build details' })).toBeVisible();
  await a.page.keyboard.press('Escape');
  await tile.getByRole('img', { name: /^Minutes/ }).click({ force: true });
  await expect(a.panel, 'the whole tile opens its target').toBeVisible();

  await builds.steer({ content: { label, metadata, elements: [{ type: 'chart', value: { values: ['3', 5] } }] } });
  await a.page.reload();
  await expect(a.tile('Builds').locator('.tile__label'), 'a malformed series leaves the name').toHaveText('Builds');
  await expect(a.tile('Builds').locator('.chart')).toHaveCount(0);
});
