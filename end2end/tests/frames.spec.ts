// Pages of providers in their frames: what they can ask of the chat, and what the chat makes of it.

import type { FrameLocator } from '@playwright/test';

import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';

/** Calls the chat as the page in a frame, through the script that the chat offers. */
const ask = (frame: FrameLocator, module: string, call: string, ...args: unknown[]) =>
  frame.locator('body').evaluate(
    (_, { module, call, args }) =>
      new Promise<{ error: unknown; result: any }>((resolve) =>
        (window as any).HipChat[module][call](...args, (error: unknown, result: unknown) => resolve({ error, result })),
      ),
    { module, call, args },
  );

/** What the page in a frame was told, as it lists it. */
const told = (frame: FrameLocator, text: RegExp) => frame.getByRole('listitem').filter({ hasText: text });

test('a framed page asks who, where and with whom, within its scopes [HCC-19]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  await a.tile('Builds').getByRole('button').first().click();
  await expect(told(a.frame, /^token 3/)).toBeVisible();

  const details = await ask(a.frame, 'room', 'getRoomDetails');
  expect(details.result).toMatchObject({ id: room, name: 'Launch' });
  const me = await ask(a.frame, 'user', 'getCurrentUser');
  expect(me.result).toMatchObject({ id: alana.id, name: 'Alana', is_admin: true });
  const { members } = (await ask(a.frame, 'room', 'getParticipants')).result;
  expect(members.map(({ name }: { name: string }) => name).sort()).toEqual(['Alana', 'Emma']);

  await ask(a.frame, 'chat', 'appendMessage', 'see build 128');
  await expect(a.composer).toHaveValue('see build 128');
  await builds.calls('POST', `/room/${room}/notification`, { message: 'Build 129 started', message_format: 'text' });
  await expect(told(a.frame, /^message-received .*Build 129 started/)).toBeVisible();

  // Whoever claims to be another page is not heard.
  await a.frame.locator('body').evaluate(() => {
    parent.postMessage({ eid: 'org.example.weather__x__1', type: 'req', mod: 'sidebar', fn: 'closeView', args: [] }, '*');
    parent.postMessage('{"type":', '*');
  });
  const unknown = await ask(a.frame, 'sidebar', 'openView', { key: 'no.such.page' });
  expect(unknown.error).toContain('no.such.page');
  await expect(a.panel).toBeVisible();
  await ask(a.frame, 'sidebar', 'closeView').catch(() => undefined); // the frame goes before it is answered
  await expect(a.panel).toHaveCount(0);
  a.hasNothingToComplainAbout();
});

test('a page opens a dialog, hears its buttons and its search, and decides whether it closes [HCC-12, HCC-19]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  await a.tile('Builds').getByRole('button').first().click();
  await expect(told(a.frame, /^token 3/)).toBeVisible();
  const open = () => ask(a.frame, 'dialog', 'open', { key: 'builds.dialog', parameters: { build: 7 }, options: { title: 'Build 7' } });

  // A page that handles no buttons: the chat closes the dialog.
  await open();
  await expect(a.dialog.getByRole('heading', { name: 'Build 7' })).toBeVisible();
  await expect(told(a.dialogFrame, /^receive-parameters .*"build":7/)).toBeVisible();
  await expect(a.dialog.getByText('Takes a minute')).toBeVisible();
  // As wide as its page, not as the window.
  expect((await a.dialog.boundingBox())?.width).toBeLessThan(700);
  await a.dialog.getByPlaceholder('Find a step').fill('compile');
  await expect(told(a.dialogFrame, /^dialog-filter-changed .*compile/)).toBeVisible();
  await a.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(a.dialog).toHaveCount(0);

  // One that does: it answers when it is done, and may keep the dialog open.
  await open();
  await expect(told(a.dialogFrame, /^token 3/)).toBeVisible();
  await a.dialogFrame.locator('body').evaluate(() => {
    let pressed = 0;
    (window as any).HipChat.register({
      'dialog-button-click': ({ action }: { action: string }, close: (closes: boolean) => void) => {
        pressed += 1;
        (window as any).HipChat.dialog.updatePrimaryAction({ name: `Pressed ${action}` });
        (window as any).HipChat.room.getRoomDetails(() => close(pressed === 2));
      },
    });
  });
  await a.dialog.getByRole('button', { name: 'Run again' }).click();
  await a.dialog.getByRole('button', { name: 'Pressed builds.again' }).click();
  await expect(a.dialog).toHaveCount(0);
  await expect(a.panel).toBeVisible();
  a.hasNothingToComplainAbout();
});

