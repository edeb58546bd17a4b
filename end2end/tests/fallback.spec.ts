// Where no WebSocket gets through: the same chat by events and requests.

import type { Page } from '@playwright/test';

import { Proxy } from '../support/proxy';
import { expect, test } from '../support/test';

test('behind a proxy that refuses WebSockets the room is live, loses nothing, and goes over to a socket when it may [CONN-03, MSG-14]', async ({ server, at }) => {
  const proxy = await Proxy.start(server.address);
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const [a, e] = [await at(alana, { baseURL: proxy.address }), await at(emma)];
  await a.page.clock.install();
  await a.opens(room);
  await e.opens(room);
  expect(proxy.refused).toBeGreaterThan(0);
  expect(proxy.events).toBe(1);

  // Frames of the client come through.
  const posts = proxy.posts;
  await a.composer.pressSequentially('do');
  await expect(e.page.locator('.typing')).toContainText('Alana');
  expect(proxy.posts).toBeGreaterThan(posts);
  await a.says('do you read me');
  await e.sees('do you read me');
  await e.says('loud and clear');
  await a.sees('loud and clear');

  // What was said while the network was gone is there once it is back.
  proxy.cut();
  await expect(a.page.locator('.sync[data-state="ok"]')).toHaveCount(0);
  await e.says('said into the gap');
  await e.sees('said into the gap');
  proxy.mend();
  await a.isLive();
  await a.sees('said into the gap');
  expect(proxy.events).toBeGreaterThan(1);

  // Once WebSockets get through the client finds out by itself, and keeps one of them alone.
  proxy.passesUpgrades = true;
  await untilSocket(a.page, proxy);
  await expect.poll(() => proxy.open).toEqual({ events: 0, sockets: 1 });
  await a.isLive();
  await e.says('over the socket');
  await a.sees('over the socket');
  expect(proxy.open).toEqual({ events: 0, sockets: 1 });
  proxy.stop();
});

/** Lets five minutes pass in steps shorter than any patience of the client, and waits for the network after each: it keeps real time. */
async function untilSocket(page: Page, proxy: Proxy): Promise<void> {
  for (let seconds = 0; seconds <= 300 && proxy.open.sockets === 0; seconds += 5) {
    await page.clock.runFor('00:05');
    await expect.poll(() => proxy.pending).toBe(0);
  }
}
