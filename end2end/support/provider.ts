// Content providers as processes of their own.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

/** What a provider was asked, oldest first. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  claims?: { iss: string; sub: string; iat: number; exp: number; jti: string; context: Record<string, unknown> };
}

/** Credentials a provider received. */
export interface Installation {
  oauthId: string;
  oauthSecret: string;
  roomId?: number;
  accessToken?: string;
}

/** What `providers/provider.mjs` can be. */
export type ProviderName = 'builds' | 'links' | 'weather' | 'calendar' | 'status';

/** The Node.js provider of the walkthrough under one of its names. */
export class Provider {
  private constructor(
    private readonly process: ChildProcess,
    /** Its address, without a trailing slash. */
    readonly address: string,
  ) {}

  static async start(name: ProviderName): Promise<Provider> {
    const script = path.join(__dirname, '..', 'providers', 'provider.mjs');
    const child = spawn(process.execPath, [script, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Provider(child, await firstLine(child));
  }

  get descriptorUrl(): string {
    return `${this.address}/descriptor`;
  }

  /** Changes how the provider behaves from now on. */
  async steer(change: Record<string, unknown>): Promise<void> {
    await this.control(change);
  }

  /** Tells the provider who signs, as an author does with what the simulator shows; `chat` is whose script its pages load. */
  async trusts(oauthId: string, oauthSecret: string, chat: string): Promise<void> {
    await this.control({ trust: { oauthId, oauthSecret, capabilitiesUrl: `${chat}/v2/capabilities` } });
  }

  /** Lets the provider call the chat server with the credentials of an installation (the newest by default). */
  async calls(method: string, path: string, body?: unknown, oauthId?: string): Promise<{ status: number; body: string }> {
    return this.control({ call: { method, path, body, oauthId } });
  }

  async asked(path?: string): Promise<Asked[]> {
    const { asked } = await this.state();
    return path === undefined ? asked : asked.filter((one) => one.path === path);
  }

  async installations(): Promise<Installation[]> {
    return (await this.state()).installations;
  }

  stop(): void {
    this.process.kill();
  }

  private async state(): Promise<{ asked: Asked[]; installations: Installation[] }> {
    return (await fetch(`${this.address}/control`)).json();
  }

  private async control(body: unknown): Promise<any> {
    const answer = await fetch(`${this.address}/control`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

/** The first line a process prints, or an error when it ends before. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout! });
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it was ready`)));
    child.once('error', reject);
  });
}