test('a page suggests a room, people and files, and shows files; what comes of it the person decides [HCC-19, MSG-18]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  await server.invite(alana, 'Olaf');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await builds.steer({ version: 2 });
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  await a.tile('Builds').getByRole('button').first().click();
  await expect(told(a.frame, /^token 3/)).toBeVisible();

  await ask(a.frame, 'room', 'create', 'Incident 7', 'Builds are red', 'private');
  await expect(a.dialog.getByLabel('Name', { exact: true })).toHaveValue('Incident 7');
  await expect(a.dialog.getByLabel('Topic')).toHaveValue('Builds are red');
  await expect(a.dialog.getByRole('radio', { name: /Private/ })).toBeChecked();
  // Who was writing when it came does not make the room with Enter.
  await expect(a.dialog.getByRole('heading', { name: 'Create a room' })).toBeFocused();
  await a.page.keyboard.press('Enter');
  await expect(a.dialog).toBeVisible();
  await a.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(a.dialog).toHaveCount(0);

  await ask(a.frame, 'room', 'invite', [emma.id]);
  await expect(a.dialog.getByRole('listitem')).toHaveText([/Emma/]);
  await a.dialog.getByRole('searchbox').fill('ol');
  await expect(a.dialog.getByRole('listitem')).toHaveText([/Olaf/]);
  await a.dialog.getByRole('searchbox').fill('');
  await a.dialog.getByRole('button', { name: 'Add Emma' }).click();
  await expect(a.dialog.getByText('Nobody else to add.')).toBeVisible();
  await a.page.keyboard.press('Escape');
  await expect(a.dialog).toHaveCount(0);

  // A file joins the message that is being written, like one that was chosen.
  const red = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4z8AARAAI/gH/xp559wAAAABJRU5ErkJggg==';
  expect((await ask(a.frame, 'chat', 'addFileForUploadWithBase64', 'https://x.example/a.png', 'a.png')).error).toContain('data address');
  await ask(a.frame, 'chat', 'addFileForUploadWithBase64', `data:image/png;base64,${red}`, 'chart.png');
  await expect(a.page.getByRole('list', { name: 'Files of this message' })).toContainText('Ready to send');
  await a.says('Look at build #7');
  const picture = a.message('Look at build #7').getByRole('link', { name: /^chart\.png/ });

  // Pictures are looked at in place.
  await picture.click();
  await expect(a.dialog.getByRole('heading', { name: 'chart.png' })).toBeVisible();
  await expect.poll(() => a.dialog.getByRole('img', { name: 'chart.png' }).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2);
  await expect(a.dialog.getByRole('link', { name: 'Save' })).toHaveAttribute('download', 'chart.png');
  await a.page.keyboard.press('Escape');
  await expect(a.dialog).toHaveCount(0);

  // A page that is handed the message finds the file without a session, and can show it to the person.
  await (await a.opensControlsOf('Look at build #7')).getByRole('menuitem', { name: 'Re-run this build' }).click();
  const seen = await told(a.frame, /^builds\.rerun .*chart\.png/).textContent();
  const { media } = JSON.parse(seen!.slice('builds.rerun '.length));
  expect(media).toMatchObject({ type: 'image', name: 'chart.png', thumb_url: media.url });
  const bytes = Buffer.from(await (await fetch(media.url)).arrayBuffer());
  expect(bytes.toString('base64')).toBe(red);
  expect(bytes.length).toBe(media.size);
  await ask(a.frame, 'file', 'openInFileViewer', media, [{ name: 'log.txt', url: 'https://builds.example/log.txt' }, media]);
  await expect(a.dialog.getByRole('status')).toHaveText('2 of 2');
  await expect(a.dialog.getByRole('img', { name: 'chart.png' })).toBeVisible();
  await isAccessible(a);
  await a.page.keyboard.press('ArrowLeft');
  await expect(a.dialog.getByRole('link', { name: 'Open in a new tab' })).toHaveAttribute('href', 'https://builds.example/log.txt');
  await a.dialog.getByRole('button', { name: 'Next' }).click();
  await expect(a.dialog.getByRole('status')).toHaveText('2 of 2');
  await a.page.keyboard.press('Escape');
  expect((await ask(a.frame, 'file', 'openInFileViewer', { url: 'javascript:alert(1)' })).error).toContain('web address');
  expect((await builds.asked('/page/sidebar'))[0].query).toMatchObject({ connect_client_api_version: '1', theme: 'light' });
  a.hasNothingToComplainAbout();
});

