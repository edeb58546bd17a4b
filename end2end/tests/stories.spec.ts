// The ten stories of docs/spec/walkthrough.md, in browsers, with providers as processes of their own.

import type { Visitor } from '../support/browser';
import { expect, test } from '../support/test';
import type { Person, Roomglass } from '../support/roomglass';

async function cast(server: Roomglass): Promise<{ alana: Person; emma: Person; omar: Person; priya: Person }> {
  const alana = await server.setUp('Alana');
  const [emma, omar, priya] = [
    await server.invite(alana, 'Emma'),
    await server.invite(alana, 'Omar'),
    await server.invite(alana, 'Priya'),
  ];
  return { alana, emma, omar, priya };
}

const install = (server: Roomglass, who: Person, descriptor_url: string, place: { rooms?: number[]; global?: boolean }) =>
  server.call(who, 'POST', '/v2/integration/install', { descriptor_url, ...place });

const summary = (label: string, type: string, metadata: Record<string, unknown> = { isConfigured: true }) => ({
  glance: [
    {
      key: 'builds.summary',
      content: {
        label: { type: 'html', value: label },
        status: { type: 'lozenge', value: { label: type === 'error' ? 'NOT SO GOOD' : 'ALL GOOD', type } },
        metadata,
      },
    },
  ],
});

test('story 1: an integration appears for every connected member without a reload [INST-11, INST-13, INST-16, DYN-02, SSYNC-03, SSYNC-11]', async ({ server, at, provider }) => {
  const { alana, emma, omar, priya } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma, omar, priya]);
  const builds = await provider('builds');
  const [a, e, o] = [await at(alana), await at(emma), await at(omar)];
  for (const visitor of [a, e, o]) await visitor.opens(room);
  await a.visits(`/integrations?room=${room}`);
  await a.installs(builds.descriptorUrl, /Only in Release team/);
  for (const visitor of [e, o]) await expect(visitor.tile('Builds')).toContainText('128 Builds');
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('ALL GOOD');
  // Priya was away; she has it when she comes.
  const p = await at(priya);
  await p.opens(room);
  await expect(p.tile('Builds')).toContainText('128 Builds');
  for (const visitor of [a, e, o, p]) visitor.hasNothingToComplainAbout();
});

test('story 2: data comes from the provider, shown when its condition holds, by name when it fails [DYN-01, COND-12, DYN-12, DESC-09, ELEM-05]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const e = await at(emma);
  await e.opens(room);
  await expect(e.tile('Builds').locator('b')).toHaveText('128');
  const [asked] = await builds.asked('/glance');
  expect(asked.claims).toMatchObject({ sub: String(emma.id), context: { room_id: room, extension_key: 'builds.summary' } });
  expect(asked.claims!.exp - asked.claims!.iat).toBe(15 * 60);

  await builds.steer({ content: { label: { type: 'html', value: 'x' }, metadata: { isConfigured: false } } });
  await e.opens(room);
  await expect.poll(async () => (await builds.asked('/glance')).length).toBe(2);
  await expect(e.tile('Builds')).toHaveCount(0);

  for (const failure of ['error', 'malformed']) {
    await builds.steer({ glance: failure });
    await e.page.reload();
    await expect(e.tile('Builds')).toContainText('Builds');
    await expect(e.tile('Builds')).toContainText(/not answering/i);
  }
});

test('story 3: what a provider pushes is seen at once by those it is for [PUSH-03, PUSH-05, PUSH-12, PUSH-13, PUSH-14, DCI-08]', async ({ server, at, provider }) => {
  const { alana, emma, omar } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma, omar]);
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const [e, o] = [await at(emma), await at(omar)];
  for (const visitor of [e, o]) {
    await visitor.opens(room);
    await expect(visitor.tile('Builds')).toContainText('128 Builds');
  }
  expect((await builds.calls('POST', `/integration/ui/room/${room}`, summary('<b>2</b> failed builds', 'error'))).status).toBe(204);
  for (const visitor of [e, o]) await expect(visitor.tile('Builds')).toContainText('2 failed builds');
  await expect(e.tile('Builds').locator('.lozenge')).toHaveAttribute('data-kind', 'error');

  const mine = summary('<b>2</b> failed, 1 of them yours', 'error');
  const named = `/addon/ui/room/Release%20team/user/${encodeURIComponent(emma.email)}`;
  expect((await builds.calls('POST', named, mine)).status).toBe(204);
  await expect(e.tile('Builds')).toContainText('1 of them yours');
  await expect(o.tile('Builds')).not.toContainText('yours');

  expect((await builds.calls('POST', `/integration/ui/room/${room}`, summary('gone', 'success', { isConfigured: false }))).status).toBe(204);
  for (const visitor of [e, o]) await expect(visitor.tile('Builds')).toHaveCount(0);
});

