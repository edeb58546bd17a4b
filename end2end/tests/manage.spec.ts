// What those see who manage the integrations of a room.

import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';

test('the owner of a room sees what an integration was told, and has it told again [HOOK-07]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: builds.descriptorUrl, rooms: [room] });
  await server.say(emma, room, '/build main');
  await expect.poll(async () => (await builds.asked('/hook')).length).toBe(1);

  const a = await at(alana);
  await a.page.goto(`/integrations?room=${room}`);
  await a.isLive();
  await a.presses(/^Deliveries to /);
  const call = a.dialog.getByRole('row').filter({ hasText: 'room_message' });
  await expect(async () => {
    await a.dialog.getByRole('button', { name: 'Refresh' }).click();
    await expect(call).toContainText('Delivered', { timeout: 500 });
  }).toPass();
  await expect(call).toContainText('1 try, answered 200');
  await isAccessible(a);
  const replay = call.getByRole('button', { name: /^Replay room_message/ });
  await replay.click();
  await expect.poll(async () => (await builds.asked('/hook')).length).toBe(2);
  await expect(replay, 'the button stays where it is').toBeFocused();
  a.hasNothingToComplainAbout();

  // Emma is a member and manages nothing.
  const e = await at(emma);
  await e.page.goto(`/integrations?room=${room}`);
  await e.isLive();
  await expect(e.page.locator('.people__row').filter({ hasText: 'Builds' })).toBeVisible();
  await expect(e.page.getByRole('button', { name: /^Deliveries to / })).toHaveCount(0);
});