test('the script has the names pages know, also as a module [HCC-19]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const a = await at(alana);
  for (const path of ['/atlassian-connect/all.js', '/atlassian-connect/all-debug.js', '/roomglass-frame.js']) {
    const answer = await a.page.request.get(`${server.address}${path}`);
    expect(answer.status()).toBe(200);
    expect(answer.headers()['content-type']).toContain('javascript');
  }
  const module = await a.page.request.get(`${server.address}/roomglass-frame.js`);
  expect(module.headers()['access-control-allow-origin']).toBe('*');
});

test('a page that forbids frames is told of with its header, and can be opened elsewhere [RC-05, RC-08]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  await builds.steer({ headers: { 'x-frame-options': 'DENY' } });
  const a = await at(alana);
  await a.opens(room);
  await a.tile('Builds').getByRole('button').first().click();
  await expect(a.panel.getByRole('alert')).toContainText('Builds does not let this page be shown here');
  await expect(a.panel.getByRole('alert')).toContainText('X-Frame-Options: DENY');
  const [tab] = await Promise.all([
    a.page.waitForEvent('popup'),
    a.panel.getByRole('alert').getByRole('button', { name: 'Open in a tab of its own' }).click(),
  ]);
  await expect(tab.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
});

test('pages for setting up and pages of links that forbid frames can be opened elsewhere [HCC-01, HCC-17, RC-08]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  await builds.steer({ headers: { 'x-frame-options': 'DENY' } });
  const a = await at(alana);
  const openedElsewhere = async () => {
    const button = a.dialog.getByRole('button', { name: 'Open in a tab of its own' });
    const [tab] = await Promise.all([a.page.waitForEvent('popup'), button.click()]);
    return tab;
  };
  await a.visits(`/integrations?room=${room}`);
  await a.presses('Set up Builds…');
  await expect(a.dialog.getByRole('alert')).toContainText('X-Frame-Options: DENY');
  await expect((await openedElsewhere()).getByRole('heading', { name: 'Which projects' })).toBeVisible();

  // Nobody but the browser is told where a link leads, and the browser tells nobody that it shows nothing.
  const message = `<a href="${builds.address}/plain" data-target="dialog">Log</a>`;
  await builds.calls('POST', `/room/${room}/notification`, { message, message_format: 'html' });
  await a.opens(room);
  await a.message('Log').getByRole('button', { name: 'Log' }).click();
  await expect(a.dialog.getByRole('status')).toContainText('Nothing to see?');
  const tab = await openedElsewhere();
  await expect(tab.getByRole('heading', { name: 'A page of the old kind' })).toBeVisible();
  expect(new URL(tab.url()).search, 'without a token').toBe('');
});

test('a pop-up lies over the room, a docked panel beside it; Escape closes both, and no size loads a page again [RC-05, RC-06, RC-08]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  const [sidebar] = descriptor.capabilities.webPanel;
  const located = (location: string) => ({ ...descriptor, capabilities: { ...descriptor.capabilities, webPanel: [{ ...sidebar, location }] } });
  await builds.steer({ descriptor: located('popup') });
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  const open = a.tile('Builds').getByRole('button').first();
  await open.click();
  await expect(told(a.dialogFrame, /^token 3/)).toBeVisible();
  await expect(a.dialog).toHaveJSProperty('open', true);
  await a.page.keyboard.press('Escape');
  await expect(a.dialog).toHaveCount(0);
  await open.click();
  await expect(told(a.dialogFrame, /^token 3/)).toBeVisible();
  await a.dialogFrame.getByRole('heading').click();
  await a.page.keyboard.press('Escape'); // pressed in the page, whose keys the chat does not see
  await expect(a.dialog).toHaveCount(0);

  await builds.steer({ descriptor: located('panel') });
  await server.call(alana, 'POST', '/api/v1/updates/com.example.builds/refresh');
  await a.opens(room);
  await open.click();
  await expect(told(a.frame, /^token 3/)).toBeVisible();
  await a.frame.locator('body').evaluate((body) => (body.dataset.marked = 'yes'));
  await a.panel.getByRole('separator').press('ArrowLeft');
  for (const width of [700, 390, 1280]) {
    await a.page.setViewportSize({ width, height: 800 });
    await expect(a.panel).toBeInViewport();
    await expect(a.frame.locator('body')).toHaveAttribute('data-marked', 'yes');
  }
  await a.frame.getByRole('heading').click();
  await a.page.keyboard.press('Escape');
  await expect(a.panel).toHaveCount(0);
  await expect(open).toBeFocused();
  a.hasNothingToComplainAbout();
});

