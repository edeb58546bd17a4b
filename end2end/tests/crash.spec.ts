// Twenty power cuts under load: what was acknowledged is there once, in order, and browsers converge by themselves.

import { randomUUID } from 'node:crypto';
import { expect, test } from '../support/test';
import type { Person, Roomglass } from '../support/roomglass';

const CRASHES = 20;
const WRITERS = 8;

interface Acknowledged {
  id: string;
  seq: number;
}

/** Writes one message after the other until told to stop; a message whose answer was lost is sent again under its id. */
async function write(server: Roomglass, who: Person, room: number, acknowledged: Acknowledged[], goesOn: () => boolean): Promise<void> {
  for (let number = 0; goesOn(); number++) {
    const id = randomUUID();
    for (;;) {
      const answer = await server.answer(who, 'POST', `/api/v1/rooms/${room}/messages`, { id, text: `load ${number}` }).catch(() => undefined);
      if (answer?.ok) {
        const { seq } = await answer.json();
        acknowledged.push({ id, seq });
        break;
      }
      if (!goesOn()) return;
    }
  }
}

async function everything(server: Roomglass, who: Person, room: number): Promise<Acknowledged[]> {
  const all: Acknowledged[] = [];
  for (let after = 0; ; ) {
    const page = await server.call(who, 'GET', `/api/v1/rooms/${room}/messages?after=${after}&limit=200`);
    all.push(...page.items);
    if (!page.more) return all;
    after = page.items.at(-1).seq;
  }
}

test(`${CRASHES} times killed under load, nothing acknowledged is lost [I1, I2, I3, I4]`, async ({ server, at }) => {
  test.setTimeout(240_000);
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const browsers = [await at(alana), await at(emma)];
  for (const browser of browsers) await browser.opens(room);

  const acknowledged: Acknowledged[] = [];
  let running = true;
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    write(server, index % 2 ? alana : emma, room, acknowledged, () => running),
  );
  for (let crash = 0; crash < CRASHES; crash++) {
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length - before, { intervals: [10] }).toBeGreaterThan(20);
    await server.kill();
    await server.run();
  }
  running = false;
  await Promise.all(writers);

  const stored = await everything(server, alana, room);
  const bySeq = new Map(stored.map(({ id, seq }) => [id, seq]));
  expect(bySeq.size).toBe(stored.length);
  expect(stored.map(({ seq }) => seq)).toEqual([...stored.map(({ seq }) => seq)].sort((a, b) => a - b));
  for (const { id, seq } of acknowledged) expect(bySeq.get(id)).toBe(seq);

  const last = `after everything ${randomUUID()}`;
  await server.say(alana, room, last);
  for (const browser of browsers) {
    await expect(browser.message(last)).toBeVisible({ timeout: 60_000 });
    const shown = await browser.texts();
    expect(new Set(await browser.log.locator('article').evaluateAll((all) => all.map(({ id }) => id))).size).toBe(
      await browser.log.locator('article').count(),
    );
    expect(shown.at(-1)).toContain(last);
  }
});
