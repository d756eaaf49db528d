import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

/** The number of a call, in the context of its caller. */
const storage = new AsyncLocalStorage<number>();
const CHUNKS = 4;
const CHUNK = Buffer.alloc(40_000);

/** Counts what ran in the context of its call, and what did not. */
class Sightings {
  readonly #counts = new Map<string, { own: number; foreign: number }>();

  /** Records that `what` of the call `call` is running now. */
  note(what: string, call: number): void {
    const counts = this.#counts.get(what) ?? { own: 0, foreign: 0 };
    counts[storage.getStore() === call ? 'own' : 'foreign'] += 1;
    this.#counts.set(what, counts);
  }

  /** Returns what ran in the context of another call, or of none. */
  get foreign(): readonly string[] {
    return [...this.#counts].filter(([, { foreign }]) => foreign > 0).map(([what]) => what);
  }

  get seen(): readonly string[] {
    return [...this.#counts.keys()];
  }
}

/** Returns the call that a path belongs to, from its query. */
function callOf(path: string): number | undefined {
  const call = new URL(path, 'http://localhost').searchParams.get('call');
  return call === null ? undefined : Number(call);
}

const CHANNELS = ['undici:request:create', 'http.client.request.start'];
const SENT = ['undici:client:sendHeaders', 'http.client.response.finish'];
/** Transports, with more calls at once than there are connections. */
const TRANSPORTS = [
  ['axios', 70, axiosTransport()],
  ['undici', 20, undiciTransport({ connections: 2 })],
  ['undici with one connection', 20, undiciTransport({ connections: 1 })],
  ['undici with pipelining', 20, undiciTransport({ connections: 2, pipelining: 3 })],
] as const;

describe.each(TRANSPORTS)('the async context of a call, on %s', (_, count, transport) => {
  let client: SandboxClient;
  let sightings: Sightings;

  const hear = (message: unknown): void => {
    const { path } = (message as { request: { path: string } }).request;
    const call = callOf(path);
    if (call !== undefined) sightings.note('a subscriber of the wire', call);
  };

  beforeEach(async () => {
    sightings = new Sightings();
    const interceptor = {
      intercept: async (request: { url: string }, next: (request: never) => Promise<never>) => {
        const call = callOf(request.url);
        if (call !== undefined) sightings.note('an interceptor', call);
        const response = await next(request as never);
        if (call !== undefined) sightings.note('an interceptor, behind the response', call);
        return response;
      },
    };
    client = await startSandboxClient({ client: { transport, interceptors: [interceptor] } });
    for (const channel of CHANNELS) subscribe(channel, hear);
  });

  afterEach(async () => {
    for (const channel of CHANNELS) unsubscribe(channel, hear);
    await client.stop();
  });

  /** Makes many calls at once, each in a separate context. */
  async function crowd(act: (call: number) => Promise<unknown>): Promise<void> {
    const calls = Array.from({ length: count }, (__, call) => storage.run(call, () => act(call)));
    await Promise.all(calls);
  }

  async function* body(call: number): AsyncGenerator<Buffer> {
    try {
      await Promise.resolve();
      for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
        sightings.note('a generator', call);
        yield CHUNK;
      }
    } finally {
      sightings.note("a generator's end", call);
    }
  }

  it('is that of its caller in all that it runs', async () => {
    await crowd(async (call) => {
      await client.api.get('/user/me/', { query: { call } });
      sightings.note('the caller', call);
      await client.api.post('/echo/', { amount: '1' }, { query: { call } });
    });
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toHaveLength(4);
  });

  it('is that of its caller on the wire, when it need not wait', async () => {
    const hearFirst = (message: unknown): void => {
      hear(message);
    };
    for (const channel of SENT) subscribe(channel, hearFirst);
    for (const call of [1, 2, 3]) {
      await storage.run(call, () => client.api.get('/user/me/', { query: { call } }));
      // Wait until undici has its connection back.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const channel of SENT) unsubscribe(channel, hearFirst);
    expect(sightings.foreign).toEqual([]);
  });

  it('is that of its caller when a body is read, on CryptofuseService', async () => {
    await crowd((call) => client.api.post('/echo/', body(call), { query: { call } }));
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toContain("a generator's end");
  });

  it('is that of its caller when a body is read, on CryptofuseHttpService', async () => {
    await crowd((call) =>
      lastValueFrom(client.http.post('/echo/', Readable.from(body(call)), { params: { call } })),
    );
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toContain("a generator's end");
  });

  it('is that of its caller on the wire, when calls are aborted while they wait', async () => {
    await client.tokens.getToken();
    const gone = new Error('the customer left');
    await crowd(async (call) => {
      const controller = new AbortController();
      const { signal } = controller;
      const ended = client.api.get('/user/me/', { query: { call }, signal }).catch(() => undefined);
      // Abort some calls under way, and some whose turn has just come.
      for (let turn = 0; turn < call; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (call % 3 > 0) controller.abort(gone);
      await ended;
    });
    await client.api.me();
    expect(sightings.foreign).toEqual([]);
  });

  it('is that of its caller when its deadline ends a body', async () => {
    client.sandbox.fail({ hang: true, on: 'api', times: Infinity });
    await client.tokens.getToken();
    const ended = crowd(async (call) => {
      const stream = new Readable({
        read: () => {
          sightings.note('a stream', call);
          stream.push(CHUNK);
        },
        destroy: (error, done) => {
          sightings.note("a stream's end", call);
          done(error);
        },
      });
      await exceptionOf(client.api.post('/echo/', stream, { query: { call }, retry: false }));
    });
    await until(() => sightings.seen.includes('a stream'));
    client.sandbox.clock.advance(60_000);
    await ended;
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toContain("a stream's end");
  });

  it('is that of its subscriber when an Observable emits the response', async () => {
    await crowd(async (call) => {
      const { promise, resolve, reject } = settling();
      client.http.get('/user/me/', { params: { call } }).subscribe({
        next: () => {
          sightings.note('next', call);
        },
        complete: () => {
          sightings.note('complete', call);
          resolve();
        },
        error: reject,
      });
      await promise;
    });
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toContain('complete');
  });

  it('is that of its caller in the events of a stream', async () => {
    await crowd(async (call) => {
      const url = `/export/?bytes=200000`;
      const { data } = await lastValueFrom(
        client.http.get<Readable>(url, { responseType: 'stream', params: { call } }),
      );
      const { promise, resolve } = settling();
      for (const event of ['data', 'end', 'close']) {
        data.on(event, () => {
          sightings.note(`the event ${event}`, call);
        });
      }
      data.once('close', resolve);
      await promise;
    });
    expect(sightings.foreign).toEqual([]);
    expect(sightings.seen).toContain('the event data');
  });

  it('is that of its caller after a wait for a token, for a retry and for its turn', async () => {
    client.sandbox.fail({ status: 503, on: 'api', times: 5 });
    const act = async (call: number): Promise<void> => {
      await client.api.get('/user/me/', { query: { call }, retry: { attempts: 5, maxDelay: 1 } });
      sightings.note('the caller', call);
    };
    await crowd(act);
    expect(sightings.foreign).toEqual([]);
  });
});

function settling(): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
} {
  let resolve = (): void => undefined;
  let reject: (error: unknown) => void = resolve;
  const promise = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
