import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import type {
  ClientCredentials,
  ClientStatement,
  ContractTarget,
  TargetLimits,
  TrafficCounters,
} from './contract-target.js';
import { sendRaw } from './raw-request.js';

const script = fileURLToPath(new URL('./server/start.py', import.meta.url));

interface ReadyLine {
  readonly port: number;
  readonly control: string;
  readonly client_id: string;
  readonly client_secret: string;
}

interface StartOptions {
  /** An interpreter that has Django OAuth Toolkit. */
  readonly python: string;
  /** A path before every path of the API, such as `/api/v1`. */
  readonly prefix?: string;
}

/** The API on a real Django OAuth Toolkit, in a separate process. */
export class RealServer implements ContractTarget {
  readonly url: string;
  readonly clientId: string;
  clientSecret: string;
  private readonly controlUrl: string;

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly errorOutput: readonly string[],
    ready: ReadyLine,
    prefix: string,
  ) {
    const origin = `http://127.0.0.1:${ready.port}`;
    this.url = `${origin}${prefix}`;
    this.controlUrl = `${origin}${ready.control}`;
    this.clientId = ready.client_id;
    this.clientSecret = ready.client_secret;
  }

  /** Returns a running server; throws with its stderr if it does not start. */
  static async start({ python, prefix = '' }: StartOptions): Promise<RealServer> {
    const folder = await mkdtemp(join(tmpdir(), 'cryptofuse-server-'));
    const child = spawn(python, ['-B', script, '--folder', folder, '--prefix', prefix]);
    const errorOutput = collect(child.stderr);
    try {
      const ready = await readyLine(child.stdout);
      return new RealServer(child, folder, errorOutput, ready, prefix);
    } catch (error) {
      await end(child, folder);
      throw new Error(`The real server did not start:\n${errorOutput.join('')}`, { cause: error });
    }
  }

  /** The stderr of the server, with Python's tracebacks, for diagnosis. */
  get stderr(): string {
    return this.errorOutput.join('');
  }

  async addClient(statement: ClientStatement): Promise<ClientCredentials> {
    const { clientId, clientSecret, ...rest } = statement;
    const named = { client_id: clientId, client_secret: clientSecret, ...rest };
    return credentialsOf(await this.command('add_client', named));
  }

  async rotateSecret(): Promise<string> {
    const answer = await this.command('rotate_secret', { client_id: this.clientId });
    this.clientSecret = credentialsOf(answer).clientSecret;
    return this.clientSecret;
  }

  async revokeAll(): Promise<void> {
    await this.command('revoke_all');
  }

  async expireAll(): Promise<void> {
    await this.command('expire_all');
  }

  async setTokenLifetime(seconds: number): Promise<void> {
    await this.command('switches', { token_lifetime: seconds });
  }

  /** Delays every response by this many milliseconds. */
  async setLatency(milliseconds: number): Promise<void> {
    await this.command('switches', { latency: milliseconds });
  }

  async setLimits(limits: TargetLimits): Promise<void> {
    const { tokenRequestsPerMinute: token, apiRequestsPerHour: api } = limits;
    await this.command('limits', { token, api });
  }

  async counters(): Promise<TrafficCounters> {
    const counts = await this.command('counters');
    return {
      tokenRequests: Number(counts['token_requests']),
      tokensIssued: Number(counts['tokens_issued']),
      revocations: Number(counts['revocations']),
      payments: Number(counts['payments']),
    };
  }

  async reset(): Promise<void> {
    await this.command('reset');
  }

  /** Ends the process and removes its database. */
  async stop(): Promise<void> {
    await end(this.process, this.folder);
  }

  private async command(name: string, members: object = {}): Promise<Record<string, unknown>> {
    const url = `${this.controlUrl}${name}/`;
    const answer = await sendRaw(url, { method: 'POST', body: JSON.stringify(members) });
    if (answer.status !== 200) {
      throw new Error(`The command ${name} failed:\n${this.stderr}`);
    }
    return JSON.parse(answer.body.toString()) as Record<string, unknown>;
  }
}

function collect(stream: Readable): readonly string[] {
  const pieces: string[] = [];
  stream.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  return pieces;
}

async function readyLine(stdout: Readable): Promise<ReadyLine> {
  for await (const line of createInterface({ input: stdout })) {
    return JSON.parse(line) as ReadyLine;
  }
  throw new Error('It ended without a word');
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }
  await rm(folder, { recursive: true, force: true });
}

function credentialsOf(answer: Record<string, unknown>): ClientCredentials {
  return {
    clientId: String(answer['client_id']),
    clientSecret: String(answer['client_secret']),
  };
}