test('an open panel goes along to a room where its integration is, and closes in others [RC-03, RC-05]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const [launch, support] = [await server.room(alana, 'Launch'), await server.room(alana, 'Support')];
  await server.room(alana, 'Board');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [launch, support] });
  const a = await at(alana);
  await a.opens(launch);
  await a.tile('Builds').getByRole('button').first().click();
  await expect(told(a.frame, /^token 3/)).toBeVisible();
  await a.roomLink('Support').click();
  await expect.poll(async () => (await builds.asked('/page/sidebar')).map(({ claims }) => claims?.context.room_id)).toEqual([launch, support]);
  await expect(told(a.frame, /^token 3/)).toBeVisible();
  await a.roomLink('Board').click();
  await expect(a.panel).toHaveCount(0);
  await a.roomLink('Launch').click();
  await expect(a.tile('Builds')).toBeVisible();
  await expect(a.panel).toHaveCount(0);
  a.hasNothingToComplainAbout();
});

test('a notification shows its pictures and tables, and links of the old kind open their page in a dialog [HCC-17]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  const pictures: string[] = [];
  a.page.on('request', (request) => {
    if (request.resourceType() === 'image') pictures.push(new URL(request.url()).origin);
  });
  const message =
    `Built <img src="${builds.address}/icon.svg" alt="passed" width=16> by <span style="color: red">Emma</span>` +
    `<table><tr><th>Step<th>Took<tr><td>Test<td>3 min</table><a href="${builds.address}/plain" data-target="dialog">Log</a>`;
  await builds.calls('POST', `/room/${room}/notification`, { message, message_format: 'html' });
  const posted = a.message('Built');
  const picture = posted.getByRole('img', { name: 'passed' });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(posted.getByRole('cell', { name: '3 min' })).toBeVisible();
  expect(new Set(pictures), 'pictures come from the chat').toEqual(new Set([server.address]));
  await isAccessible(a);
  await posted.getByRole('button', { name: 'Log' }).click();
  await expect(a.dialog.getByRole('heading', { name: new URL(builds.address).host })).toBeVisible();
  await expect(a.dialogFrame.getByRole('heading', { name: 'A page of the old kind' })).toBeVisible();
  expect((await builds.asked('/plain'))[0].query, 'without a token').not.toHaveProperty('signed_request');
  a.hasNothingToComplainAbout();
});

test("a page that loads HipChat's script has it once an administrator wants that, and no origin [HCC-19, RC-09]", async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const builds = await provider('builds');
  await builds.steer({ script: 'https://www.hipchat.com' });
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  const a = await at(alana);
  // Nobody serves the script any more; the test does not ask a foreign host.
  await a.context.route('https://www.hipchat.com/**', (route) => route.abort());
  await a.opens(room);
  const open = () => a.tile('Builds').getByRole('button').first().click();
  await open();
  await expect(a.frame.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(a.frame.getByRole('listitem')).toHaveCount(0);
  a.complaints.length = 0;

  await a.visits(`/integrations?room=${room}`);
  await a.choosesFor('Builds', 'Give its pages HipChat’s script');
  await expect(a.page.getByRole('region', { name: 'Notices' })).toContainText('fetched by the server from now on');
  await a.opens(room);
  await open();
  await expect(told(a.frame, /^token 3/)).toBeVisible();
  expect((await ask(a.frame, 'room', 'getRoomDetails')).result).toMatchObject({ id: room, name: 'Launch' });
  expect(await a.frame.locator('body').evaluate(() => window.origin)).toBe('null');
  await expect(a.frame.locator('body')).toHaveAttribute('data-stolen', 'nothing');
  await a.visits(`/integrations?room=${room}`);
  await a.choosesFor('Builds', 'Leave its pages as they are');
  await expect(a.page.getByRole('region', { name: 'Notices' })).toContainText('come from their own server again');
  a.hasNothingToComplainAbout();
});
