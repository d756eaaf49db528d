import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Test, type TestingModule } from '@nestjs/testing';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
} from '../../lib/index.js';
import { CryptofuseSandbox, CryptofuseTestingModule } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';

/** A run of a client. */
export interface ReleaseRun {
  readonly kind: 'run';
  readonly transport: keyof typeof TRANSPORTS;
}

/** The names of callers whose contexts are still held after their calls are over. */
export interface ReleaseOutcome {
  readonly kind: 'outcome';
  readonly held: readonly string[];
}

const TRANSPORTS = {
  axios: axiosTransport(),
  undici: undiciTransport(),
  'undici with two connections': undiciTransport({ connections: 2 }),
};
/** Turns of the event loop, a few of which each transport needs to release what it held. */
const TURNS = 10;
const storage = new AsyncLocalStorage<object>();

/** The contexts of callers, which must not outlive their calls. */
class Callers {
  readonly #contexts = new Map<string, WeakRef<object>>();

  /** Runs `act` in a separate context. */
  async run(name: string, act: () => Promise<unknown>): Promise<void> {
    const context = { name };
    this.#contexts.set(name, new WeakRef(context));
    await storage.run(context, act).catch(() => undefined);
  }

  /** Returns the names of callers whose context is still held. */
  async held(): Promise<string[]> {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc?.();
    }
    return [...this.#contexts].filter(([, ref]) => ref.deref() !== undefined).map(([name]) => name);
  }
}

/** Uses the client in many ways, while one call outside of any context hangs until `end` is aborted. */
async function use(
  client: TestingModule,
  sandbox: CryptofuseSandbox,
  callers: Callers,
  end: AbortSignal,
): Promise<void> {
  const api = client.get(CryptofuseService);
  const http = client.get(CryptofuseHttpService);
  const tokens = client.get(CryptofuseTokenService);
  sandbox.fail({ hang: true, on: { path: '/hang/' }, times: Infinity });
  await callers.run('the first token', () => tokens.getToken());
  await callers.run('the first call', () => api.me());
  await callers.run('a token at hand', () => tokens.getToken());
  await callers.run('a call that ends while another one hangs', () => {
    const call = api.me();
    storage.exit(() => {
      api.get('/hang/', { signal: end }).catch(() => undefined);
    });
    return call;
  });
  await callers.run('a crowd', () => Promise.all(Array.from({ length: 100 }, () => api.me())));
  await callers.run('an Observable', () => lastValueFrom(http.get('/user/me/')));
  await callers.run('an upload', () => api.post('/echo/', Readable.from(['a', 'b'])));
  await callers.run('a stream', async () => {
    const call = http.get<Readable>('/export/?bytes=100000', { responseType: 'stream' });
    await (await lastValueFrom(call)).data.forEach(() => undefined);
  });
  await callers.run('an aborted call', async () => {
    const controller = new AbortController();
    const call = api.get('/hang/', { signal: controller.signal });
    controller.abort();
    await call;
  });
  await callers.run('a call that took too long', () =>
    api.get('/hang/', { timeout: 10, retry: false }),
  );
  await callers.run('a call that was refused', () => {
    sandbox.revokeAll();
    return api.me();
  });
  // A kept connection of Node's own agent holds the context of its last call; that of token requests does so
  // until the other client has its token.
  await storage.exit(() => Promise.all(Array.from({ length: 70 }, () => api.me())));
}

/** Makes callers wait for the next window of the quota, by the clock of the sandbox. */
async function waitForQuota(
  client: TestingModule,
  sandbox: CryptofuseSandbox,
  callers: Callers,
): Promise<void> {
  const api = client.get(CryptofuseService);
  const reset = String(Math.ceil(sandbox.clock.now() / 1_000) + 60);
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  sandbox.fail({ headers, on: 'api' });
  await api.me();
  await callers.run('calls that wait for the quota', async () => {
    const calls = Promise.all([api.me(), api.me()]);
    await new Promise((resolve) => setImmediate(resolve));
    storage.exit(() => {
      sandbox.clock.advance(61_000);
    });
    await calls;
  });
  await storage.exit(() => api.me());
}

async function startClient(imports: DynamicModule[]): Promise<TestingModule> {
  const client = await Test.createTestingModule({ imports }).compile();
  client.useLogger(false);
  await client.init();
  return client;
}

async function run({ transport }: ReleaseRun): Promise<ReleaseOutcome> {
  const sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
  const options = { ...sandbox.moduleOptions, transport: TRANSPORTS[transport] };
  const client = await startClient([CryptofuseModule.forRoot(options)]);
  const quota = { policy: 'wait', maxWait: 61_000 } as const;
  const patient = { transport: options.transport, quota };
  const patientClient = await startClient([CryptofuseTestingModule.forSandbox(sandbox, patient)]);
  const callers = new Callers();
  const end = new AbortController();
  await use(client, sandbox, callers, end.signal);
  await waitForQuota(patientClient, sandbox, callers);
  const held = await callers.held();
  end.abort();
  await client.close();
  await patientClient.close();
  await sandbox.stop();
  return { kind: 'outcome', held };
}

process.on('message', (message: ReleaseRun) => {
  void run(message).then((outcome) => process.send?.(outcome));
});
process.send?.({ kind: 'ready' });
await once(process, 'disconnect');
