import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { TransportFailure } from '../../lib/contracts/transport.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { failureFromAxiosError } from '../../lib/transport/failure-of-axios-error.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

describe('an exception', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  it.each([
    [301, 'refused'],
    [302, 'unknown'],
    [303, 'unknown'],
    [308, 'refused'],
  ])('of a POST answered with %d has the outcome %s', async (status, outcome) => {
    client.sandbox.fail({ on: 'api', status, headers: { location: '/elsewhere/' } });
    expect(await exceptionOf(client.api.post('/payments/', {}))).toMatchObject({ outcome });
  });

  it("of a success that the caller's validateStatus rejects has the outcome unknown", async () => {
    const validateStatus = (status: number) => status === 200;
    const payment = { amount: '10.00', currency: 'USDT' };
    const call = firstValueFrom(client.http.post('/payments/', payment, { validateStatus }));
    expect(await exceptionOf(call)).toMatchObject({ upstreamStatus: 201, outcome: 'unknown' });
    expect(client.sandbox.payments).toHaveLength(1);
  });
});

describe('a failure of the connection', () => {
  const failed = (facts: object): TransportFailure =>
    failureFromAxiosError(new Error('x', { cause: Object.assign(new Error('x'), facts) }), 1);
  const withCode = (code: string, facts: object = {}): TransportFailure =>
    failureFromAxiosError(Object.assign(new Error('x'), { code, ...facts }), 1);

  it.each([
    ['ECONNRESET', { syscall: 'connect' }, 'not-sent'],
    ['ETIMEDOUT', { syscall: 'connect' }, 'not-sent'],
    ['EHOSTUNREACH', { errors: [{ syscall: 'connect' }, { syscall: 'connect' }] }, 'not-sent'],
    ['ETIMEDOUT', { errors: [{ syscall: 'connect' }, { syscall: 'read' }] }, 'unknown'],
    ['ETIMEDOUT', { syscall: 'read' }, 'unknown'],
    ['EPIPE', { syscall: 'write' }, 'unknown'],
    ['ECONNRESET', {}, 'unknown'],
    ['CERT_HAS_EXPIRED', {}, 'not-sent'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', {}, 'not-sent'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', {}, 'unknown'],
    ['EPROTO', { syscall: 'write' }, 'unknown'],
  ])('%s with %j has the outcome %s', (code, facts, outcome) => {
    expect(withCode(code, facts).outcome).toBe(outcome);
    expect(failed({ syscall: 'connect' }).outcome).toBe('not-sent');
  });

  it('while TLS is set up means that nothing was sent', async () => {
    const server = net.createServer((socket) => {
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = axiosTransport()({ origin, proxy: undefined });
    const call = transport.send({
      method: 'POST',
      url: `${origin}/`,
      headers: {},
      body: Buffer.from('{}'),
      signal: undefined,
      maxResponseSize: 1,
      lane: 'api',
      stream: false,
    });
    expect(await rejectionOf(call)).toMatchObject({
      code: 'connection_reset',
      outcome: 'not-sent',
    });
    transport.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
