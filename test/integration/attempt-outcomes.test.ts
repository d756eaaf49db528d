import { afterEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import {
  CryptofuseRequestException,
  CryptofuseUnavailableException,
  TransportFailure,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { Transport, TransportFactory } from '../../lib/contracts/transport.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const SECOND = 1_000;
const PAYMENT = { amount: '10.00', currency: 'USDT' };

/** The default transport, which calls `count` after each response. */
function counting(count: () => void): TransportFactory {
  return (settings) => {
    const transport = axiosTransport()(settings);
    return {
      send: async (request) => {
        const response = await transport.send(request);
        count();
        return response;
      },
      close: () => {
        transport.close();
      },
    };
  };
}

/** The default transport, except that `send` sends the calls of the API. */
function withApi(send: Transport['send']): TransportFactory {
  return (settings) => {
    const own = axiosTransport()(settings);
    return {
      send: (request) => (request.lane === 'api' ? send(request) : own.send(request)),
      close: () => {
        own.close();
      },
    };
  };
}

describe('the outcome of a call that ends', () => {
  let client: SandboxClient;
  afterEach(() => client.stop());

  async function start(options: CryptofuseModuleOptions = {}): Promise<SandboxClient> {
    client = await startSandboxClient({
      sandbox: { clock: new VirtualClock({ frozen: true }) },
      client: { retry: false, drainTimeout: 0, ...options },
    });
    return client;
  }

  /** Waits until `isThere`, lets the timeout of the call pass, and returns its exception. */
  async function timeOut(call: Promise<unknown>, isThere: () => boolean) {
    const exception = exceptionOf(call);
    await until(isThere);
    client.sandbox.clock.advance(10 * SECOND);
    return exception;
  }

  it('while it waits for its token is not-sent', async () => {
    const { api, sandbox } = await start();
    sandbox.fail({ on: 'token', hang: true });
    const call = api.post('/payments/', PAYMENT);
    expect(await timeOut(call, () => sandbox.counters.tokenRequests === 1)).toMatchObject({
      code: 'token_timeout',
      outcome: 'not-sent',
      message: 'No token came within 10000 ms.',
    });
    expect(sandbox.counters.apiRequests).toBe(0);
  });

  it('while its body is made is not-sent', async () => {
    const { api, sandbox } = await start();
    let asked = 0;
    const body = (): Promise<Readable> => {
      asked += 1;
      return new Promise(() => undefined);
    };
    expect(await timeOut(api.post('/payments/', body), () => asked === 1)).toMatchObject({
      code: 'timeout',
      outcome: 'not-sent',
    });
    expect(sandbox.counters.apiRequests).toBe(0);
  });

  it('while it waits for the response is unknown', async () => {
    const { api, sandbox } = await start();
    sandbox.fail({ on: 'api', hang: true });
    const call = api.post('/payments/', PAYMENT);
    expect(await timeOut(call, () => sandbox.counters.apiRequests === 1)).toMatchObject({
      code: 'timeout',
      outcome: 'unknown',
      message: 'No response came within 10000 ms.',
    });
  });

  it('while it waits for another token after a 401 is refused', async () => {
    const { api, sandbox } = await start();
    await api.me();
    sandbox.revokeAll();
    sandbox.fail({ on: 'token', hang: true });
    const call = api.post('/payments/', PAYMENT);
    expect(await timeOut(call, () => sandbox.counters.tokenRequests === 2)).toMatchObject({
      code: 'token_timeout',
      outcome: 'refused',
    });
    expect(sandbox.payments).toEqual([]);
  });

  it('is that of the 401 when the budget allows another token only after the timeout', async () => {
    const { api, sandbox } = await start({ token: { budget: 1 } });
    await api.me();
    sandbox.clock.advance(51 * SECOND);
    sandbox.revokeAll();
    sandbox.fail({ on: 'api', delay: 3 * SECOND });
    const call = exceptionOf(api.post('/payments/', PAYMENT, { timeout: 8.5 * SECOND }));
    await until(() => sandbox.counters.apiRequests === 2);
    sandbox.clock.advance(3 * SECOND);
    expect(await call).toMatchObject({ upstreamStatus: 401, outcome: 'refused' });
    expect(sandbox.counters.tokenRequests).toBe(1);
  });

  it.each([
    ['/o/token/', 'not-sent'],
    ['/payments/', 'unknown'],
  ] as const)('with the client, at %s, is %s', async (path, outcome) => {
    const { api, sandbox, module } = await start();
    sandbox.fail({ on: { path }, hang: true });
    const call = exceptionOf(api.post('/payments/', PAYMENT));
    await until(() => sandbox.requests.at(-1)?.path === path);
    await module.close();
    expect(await call).toMatchObject({ code: 'client_closed', outcome });
  });

  it('is the error of a transport that throws instead of rejecting, and its body is destroyed', async () => {
    const failure = new Error('no');
    const { api } = await start({
      transport: withApi(() => {
        throw failure;
      }),
    });
    const body = new Readable({ read: () => undefined });
    expect(await rejectionOf(api.post('/payments/', body))).toBe(failure);
    await until(() => body.destroyed);
  });

  it('is that of the failure when a transport of the application fails', async () => {
    const failure = new TransportFailure('connection_failed', 'not-sent', 'The radio is off.');
    const { api } = await start({ transport: withApi(() => Promise.reject(failure)) });
    const exception = await exceptionOf(api.post('/payments/', PAYMENT));
    expect(exception).toBeInstanceOf(CryptofuseUnavailableException);
    expect(exception).toMatchObject({ code: 'connection_failed', outcome: 'not-sent' });
  });

  it('is refused when a transport of the application cannot read the body of a refusal', async () => {
    const body = new TransportFailure('response_truncated', 'unknown', 'Noise.');
    const response = { status: 422, headers: {}, body };
    const { api } = await start({ transport: withApi(() => Promise.resolve(response)) });
    const exception = await exceptionOf(api.post('/payments/', PAYMENT));
    expect(exception).toBeInstanceOf(CryptofuseRequestException);
    expect(exception).toMatchObject({ code: 'http_422', outcome: 'refused' });
  });

  it.each([
    [503, 'unknown'],
    [429, 'refused'],
  ])('with the client, before a %d is retried, is %s', async (status, outcome) => {
    let answers = 0;
    const transport = counting(() => {
      answers += 1;
    });
    const { api, sandbox, module } = await start({ retry: { attempts: 1 }, transport });
    sandbox.fail({ on: 'api', status, headers: { 'retry-after': '3' } });
    const call = exceptionOf(api.get('/payments/'));
    await until(() => answers === 2);
    await new Promise((resolve) => setImmediate(resolve));
    await module.close();
    expect(await call).toMatchObject({ code: 'client_closed', outcome });
    expect(sandbox.counters.apiRequests).toBe(1);
  });

  it.each([
    ['an answer that refuses', { on: 'api', status: 422 }, {}],
    ['a token that does not come', { on: 'token', status: 400 }, { error: 'invalid_scope' }],
  ] as const)(
    'with %s, after an attempt that may have been acted upon, is unknown',
    async (_, fault, body) => {
      const methods = ['POST'];
      const { api, sandbox, tokens } = await start({ retry: { methods, maxDelay: 0 } });
      await api.me();
      sandbox.fail({ on: 'api', reset: 'after' });
      sandbox.fail({ ...fault, body });
      const call = exceptionOf(api.post('/payments/', PAYMENT));
      await until(() => sandbox.payments.length === 1);
      tokens.invalidate();
      expect(await call).toMatchObject({ upstreamStatus: fault.status, outcome: 'unknown' });
      expect(sandbox.payments).toHaveLength(1);
    },
  );
});