test('story 3, hostile: a label cannot be anything but text with emphasis [ELEM-13]', async ({ server, at, provider }) => {
  const { alana } = await cast(server);
  const room = await server.room(alana, 'Release team');
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const a = await at(alana);
  await a.opens(room);
  await expect(a.tile('Builds')).toContainText('128');
  const hostile = '<b>4</b><script>window.owned=1</script><img src=x onerror="window.owned=2"><i onclick="window.owned=3">builds</i>';
  await builds.calls('POST', `/integration/ui/room/${room}`, summary(hostile, 'success'));
  await expect(a.tile('Builds').locator('.tile__label')).toHaveText('4builds');
  expect(await a.page.evaluate(() => (window as any).owned)).toBeUndefined();
  // The same hostile label, pulled straight from the provider.
  await builds.steer({ content: { label: { type: 'html', value: hostile }, metadata: { isConfigured: true } } });
  await a.opens(room);
  await expect(a.tile('Builds').locator('.tile__label')).toHaveText('4builds');
  await expect(a.tile('Builds').locator('script, .tile__label img')).toHaveCount(0);
  expect(await a.page.evaluate(() => (window as any).owned)).toBeUndefined();
});

test('story 4: a browser that was away gets exactly what changed, out of its tokens [SYNC-01, SYNC-11, SYNC-16, SYNC-31]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const release = await server.room(alana, 'Release team', [emma]);
  const support = await server.room(alana, 'Support', [emma], 'public');
  const [builds, links, weather] = [await provider('builds'), await provider('links'), await provider('weather')];
  await install(server, alana, builds.descriptorUrl, { rooms: [release] });
  await install(server, alana, links.descriptorUrl, { rooms: [release, support] });
  await install(server, alana, weather.descriptorUrl, { global: true });
  const e = await at(emma);
  await e.opens(release);
  await server.say(alana, release, 'read https://example.com/spec');
  await server.say(alana, support, 'see https://example.com/help');
  await e.sees('https://example.com/spec');
  await e.page.goto('about:blank');

  await weather.steer({ version: 2 });
  await weather.calls('PUT', '/integration/org.example.weather/descriptor', await (await fetch(weather.descriptorUrl)).json());
  await server.call(alana, 'POST', '/v2/integration/uninstall', { integration: 'com.example.links', rooms: [release] });

  const exchanges: { request: any; status: number; body: any }[] = [];
  e.page.on('response', async (response) => {
    if (!response.url().endsWith('/v2/integration/sync')) return;
    const body = response.status() === 204 ? undefined : await response.json();
    exchanges.push({ request: response.request().postDataJSON(), status: response.status(), body });
  });
  await e.opens(support);
  await expect.poll(() => exchanges.length).toBe(2);
  const [first, second] = exchanges;
  expect(Object.keys(first.request).sort()).toEqual(['accountToken', 'trigger']);
  // Support did not change, so it is not even asked about; the page itself brought the global room up to date.
  expect(Object.keys(second.request.installedIntegrations)).toEqual([String(release)]);
  expect(second.body.changedIntegrations[String(release)]).toEqual([{ key: 'com.example.links', deleted: true }]);
  expect(Object.keys(second.body.changedIntegrations)).toEqual([String(release)]);

  const menu = await e.opensControlsOf('https://example.com/help');
  await expect(menu.getByRole('menuitem', { name: /Open in sidebar/ })).toBeVisible();
  await e.page.keyboard.press('Escape');
  await e.roomLink('Release team').click();
  const other = await e.opensControlsOf('https://example.com/spec');
  await expect(other.getByRole('menuitem', { name: /Open in sidebar/ })).toHaveCount(0);

  exchanges.length = 0;
  await e.page.reload();
  await e.isLive();
  await expect.poll(() => exchanges.map(({ status }) => status)).toEqual([204]);
});

test('story 5: a room entered anew brings its integrations, stored once [SYNC-02, CLD-07]', async ({ server, at, provider }) => {
  const { alana, omar } = await cast(server);
  const release = await server.room(alana, 'Release team', [omar]);
  const support = await server.room(alana, 'Support', [], 'public');
  const links = await provider('links');
  await install(server, alana, links.descriptorUrl, { rooms: [release, support] });
  await server.say(alana, support, 'see https://example.com/help');
  const o = await at(omar);
  await o.opens(release);
  const asked = o.page.waitForResponse((response) => response.url().endsWith('/v2/integration/sync'));
  await server.call(omar, 'POST', `/api/v1/rooms/${support}/join`);
  const response = await asked;
  expect(response.request().postDataJSON()).toMatchObject({ trigger: 'room', installedIntegrations: { [support]: [] } });
  expect((await response.json()).changedIntegrations[String(support)][0].key).toBe('com.example.links');
  await o.roomLink('Support').click();
  const menu = await o.opensControlsOf('https://example.com/help');
  await expect(menu.getByRole('menuitem', { name: /Open in sidebar/ })).toBeVisible();
});

