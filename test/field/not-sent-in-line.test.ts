import { afterEach, describe, expect, it } from '@jest/globals';
import type { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import {
  CryptofuseTimeoutException,
  type CryptofuseModuleOptions,
  type TransportFactory,
} from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };
const TIMEOUT = 10_000;
const BUSY = {
  code: 'connections_busy',
  outcome: 'not-sent',
  retryable: true,
  message: 'No connection was free within 10000 ms.',
};
const LATE = { code: 'timeout', outcome: 'unknown' };

describe.each<[string, (options?: { connections?: number }) => TransportFactory]>([
  ['axios', axiosTransport],
  ['undici', undiciTransport],
])('a call over %s that waits for a free connection', (_, transportOf) => {
  let client: SandboxClient | undefined;
  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  /** Starts a client that has its token, and whose next calls get no response. */
  async function start(
    transport: TransportFactory | undefined,
    options: CryptofuseModuleOptions = {},
  ): Promise<SandboxClient> {
    client = await startSandboxClient({
      sandbox: { clock: new VirtualClock({ frozen: true }) },
      client: { transport, retry: { maxDelay: 0 }, ...options },
    });
    await client.tokens.getToken();
    client.sandbox.fail({ on: 'api', hang: true, times: Infinity });
    return client;
  }

  const arrived = (count: number): Promise<void> =>
    until(() => client?.sandbox.counters.apiRequests === count);

  it('was not sent, and is not retried: 200 POSTs, 64 connections', async () => {
    const { api, sandbox } = await start(_ === 'axios' ? undefined : transportOf());
    const calls = Array.from({ length: 200 }, () => exceptionOf(api.post('/payments/', PAYMENT)));
    await arrived(64);
    sandbox.clock.advance(TIMEOUT);
    const errors = await Promise.all(calls);
    expect(errors.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(64);
    const busy = errors.filter(({ outcome }) => outcome === 'not-sent');
    expect(busy).toHaveLength(136);
    for (const error of busy) {
      expect(error).toBeInstanceOf(CryptofuseTimeoutException);
      expect(error).toMatchObject(BUSY);
    }
    expect(busy[0]?.hint).toContain('connections');
    expect(sandbox.counters.apiRequests).toBe(64);
  });

  it.each(['CryptofuseService', 'CryptofuseHttpService'])(
    'of %s was not sent, and is not retried, not even a GET',
    async (face) => {
      const { api, http, sandbox } = await start(transportOf({ connections: 1 }));
      const first = exceptionOf(api.post('/payments/', PAYMENT));
      await arrived(1);
      const second =
        face === 'CryptofuseService'
          ? exceptionOf(api.get('/payments/'))
          : exceptionOf(firstValueFrom(http.get('/payments/')));
      sandbox.clock.advance(TIMEOUT);
      expect(await second).toMatchObject(BUSY);
      expect(await first).toMatchObject(LATE);
      expect(sandbox.counters.apiRequests).toBe(1);
    },
  );

  it('is sent when one is free in time', async () => {
    const { api, sandbox } = await start(transportOf({ connections: 2 }));
    sandbox.clearFaults();
    const calls = Array.from({ length: 20 }, () => api.post('/payments/', PAYMENT));
    await Promise.all(calls);
    expect(sandbox.payments).toHaveLength(20);
  });

  it('was not sent when the client ends', async () => {
    const { api, module } = await start(transportOf({ connections: 1 }), { drainTimeout: 0 });
    const first = exceptionOf(api.post('/payments/', PAYMENT));
    await arrived(1);
    const second = exceptionOf(api.post('/payments/', PAYMENT));
    await module.close();
    expect(await first).toMatchObject({ code: 'client_closed', outcome: 'unknown' });
    expect(await second).toMatchObject({ code: 'client_closed', outcome: 'not-sent' });
  });

  it('ends with the reason of its signal, and others keep their place', async () => {
    const { api, sandbox } = await start(transportOf({ connections: 1 }));
    const controller = new AbortController();
    const first = exceptionOf(api.post('/payments/', PAYMENT, { timeout: 5_000 }));
    await arrived(1);
    const { signal } = controller;
    const second = rejectionOf(api.post('/payments/', PAYMENT, { signal }));
    sandbox.clearFaults();
    const third = api.post('/payments/', PAYMENT);
    const reason = new Error('The caller has gone.');
    controller.abort(reason);
    expect(await second).toBe(reason);
    sandbox.clock.advance(5_000);
    expect(await first).toMatchObject({ outcome: 'unknown' });
    await third;
    expect(sandbox.payments).toHaveLength(1);
  });

  it('was refused when it has met a 401 before', async () => {
    const { api, sandbox, tokens } = await start(transportOf({ connections: 1 }));
    sandbox.clearFaults();
    await api.me();
    sandbox.fail({ on: 'api', status: 401 });
    sandbox.fail({ on: 'api', hang: true, times: Infinity });
    const refused = exceptionOf(api.post('/payments/', PAYMENT));
    const other = exceptionOf(api.post('/payments/', PAYMENT));
    await arrived(3);
    await until(() => sandbox.counters.tokensIssued === 2 && !tokens.status().isFetching);
    await tokens.getToken();
    sandbox.clock.advance(TIMEOUT);
    expect(await refused).toMatchObject({ ...BUSY, outcome: 'refused' });
    expect(await other).toMatchObject(LATE);
    expect(sandbox.counters.apiRequests).toBe(3);
  });

  it.each([
    [307, 'refused'],
    [303, 'unknown'],
  ])('behind a %d has the outcome of that', async (status, outcome) => {
    const { api, sandbox } = await start(transportOf({ connections: 1 }), { retry: false });
    sandbox.clearFaults();
    sandbox.fail({ on: 'api', status, headers: { location: '/user/me/' } });
    sandbox.fail({ on: 'api', hang: true, times: Infinity });
    const redirected = exceptionOf(api.get('/elsewhere/'));
    const other = exceptionOf(api.post('/payments/', PAYMENT));
    await arrived(2);
    sandbox.clock.advance(TIMEOUT);
    expect(await redirected).toMatchObject({ ...BUSY, outcome });
    expect(await other).toMatchObject(LATE);
  });

  it('is not one whose response has begun', async () => {
    const { http, sandbox } = await start(transportOf({ connections: 1 }));
    sandbox.clearFaults();
    const open = await firstValueFrom(http.get<Readable>('/payments/', { responseType: 'stream' }));
    open.data.destroy();
    sandbox.fail({ on: 'api', hang: true, times: Infinity });
    const first = exceptionOf(firstValueFrom(http.post('/payments/', PAYMENT)));
    await arrived(2);
    sandbox.clock.advance(TIMEOUT);
    expect(await first).toMatchObject(LATE);
  });
});
