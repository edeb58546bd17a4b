// Files in messages, and messages that are deleted.

import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import type { Visitor } from '../support/browser';
import { expect, test } from '../support/test';

/** Two red pixels. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4z8AARAAI/gH/xp559wAAAABJRU5ErkJggg==',
  'base64',
);

/** Chooses files as a person would, with the button. */
async function attaches(visitor: Visitor, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  const choosing = visitor.page.waitForEvent('filechooser');
  await visitor.presses('Attach files');
  await (await choosing).setFiles(files);
}

function chosen(visitor: Visitor): Locator {
  return visitor.page.getByRole('list', { name: 'Files of this message' }).getByRole('listitem');
}

async function saved(visitor: Visitor, link: Locator): Promise<Buffer> {
  const download = visitor.page.waitForEvent('download');
  await link.click();
  return readFile(await (await download).path());
}

test('a file goes from one person to another, and to nobody outside the room [MSG-18]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const olaf = await server.invite(alana, 'Olaf');
  const room = await server.room(alana, 'Launch', [emma]);
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await e.opens(room);

  // A slow line shows how far it is, and leaves time to think better of it.
  const line = await a.context.newCDPSession(a.page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 };
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', slow);
  const bytes = Buffer.alloc(1_200_000, 'roomglass ');
  await attaches(a, { name: 'plan.txt', mimeType: 'text/plain', buffer: bytes }, { name: 'other.txt', mimeType: 'text/plain', buffer: bytes });
  await expect(a.page.getByRole('progressbar', { name: 'Sending plan.txt' })).toBeVisible();
  await a.presses('Remove other.txt');
  await expect(chosen(a)).toHaveCount(1);
  await a.composer.fill('The plan');
  await expect(chosen(a)).toContainText('Ready to send', { timeout: 30_000 });
  await line.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await a.composer.press('Enter');
  await expect(chosen(a)).toHaveCount(0);

  const link = e.message('The plan').getByRole('link', { name: 'plan.txt 1.2 MB' });
  await expect(link).toBeVisible();
  expect((await saved(e, link)).equals(bytes)).toBe(true);
  await e.page.reload();
  await e.isLive();
  const address = await link.getAttribute('href');
  expect((await server.answer(emma, 'GET', address!)).status).toBe(200);
  expect((await server.answer(olaf, 'GET', address!)).status).toBe(404);
  expect((await fetch(server.address + address)).status).toBe(401);
  a.hasNothingToComplainAbout();
  e.hasNothingToComplainAbout();
});

test('pictures are shown in place, dropped and pasted files are taken, others are refused in words [MSG-18]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  for (let line = 1; line <= 20; line++) await server.say(alana, room, `line ${line}`);
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await e.opens(room);
  await a.sees('line 20');

  await a.page.locator('#composer').evaluate((form, bytes) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], 'logo.png', { type: 'image/png' }));
    form.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, [...PICTURE]);
  await expect(chosen(a)).toContainText('Ready to send');
  await a.composer.evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['<svg/>'], 'drawing.svg', { type: 'image/svg+xml' }));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(chosen(a).filter({ hasText: 'drawing.svg' })).toContainText('Ready to send');
  await attaches(a, { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(27_000_000) });
  const film = chosen(a).filter({ hasText: 'film.mp4' });
  await expect(film.getByRole('alert')).toContainText('The file is too large: it may have at most 26 MB.');
  await a.presses('Remove film.mp4');
  await a.composer.press('Enter');

  const row = e.log.locator('article').filter({ hasText: 'logo.png' });
  const picture = row.locator('img.file__picture');
  await expect(picture).toHaveCount(1);
  const height = async () => (await picture.boundingBox())!.height;
  const before = await height();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2);
  expect(await height()).toBe(before);
  // Who sends it stays at the end of the log, although the list of files in the composer goes.
  await expect(a.log.locator('img.file__picture')).toBeInViewport({ ratio: 0.9 });
  await expect(a.page.getByRole('button', { name: 'Newest messages' })).toHaveCount(0);
  // A drawing could run scripts: it is offered, not shown.
  await expect(row.getByRole('link', { name: /^drawing\.svg/ })).toBeVisible();

  // Without a connection the file waits for another try.
  await a.context.setOffline(true);
  await attaches(a, { name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('late') });
  await expect(chosen(a).getByRole('alert')).toContainText('The connection was lost.');
  await a.context.setOffline(false);
  await a.presses('Try again');
  await expect(chosen(a)).toContainText('Ready to send');
  await a.isLive();
  await a.composer.press('Enter');
  await expect(e.log.getByRole('link', { name: /^late\.txt/ })).toBeVisible();
});

test('a message is deleted for everybody by those who may [MSG-21]', async ({ server, at }) => {
  const alana = await server.setUp('Alana');
  const emma = await server.invite(alana, 'Emma');
  const room = await server.room(alana, 'Launch', [emma]);
  const [a, e] = [await at(alana), await at(emma)];
  await a.opens(room);
  await e.opens(room);
  await a.says('by Alana');
  await e.says('by Emma');
  await a.sees('by Emma');

  const ofAlana = await e.opensControlsOf('by Alana');
  await expect(ofAlana.getByRole('menuitem', { name: 'Reply' })).toBeVisible();
  await expect(ofAlana.getByRole('menuitem', { name: 'Delete…' })).toHaveCount(0);
  await e.page.keyboard.press('Escape');
  const own = await e.opensControlsOf('by Emma');
  for (const name of ['Reply', 'Attach a file', 'Delete…']) await expect(own.getByRole('menuitem', { name })).toBeVisible();
  await own.getByRole('menuitem', { name: 'Delete…' }).click();
  await e.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(e.dialog).toHaveCount(0);
  await e.sees('by Emma');
  await (await e.opensControlsOf('by Emma')).getByRole('menuitem', { name: 'Delete…' }).click();
  await e.dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(e.dialog).toHaveCount(0);
  for (const visitor of [a, e]) {
    await visitor.sees('Message deleted');
    await expect(visitor.log).not.toContainText('by Emma');
  }
  await a.page.reload();
  await a.isLive();
  await a.sees('Message deleted');
  await expect(a.log).not.toContainText('by Emma');
  const tombstone = a.message('Message deleted');
  await tombstone.hover();
  await expect(tombstone.getByRole('toolbar')).toHaveCount(0);
  e.hasNothingToComplainAbout();
});