test('story 6: a provider updates its descriptor, and the next menu offers the new control [UPD-01, UPD-02, UPD-10, CC-24]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  const { token: before } = await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const e = await at(emma);
  await e.opens(room);
  await server.say(alana, room, 'Build #41 broke');
  await e.sees('Build #41 broke');
  const none = await e.opensControlsOf('Build #41 broke');
  await expect(none.getByRole('menuitem', { name: /Re-run/ })).toHaveCount(0);
  await e.page.keyboard.press('Escape');

  await builds.steer({ version: 2 });
  const descriptor = await (await fetch(builds.descriptorUrl)).json();
  const update = await builds.calls('PUT', '/integration/com.example.builds/descriptor', descriptor);
  expect(update.status).toBe(200);
  const after = JSON.parse(update.body).token;
  expect(after).not.toBe(before);
  await expect(async () => {
    const menu = await e.opensControlsOf('Build #41 broke');
    await expect(menu.getByRole('menuitem', { name: /Re-run this build/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  await e.page.getByRole('menuitem', { name: /Re-run this build/ }).focus();
  await expect(e.page.locator('.menu__why')).toContainText('Shown because');
  // The same document in another order changes nothing.
  const again = await builds.calls('PUT', '/integration/com.example.builds/descriptor', Object.fromEntries(Object.entries(descriptor).reverse()));
  expect(JSON.parse(again.body).token).toBe(after);
});

test('story 7: removed from a room, its tile, panel and controls vanish; deleted, it is gone everywhere [UNIN-01, UNIN-03, UNIN-06, UNIN-08]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const [builds, links] = [await provider('builds'), await provider('links')];
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  await install(server, alana, links.descriptorUrl, { rooms: [room] });
  const e = await at(emma);
  await e.opens(room);
  await server.say(alana, room, 'see https://example.com/help');
  await e.tile('Builds').getByRole('button').first().click();
  await expect(e.frame.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
  const [{ oauthId }] = await builds.installations();

  await server.call(alana, 'POST', '/v2/integration/uninstall', { integration: 'com.example.builds', rooms: [room] });
  await expect(e.tile('Builds')).toHaveCount(0);
  await expect(e.panel.locator('iframe')).toHaveCount(0);
  await expect.poll(async () => (await builds.asked(`/installed/${oauthId}`)).map(({ method }) => method)).toEqual(['DELETE']);
  expect((await builds.calls('POST', `/integration/ui/room/${room}`, summary('late', 'error'), oauthId)).status).toBe(401);

  expect((await links.calls('DELETE', '/integration/com.example.links')).status).toBe(204);
  await expect(async () => {
    const menu = await e.opensControlsOf('https://example.com/help');
    await expect(menu.getByRole('menuitem', { name: /Open in sidebar/ })).toHaveCount(0, { timeout: 500 });
  }).toPass();
});

test('story 8: activating a tile opens its panel, sandboxed, told of pushes [RC-01, RC-03, RC-05, RC-09, DCI-10, HCC-19, HCC-20]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const e = await at(emma);
  await e.opens(room);
  const open = e.tile('Builds').getByRole('button').first();
  await expect(open).toContainText('128');
  await open.focus();
  await e.page.keyboard.press('Enter');
  await expect(e.frame.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
  await expect(open).toHaveAttribute('aria-expanded', 'true');
  const iframe = e.panel.locator('iframe');
  const sandbox = (await iframe.getAttribute('sandbox')) ?? '';
  expect(sandbox.split(' ')).toContain('allow-scripts');
  // Its own origin, which is not ours: it looks neither at us nor at our storage.
  expect(new URL((await iframe.getAttribute('src')) ?? '').origin).not.toBe(new URL(server.address).origin);
  expect(sandbox).not.toContain('allow-top-navigation');
  await expect(e.frame.locator('body')).toHaveAttribute('data-stolen', 'nothing');
  const [asked] = await builds.asked('/page/sidebar');
  expect(asked.claims).toMatchObject({ sub: String(emma.id), context: { room_id: room } });
  expect(asked.query.theme).toMatch(/^(light|dark)$/);
  await expect(e.frame.getByText('token 3')).toBeVisible();
  await builds.calls('POST', `/integration/ui/room/${room}`, summary('<b>1</b> failed', 'error', { isConfigured: true, failed: 1 }));
  await expect(e.frame.getByText(/glance-update .*"failed":1/)).toBeVisible();
  // The room stays usable beside the panel.
  await e.says('still here');
  await e.sees('still here');
});

test('story 9: the menu of a message offers what holds, and hands the message over [COND-01, CC-08, CC-11, CC-12, CC-16, CC-17, CC-22, CC-25, RC-07]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const links = await provider('links');
  await install(server, alana, links.descriptorUrl, { rooms: [room] });
  const sent = await server.say(alana, room, 'Please read https://example.com/spec before noon');
  await server.say(alana, room, 'thanks!');
  const e = await at(emma);
  await e.opens(room);
  // One control of this provider asks for words of its own; its conditions ask for nothing.
  const questions = async () => (await links.asked()).filter(({ path }) => path !== '/readers').length;
  const before = await questions();
  const menu = await e.opensControlsOf('Please read');
  await expect(menu.getByRole('menuitem', { name: /Open in sidebar/ })).toBeVisible();
  await expect(menu.getByRole('menuitem', { name: /Open in external page/ })).toBeVisible();
  // Evaluating conditions asks nobody.
  expect(await questions()).toBe(before);
  await menu.getByRole('menuitem', { name: /Open in sidebar/ }).click();
  await expect(e.frame.getByRole('heading', { name: 'Link preview' })).toBeVisible();
  await expect(e.frame.getByText(/^links.sidebar /)).toContainText('https://example.com/spec');

  const popup = e.context.waitForEvent('page');
  await (await e.opensControlsOf('Please read')).getByRole('menuitem', { name: /Open in external page/ }).click();
  const page = await popup;
  await expect(page.getByRole('heading', { name: 'External page' })).toBeVisible();
  expect((await links.asked('/page/external'))[0].query.message_id).toBe(sent.id);

  const plain = await e.opensControlsOf('thanks!');
  await expect(plain.getByRole('menuitem', { name: /Open in/ })).toHaveCount(0);
  await expect(plain.getByRole('menuitem', { name: /Copy/ }).first()).toBeVisible();
});

test('story 10: from the catalogue to everybody, and away again [MKT-01, MKT-02, INST-10, DCI-09, COND-11, PUSH-02, UNIN-02]', async ({ server, at, provider }) => {
  const { alana, emma } = await cast(server);
  const room = await server.room(alana, 'Release team', [emma]);
  const weather = await provider('weather');
  await server.call(alana, 'POST', '/api/v1/catalogue', { descriptor_url: weather.descriptorUrl });
  const found = await server.call(emma, 'GET', '/v2/marketplace?q=warnings');
  expect(found.items).toMatchObject([{ key: 'org.example.weather', allowRoom: true, allowGlobal: true }]);
  const [a, e] = [await at(alana), await at(emma)];
  await e.opens(room);
  await a.visits('/integrations');
  await a.isLive();
  await a.page.getByRole('searchbox', { name: 'Search the catalogue' }).fill('weather');
  await a.page.getByRole('button', { name: 'Install Weather…' }).click();
  await expect(a.dialog).toContainText(weather.address);
  await a.dialog.getByRole('radio', { name: /Everywhere/ }).check();
  await a.dialog.getByRole('button', { name: 'Install everywhere' }).click();
  await expect(e.tile('Weather')).toContainText('36 °C');
  // A room made later has it too.
  const later = await server.room(alana, 'Later', [emma]);
  await e.opens(later);
  await expect(e.tile('Weather')).toContainText('36 °C');

  const content = { label: { type: 'html', value: '<b>31</b> °C' }, metadata: { temperature: 31, warning: true } };
  expect((await weather.calls('POST', '/integration/ui', { glance: [{ key: 'weather.now', content }] })).status).toBe(204);
  await expect(e.tile('Weather')).toContainText('31 °C');
  const calm = { ...content, metadata: { temperature: 31, warning: false } };
  await weather.calls('POST', '/integration/ui', { glance: [{ key: 'weather.now', content: calm }] });
  await expect(e.tile('Weather')).toHaveCount(0);
  await weather.calls('POST', '/integration/ui', { glance: [{ key: 'weather.now', content }] });
  await expect(e.tile('Weather')).toHaveCount(1);

  await server.call(alana, 'POST', '/v2/integration/uninstall', { integration: 'org.example.weather', global: true });
  await expect(e.tile('Weather')).toHaveCount(0);
});

test('a message that calls a webhook is answered by a notification [HOOK-01 … HOOK-04, MSG-16]', async ({ server, at, provider }) => {
  const { alana, omar } = await cast(server);
  const room = await server.room(alana, 'Release team', [omar]);
  const builds = await provider('builds');
  await install(server, alana, builds.descriptorUrl, { rooms: [room] });
  const o = await at(omar);
  await o.opens(room);
  await o.says('/build main');
  await o.sees('Build #129 of main started');
  await expect(o.message('Build #129').locator('b, strong')).toHaveText('main');
  const [hook] = await builds.asked('/hook');
  expect(hook.claims!.sub).toBe(String(omar.id));
});
