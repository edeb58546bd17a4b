// The author of a provider, before anything is installed.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isAccessible } from '../support/accessible';
import { expect, test } from '../support/test';

const real = (name: string): string =>
  readFileSync(path.join(__dirname, '..', '..', 'protocol', 'tests', 'descriptors', name), 'utf8');

test('an author finds the faults of a real descriptor, line by line [DESC-19]', async ({ server, at }) => {
  const a = await at(await server.setUp('Alana'));
  await a.visits('/simulator');
  await a.isLive();
  const text = a.page.getByRole('textbox', { name: 'Descriptor', exact: true });
  const findings = a.page.getByRole('list', { name: 'Faults and warnings' });
  const written = real('sns-cloudwatch-alarms.json');
  const line = written.split('\n').findIndex((words) => words.includes('"queryUrl"')) + 1;

  await text.fill(written.replace(/"queryUrl": "[^"]*"/, '"queryUrl": "ftp://example.com"'));
  await expect(findings).toContainText('only http and https addresses are allowed');
  await findings.getByRole('button', { name: `Line ${line}`, exact: true }).click();
  const chosen = await text.evaluate((field: HTMLTextAreaElement) => field.value.slice(field.selectionStart, field.selectionEnd));
  expect(chosen).toContain('ftp://example.com');
  await expect(a.shelf).toHaveCount(0);

  await text.fill(written);
  await expect(a.page.getByText(/^No faults/)).toBeVisible();
  await expect(a.shelf).toBeVisible();
  await isAccessible(a);
  await a.page.reload();
  await expect(text, 'it survives a reload').toHaveValue(written);
  await expect(a.shelf).toBeVisible();
  a.hasNothingToComplainAbout();
});

test('tiles, menus and panels are those of a room, and everything that goes by is told [COND-12, CC-13, AUTH-01]', async ({ server, at, provider }) => {
  const alana = await server.setUp('Alana');
  const builds = await provider('builds');
  await builds.steer({ version: 2 });
  const a = await at(alana);
  await a.visits('/simulator');
  await a.isLive();
  await a.fills('Address of a descriptor', builds.descriptorUrl);
  await a.presses('Load');
  await expect(a.page.getByRole('textbox', { name: 'Descriptor', exact: true })).toHaveValue(/builds\.summary/);
  const log = a.page.getByRole('list', { name: 'Requests and frames' });

  // The tile is hidden until its data says otherwise, whoever sends it.
  await expect(a.page.getByText('Tiles show what your tools are doing')).toBeVisible();
  const data = a.page.getByLabel('Data of Builds');
  await data.fill('{"label": {"type": "html", "value": "<b>5</b> edited"}, "metadata": {"isConfigured": true}}');
  await a.presses('Push to browsers');
  await expect(a.tile('Builds')).toContainText('5 edited');
  await expect(log.getByText('Frame to browsers')).toBeVisible();
  await data.fill('{"label": 7}');
  await a.presses('Push to browsers');
  await expect(a.page.getByRole('listitem').filter({ has: data }).getByRole('list')).toContainText('/label');

  // The provider believes what the page signs once it was told the secret, and is asked as in a room.
  const secret = await a.page.getByLabel('oauthSecret').inputValue();
  await builds.trusts(await a.page.getByLabel('oauthId').inputValue(), secret, server.address);
  await a.presses('Ask the provider');
  await expect(a.tile('Builds')).toContainText('128 Builds');
  await expect(log.getByText(/^.*GET .*\/glance · 200 · \d+ ms$/)).toBeVisible();
  const [{ claims }] = await builds.asked('/glance');
  expect(claims).toMatchObject({ sub: String(alana.id), context: { audience: builds.address, extension_key: 'builds.summary' } });
  await isAccessible(a);

  // Conditions decide about the menu as it opens, and their reasons stand beside it.
  const message = a.page.getByRole('listitem').filter({ has: a.page.getByLabel('Text of message 2') });
  await expect(message).toContainText('Offered: Re-run this build (1 of 1)');
  await a.fills('Text of message 2', 'nothing to run');
  await expect(message).toContainText('Offered: none of 1');
  await message.getByText('Offered: none of 1').click();
  await expect(message).toContainText('Does not hold');
  const menu = a.page.getByRole('menu', { name: /^Controls for the message/ });
  await message.getByRole('button', { name: 'View controls for the message' }).click();
  await expect(menu.getByRole('menuitem', { name: 'Reply' })).toBeVisible();
  await expect(menu.getByRole('menuitem', { name: /Re-run/ })).toHaveCount(0);
  await a.page.keyboard.press('Escape');

  // The panel is framed as in a room; what page and chat tell each other is told.
  await a.fills('Text of message 2', 'Build #18 is red');
  await expect(message).toContainText('Offered: Re-run this build');
  await message.getByRole('button', { name: 'View controls for the message' }).click();
  await menu.getByRole('menuitem', { name: /Re-run/ }).click();
  await expect(a.frame.getByRole('heading', { name: 'Recent builds' })).toBeVisible();
  const told = a.frame.getByRole('list', { name: 'What this page was told' });
  await expect(told).toContainText('builds.rerun');
  await expect(told).toContainText('Build #18 is red');
  await expect(told).toContainText('token 3');
  await expect(log.getByText('From the framed page').first()).toBeVisible();
  await expect(log.getByText(/Address: webPanel builds\.sidebar → /).first()).toBeVisible();
  await isAccessible(a);
  a.hasNothingToComplainAbout();

  // Nothing of it reached the server.
  const snapshot = await server.call(alana, 'GET', '/api/v1/snapshot');
  expect(snapshot.rooms).toEqual([]);
});
