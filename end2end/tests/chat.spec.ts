// Talking: sending, history, unread marks, losing and finding the connection.

import type { Page } from '@playwright/test';

import { expect, test } from '../support/test';

test('a message is pending at once, then sent; one that is too long is not taken [MSG-13, I10]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const a = await at(alana);
  await a.opens(room);
  await server.kill();
  await a.says('written without a server');
  await expect(a.message('written without a server').locator('.msg[data-state="pending"]')).toBeVisible();
  await server.run();
  await expect(a.message('written without a server').locator('.msg[data-state]')).toHaveCount(0, { timeout: 30_000 });
  const { items } = await server.call(alana, 'GET', `/api/v1/rooms/${room}/messages`);
  expect(items.map(({ text }: { text: string }) => text)).toEqual(['written without a server']);

  // What the server would refuse is not sent at all, and stays where it can be mended.
  await a.says('x'.repeat(10_001));
  await expect(a.page.locator('.composer__foot')).toContainText('1 character too many');
  await expect(a.composer).toHaveValue('x'.repeat(10_001));
});

test('the outbox survives a crash of the tab [I10]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const a = await at(alana);
  await a.opens(room);
  await server.kill();
  await a.says('written before the tab went');
  await expect(a.message('written before the tab went').locator('.msg[data-state="pending"]')).toBeVisible();
  const tab = await a.tab();
  await a.page.close({ runBeforeUnload: false });
  await server.run();
  await tab.opens(room);
  await tab.sees('written before the tab went');
  await expect.poll(async () => (await server.call(alana, 'GET', `/api/v1/rooms/${room}/messages`)).items.length).toBe(1);
});

test('a message that the server refuses says why, and can be tried again or given up [MSG-13, I10]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const a = await at(alana);
  await a.opens(room);
  await server.kill();
  await a.says('from a version that allowed more');
  await expect(a.message('from a version that allowed more').locator('.msg[data-state="pending"]')).toBeVisible();
  // What another version of this page could have left: a message that is longer than the server takes.
  await lengthenStoredMessages(a.page, 'x'.repeat(10_001));
  const tab = await a.tab();
  await a.page.close({ runBeforeUnload: false });
  await server.run();
  await tab.opens(room);
  const state = tab.page.locator('.msg[data-state="failed"] .msg__state');
  await expect(state).toContainText('Not sent: ');
  await expect(state).toContainText('10,000 characters');
  const again = tab.page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith(`/rooms/${room}/messages`));
  await state.getByRole('button', { name: 'Retry' }).click();
  expect((await again).status()).toBeGreaterThanOrEqual(400);
  await expect(state).toContainText('Not sent: ');
  await state.getByRole('button', { name: 'Discard' }).click();
  await expect(tab.page.locator('.msg')).toHaveCount(0);
  // Given up is given up: neither the browser nor the server knows it any more.
  await tab.page.reload();
  await tab.says('short enough');
  await expect(tab.page.locator('.msg[data-state]')).toHaveCount(0);
  expect(await tab.texts()).toEqual(['short enough']);
  const { items } = await server.call(alana, 'GET', `/api/v1/rooms/${room}/messages`);
  expect(items.map(({ text }: { text: string }) => text)).toEqual(['short enough']);
});

/** Gives every message that waits in this browser another text. */
async function lengthenStoredMessages(page: Page, text: string) {
  await page.evaluate(async (text) => {
    const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      if (database.objectStoreNames.contains('outbox')) {
        const outbox = database.transaction('outbox', 'readwrite').objectStore('outbox');
        const keys = await done(outbox.getAllKeys());
        for (const key of keys) {
          const [room, pending] = JSON.parse(await done(outbox.get(key)));
          pending.message.text = text;
          await done(outbox.put(JSON.stringify([room, pending]), key));
        }
      }
      database.close();
    }
  }, text);
}

test('older messages come by scrolling up, without gaps or repeats [MSG-08, MSG-09]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  const all = Array.from({ length: 180 }, (_, number) => `message number ${number + 1}.`);
  for (const text of all) await server.say(alana, room, text);
  const a = await at(alana);
  await a.opens(room);
  await expect(a.message('message number 180.')).toBeInViewport();
  const feed = a.page.locator('#log');
  await expect(async () => {
    await feed.evaluate((log) => log.scrollTo(0, 0));
    await expect(a.message('message number 1.')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  expect(await a.texts()).toEqual(all);
});

test('what arrives elsewhere is marked unread, and the new line shows where to begin [MSG-14]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const launch = await server.room(alana, 'Launch', [emma]);
  const support = await server.room(alana, 'Support', [emma]);
  const e = await at(emma);
  await e.opens(support);
  await server.say(alana, launch, 'one');
  await server.say(alana, launch, 'two');
  await expect(e.roomLink('Launch')).toContainText('2');
  await e.roomLink('Launch').click();
  await e.sees('two');
  await expect(e.page.locator('.newmark')).toContainText('2 messages');
  await expect(e.roomLink('Launch')).not.toContainText('2');
  // Read here is read everywhere.
  await expect.poll(async () => {
    const { items } = await server.call(emma, 'GET', '/api/v1/rooms');
    const room = items.find(({ id }: { id: number }) => id === launch);
    return room.messages - room.read_messages;
  }).toBe(0);
});

test('others see who is writing [MSG-10]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await e.opens(room);
  await e.composer.pressSequentially('Hm');
  await expect(a.page.locator('.typing')).toContainText('Emma');
});

test('a browser that was cut off fills every gap, without a reload [CONN-08, I4]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const e = await at(emma);
  await e.opens(room);
  await server.say(alana, room, 'before');
  await e.sees('before');
  await e.context.setOffline(true);
  for (let number = 1; number <= 120; number++) await server.say(alana, room, `while away ${number}.`);
  await e.context.setOffline(false);
  await e.sees('while away 120.');
  await expect.poll(async () => (await e.texts()).length, { timeout: 20_000 }).toBe(121);
});

test('a broken store is rebuilt without asking, an old one opens without a server [CLD-05, CLD-13]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const room = await server.room(alana, 'Launch');
  await server.say(alana, room, 'kept on this device');
  const a = await at(alana);
  await a.opens(room);
  await a.sees('kept on this device');
  await a.page.evaluate(() => navigator.serviceWorker.ready);
  await a.page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
  });
  await a.page.reload();
  await a.isLive();
  await a.sees('kept on this device');
  await a.page.reload();
  await a.isLive();

  await server.kill();
  await a.page.reload();
  await expect(a.page.getByRole('heading', { name: 'Launch', level: 1 })).toBeVisible();
  await a.sees('kept on this device');
  await expect(a.page.locator('.sync')).toHaveAttribute('data-state', /offline|waiting|connecting|busy/);
  await server.run();
  await expect(a.page.locator('.sync[data-state="ok"]')).toBeVisible({ timeout: 30_000 });
});
