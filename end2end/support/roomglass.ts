// The optimised server as a process of its own, on a data folder of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './port';

const binary = process.env.ROOMGLASS_BIN;
if (!binary) throw new Error('ROOMGLASS_BIN must name the optimised server; run `cargo xtask test`');

/** Somebody with an account. */
export interface Person {
  id: number;
  name: string;
  mention: string;
  email: string;
  password: string;
  token: string;
}

export const PASSWORD = 'correct horse battery';

export class Roomglass {
  private child?: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly options: string[],
  ) {}

  /** Starts a server on an empty folder. */
  static async start(...options: string[]): Promise<Roomglass> {
    const folder = await mkdtemp(path.join(tmpdir(), 'roomglass-e2e-'));
    const server = new Roomglass(folder, await freePort(), options);
    await server.run();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process again on the same folder and port, and waits until it answers. */
  async run(): Promise<void> {
    const listen = `127.0.0.1:${this.port}`;
    const options = ['serve', '--allow-private-providers', '--listen', listen, '--data', this.folder, ...this.options];
    const child = spawn(binary!, options, { stdio: ['ignore', 'ignore', process.env.ROOMGLASS_LOG ? 'inherit' : 'ignore'] });
    this.child = child;
    let ended = false;
    child.once('exit', () => (ended = true));
    for (;;) {
      if (ended) throw new Error('the server ended while starting');
      const answer = await fetch(`${this.address}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Kills the process as a power cut would. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Calls the REST interface; refusals throw. */
  async call<T = any>(who: { token: string } | undefined, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.answer(who, method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : undefined;
  }

  /** Calls the REST interface and hands back whatever came. */
  answer(who: { token: string } | undefined, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.address + path, {
      method,
      headers: { 'content-type': 'application/json', ...(who && { authorization: `Bearer ${who.token}` }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Sets the server up with its administrator. */
  async setUp(name: string, organisation = 'Example'): Promise<Person> {
    const email = emailOf(name);
    const begun = await this.call(undefined, 'POST', '/api/v1/setup', { organisation, name, email, password: PASSWORD });
    return { ...begun.user, email, password: PASSWORD, token: begun.token };
  }

  /** Adds somebody by an invitation of `by`. */
  async invite(by: Person, name: string, role: 'member' | 'guest' = 'member', rooms: number[] = []): Promise<Person> {
    const { token } = await this.call(by, 'POST', '/api/v1/invitations', { role, rooms });
    const email = emailOf(name);
    const begun = await this.call(undefined, 'POST', `/api/v1/invitations/${token}`, { name, email, password: PASSWORD });
    return { ...begun.user, email, password: PASSWORD, token: begun.token };
  }

  /** Makes a room with members; answers its id. */
  async room(owner: Person, name: string, members: Person[] = [], privacy: 'public' | 'private' = 'private'): Promise<number> {
    const room = await this.call(owner, 'POST', '/api/v1/rooms', { name, privacy });
    for (const member of members) {
      await this.call(owner, 'POST', `/api/v1/rooms/${room.id}/members`, { user_id: member.id });
    }
    return room.id;
  }

  /** Says something as a headless client would. */
  async say(who: Person, room: number, text: string, id: string = randomUUID()): Promise<{ id: string; seq: number }> {
    return this.call(who, 'POST', `/api/v1/rooms/${room}/messages`, { id, text });
  }
}

function emailOf(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '.')}@example.org`;
}
