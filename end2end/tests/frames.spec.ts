// Pages of providers in their frames: what they can ask of the chat, and what the chat makes of it.

import type { FrameLocator } from '@playwright/test';

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
