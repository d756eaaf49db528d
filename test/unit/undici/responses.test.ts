import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { LightAbortController } from '../../../lib/transport/cancellation.js';
import type { RequestProgress, TransportRequest } from '../../../lib/contracts/transport.js';
import { ConnectionAttempts } from '../../../lib/undici/connections.js';
import { dispatchRequest } from '../../../lib/undici/responses.js';
import { ConcurrencyLimiter } from '../../../lib/undici/concurrency-limiter.js';

const ORIGIN = 'http://127.0.0.1';

/** The handler of a request that undici was given, and its controller. */
interface Sent {
  readonly path: string;
  readonly handler: Dispatcher.DispatchHandler;
  readonly controller: Dispatcher.DispatchController;
}

/** A route with room for one, whose dispatcher says nothing by itself. */
function setUp(refuse: (path: string) => boolean = () => false) {
  const sent: Sent[] = [];
  const attempts = new ConnectionAttempts();
  const dispatch = ({ path }: { path: string }, handler: Dispatcher.DispatchHandler): boolean => {
    sent.push({ path, handler, controller: controllerOf(handler) });
    if (refuse(path)) throw new TypeError('no');
    return true;
  };
  const route = {
    origin: ORIGIN,
    dispatcher: { dispatch } as unknown as Dispatcher,
    peer: 'server' as const,
    attempts,
    limiter: new ConcurrencyLimiter(1),
  };
  const send = (path: string, more: Partial<TransportRequest> = {}) => {
    const response = dispatchRequest(route, {
      method: 'GET',
      url: `${ORIGIN}${path}`,
      headers: {},
      body: undefined,
      signal: undefined,
      maxResponseSize: 100,
      stream: false,
      lane: 'api',
      ...more,
    });
    return response.catch((error: unknown) => error);
  };
  const paths = (): readonly string[] => sent.map(({ path }) => path);
  return { send, sent, paths, attempts };
}

/** As undici's: an abort is told to the handler at once. */
function controllerOf(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchController {
  const controller = {
    aborted: false,
    paused: false,
    reason: null as Error | null,
    abort: (reason: Error) => {
      if (controller.aborted) return;
      controller.aborted = true;
      controller.reason = reason;
      handler.onResponseError?.(controller, reason);
    },
    pause: () => undefined,
    resume: () => undefined,
  };
  return controller;
}

function begin({ handler, controller }: Sent, status = 200): void {
  handler.onRequestStart?.(controller, undefined);
  handler.onResponseStart?.(controller, status, {}, '');
}

function finish(sent: Sent): void {
  sent.handler.onResponseEnd?.(sent.controller, {});
}

const ENDINGS: readonly [string, (first: Sent, end: LightAbortController) => void][] = [
  [
    'a whole response',
    (first) => {
      begin(first);
      finish(first);
    },
  ],
  [
    'a response after an interim one',
    (first) => {
      begin(first, 103);
      first.handler.onResponseStart?.(first.controller, 200, {}, '');
      finish(first);
    },
  ],
  [
    'an error before it is connected, reported twice',
    ({ handler, controller }) => {
      for (let time = 0; time < 2; time += 1) {
        handler.onResponseError?.(controller, new Error('refused'));
      }
    },
  ],
  [
    'an error after the whole response',
    (first) => {
      begin(first);
      finish(first);
      first.handler.onResponseError?.(first.controller, new Error('late'));
    },
  ],
  [
    'an abort in the middle of the response',
    (first, end) => {
      begin(first);
      end.abort(new Error('gone'));
      first.handler.onResponseError?.(first.controller, new Error('closed'));
    },
  ],
  [
    'a response that is too large',
    (first) => {
      begin(first);
      first.handler.onResponseData?.(first.controller, Buffer.alloc(101));
    },
  ],
];

describe('a request at the limiter', () => {
  it.each(ENDINGS)('admits exactly one more request after %s', async (_, ending) => {
    const { send, sent, paths } = setUp();
    const end = new LightAbortController();
    const first = send('/first/', { signal: end });
    for (const path of ['/second/', '/third/']) void send(path);
    expect(paths()).toEqual(['/first/']);
    for (const begun of sent.slice()) ending(begun, end);
    await Promise.resolve();
    expect(paths()).toEqual(['/first/', '/second/']);
    await first;
    expect(paths()).toEqual(['/first/', '/second/']);
  });

  it('keeps its slot when it is aborted before undici connects, until undici drops it', async () => {
    const { send, sent, paths } = setUp();
    const end = new LightAbortController();
    const reason = new Error('gone');
    const first = send('/first/', { signal: end });
    void send('/second/');
    end.abort(reason);
    expect(await first).toBe(reason);
    expect(paths()).toEqual(['/first/']);
    for (const { handler, controller } of sent.slice()) {
      expect(() => handler.onRequestStart?.(controller, undefined)).toThrow(reason);
      handler.onResponseError?.(controller, reason);
    }
    await Promise.resolve();
    expect(paths()).toEqual(['/first/', '/second/']);
  });

  it('knows its stage', async () => {
    const { send, sent, attempts } = setUp();
    const stages = new Map<string, RequestProgress>();
    const tracked = (path: string): Promise<unknown> =>
      send(path, { trackProgress: (progress) => stages.set(path, progress) });
    const first = tracked('/first/');
    const second = tracked('/second/');
    const stagesNow = (): unknown[] => [...stages.values()].map(({ stage }) => stage);
    expect(stagesNow()).toEqual(['queued', 'queued']);
    const connect = attempts.tracked(() => () => undefined);
    connect({ hostname: '', protocol: 'http:', port: '' }, () => undefined);
    expect(stagesNow()).toEqual(['connecting', 'queued']);
    for (const begun of sent.slice()) begin(begun);
    expect(stagesNow()).toEqual(['sent', 'queued']);
    for (const begun of sent.slice()) finish(begun);
    await first;
    expect(stagesNow()).toEqual(['sent', 'connecting']);
    for (const { handler, controller } of sent.slice(1)) {
      handler.onResponseError?.(controller, new Error('refused'));
    }
    expect(await second).toMatchObject({ outcome: 'not-sent' });
  });

  it('is never sent and takes no slot if it is aborted before its turn', async () => {
    const { send, sent, paths } = setUp();
    const end = new LightAbortController();
    void send('/first/');
    const second = send('/second/', { signal: end });
    for (const path of ['/third/', '/fourth/']) void send(path);
    end.abort(new Error('gone'));
    await second;
    for (const first of sent.slice()) {
      begin(first);
      finish(first);
    }
    expect(paths()).toEqual(['/first/', '/third/']);
  });

  it('gives up its slot if undici does not accept it', async () => {
    const { send, paths } = setUp((path) => path === '/bad/');
    const bad = send('/bad/');
    void send('/next/');
    void send('/third/');
    expect(await bad).toMatchObject({ outcome: 'not-sent' });
    expect(paths()).toEqual(['/bad/', '/next/']);
  });

  it('keeps its slot while its body is streamed, and gives it up once', async () => {
    const { send, sent, paths } = setUp();
    const answer = send('/first/', { stream: true });
    void send('/second/');
    void send('/third/');
    for (const first of sent.slice()) begin(first);
    const { body } = (await answer) as { body: Readable };
    expect(paths()).toEqual(['/first/']);
    body.destroy();
    await new Promise((resolve) => body.once('close', resolve));
    expect(paths()).toEqual(['/first/', '/second/']);
  });
});
