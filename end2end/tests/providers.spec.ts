// The sample provider that docs/providers.md tells people to copy, in a browser: its panel works where it is framed.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstLine } from '../support/provider';
import { expect, test } from '../support/test';

const folder = path.join(__dirname, '..', '..', 'providers', 'deploys');
const running: ChildProcess[] = [];

/** Starts one of the scripts; gives the address of its descriptor. */
async function starts(program: string, script: string): Promise<string> {
  const data = await mkdtemp(path.join(tmpdir(), 'roomglass-deploys-'));
  const child = spawn(program, [path.join(folder, script), '0', path.join(data, 'installations.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  return firstLine(child);
}

test.afterEach(() => running.splice(0).forEach((child) => child.kill()));

for (const [program, script] of [[process.execPath, 'deploys.mjs'], ['python3', 'deploys.py']]) {
  test(`a room freezes its deploys with ${script} [ARCH-18, CC-16, HCC-19, HOOK-06, PUSH-03]`, async ({ server, at }) => {
    const alana = await server.setUp('Alana');
    const emma = await server.invite(alana, 'Emma');
    const room = await server.room(alana, 'Launch', [emma]);
    const descriptorUrl = await starts(program, script);
    await server.call(alana, 'POST', '/v2/integration/install', { descriptor_url: descriptorUrl, rooms: [room] });
    const [a, e] = [await at(alana), await at(emma)];
    await a.opens(room);
    await e.opens(room);
    await expect(e.tile('Deploys')).toContainText('Deploys open');

    // A control hands the message to the panel, whose button changes the tile for everybody.
    await e.says('The build is red');
    const menu = await e.opensControlsOf('The build is red');
    await menu.getByRole('menuitem', { name: /Freeze deploys for this/ }).click();
    await expect(e.frame.getByRole('heading', { name: 'Deploys are open' })).toBeVisible();
    await expect(e.frame.getByLabel('Why to freeze')).toHaveValue('The build is red');
    await e.frame.getByRole('button', { name: 'Freeze deploys' }).click();
    for (const browser of [a, e]) await expect(browser.tile('Deploys')).toContainText('Deploys frozen');
    await expect(e.frame.getByRole('heading', { name: 'Deploys are frozen' })).toBeVisible();

    // A command is answered in the room, and the open panel follows.
    await a.says('/deploys open');
    await e.sees('Deploys are open.');
    await expect(e.tile('Deploys')).toContainText('Deploys open');
    await expect(e.frame.getByRole('heading', { name: 'Deploys are open' })).toBeVisible();
    a.hasNothingToComplainAbout();
    e.hasNothingToComplainAbout();
  });
}
