import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { CryptofuseException, CryptofuseModule, CryptofuseService } from '../../lib/index.js';
import { until } from '../support/until.js';

const TOKEN = JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 3_600 });
const PAYMENT = { amount: '10.00' };

describe('a POST on a connection that the server has closed', () => {
  const sockets = new Set<Socket>();
  let server: http.Server;
  let module: TestingModule;
  let api: CryptofuseService;
  let payments = 0;

  beforeEach(async () => {
    payments = 0;
    server = http.createServer((request, response) => {
      const isToken = request.url === '/o/token/';
      request.resume().on('end', () => {
        if (!isToken) payments += 1;
        response.setHeader('content-type', 'application/json').end(isToken ? TOKEN : '{}');
      });
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = { clientId: 'shop', clientSecret: 'secret', retry: { maxDelay: 0 } };
    module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot({ ...options, baseUrl: `http://127.0.0.1:${port}` })],
    }).compile();
    module.useLogger(false);
    api = module.get(CryptofuseService);
    await api.post('/payments/', PAYMENT);
    await new Promise((resolve) => setImmediate(resolve));
  });
  afterEach(async () => {
    await module.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('uses another connection when the client has noticed', async () => {
    for (const socket of sockets) socket.destroy();
    await until(() => sockets.size === 0);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await api.post('/payments/', PAYMENT);
    expect(payments).toBe(2);
  });

  it('is retried when none of it was written', async () => {
    for (const socket of sockets) socket.resetAndDestroy();
    await api.post('/payments/', PAYMENT);
    expect(payments).toBe(2);
  });

  it.each([
    ['it may have been read', PAYMENT, 'destroy'],
    ['a part of it may have been written', { note: 'x'.repeat(20_000) }, 'resetAndDestroy'],
  ] as const)('is not retried when %s', async (_, body, close) => {
    for (const socket of sockets) socket[close]();
    const call = api.post('/payments/', body);
    const outcome = await call.then(
      () => 'done',
      (error: unknown) => (error instanceof CryptofuseException ? error.outcome : error),
    );
    // A transport that notices before it writes uses another connection.
    expect([outcome, payments]).toEqual(payments === 2 ? ['done', 2] : ['unknown', 1]);
  });
});
