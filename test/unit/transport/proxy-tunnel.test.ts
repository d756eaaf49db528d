import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { openTunnel } from '../../../lib/transport/proxy-tunnel.js';
import { proxyAddress } from '../../../lib/transport/proxy-tunnel.js';
import type { TransportFailure } from '../../../lib/contracts/transport.js';
import { placeOf } from '../../support/place-of.js';
import { until } from '../../support/until.js';

const AUTHORITY = 'api.cryptofuse.test:443';

describe('openTunnel', () => {
  let proxy: net.Server;
  let asked: string;
  let answer: (socket: Socket) => void;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    asked = '';
    proxy = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        asked += chunk.toString('latin1');
        if (asked.endsWith('\r\n\r\n')) answer(socket);
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });

  function open(user = ''): Promise<Socket | TransportFailure> {
    const address = proxyAddress(`http://${user}${placeOf(proxy)}`);
    const request = { proxy: address, authority: AUTHORITY, rejectUnauthorized: true };
    return new Promise((resolve) => {
      openTunnel(request, (failure, socket) => {
        resolve(failure ?? socket);
      });
    });
  }

  const says =
    (...parts: readonly string[]) =>
    (socket: Socket): void => {
      socket.setNoDelay(true);
      for (const part of parts) socket.write(part);
    };

  it.each([
    ['a 200', ['HTTP/1.1 200 Connection established\r\n\r\n']],
    ['a 200 of HTTP/1.0 with headers', ['HTTP/1.0 200 OK\r\nVia: x\r\n\r\n']],
    ['any 2xx', ['HTTP/1.1 204\r\n\r\n']],
    ['a 200 behind an interim one', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n']],
    ['a 200 in pieces', Array.from('HTTP/1.1 200 OK\r\n\r\n')],
  ])('opens with %s', async (_, parts) => {
    answer = says(...parts);
    const socket = (await open()) as Socket;
    expect(socket).toBeInstanceOf(net.Socket);
    socket.destroy();
    expect(asked).toBe(`CONNECT ${AUTHORITY} HTTP/1.1\r\nhost: ${AUTHORITY}\r\n\r\n`);
  });

  it('keeps bytes the server sent after the head', async () => {
    answer = says('HTTP/1.1 200 OK\r\n\r\nhello');
    const socket = (await open()) as Socket;
    await until(() => socket.readableLength === 5);
    expect(String(socket.read())).toBe('hello');
    socket.destroy();
  });

  it('sends the credentials', async () => {
    answer = says('HTTP/1.1 200 OK\r\n\r\n');
    ((await open('us%20er:pass@')) as Socket).destroy();
    const credentials = Buffer.from('us er:pass').toString('base64');
    expect(asked).toContain(`\r\nproxy-authorization: Basic ${credentials}\r\n`);
  });

  it.each([
    ['a 407', says('HTTP/1.1 407 Who\r\n\r\n'), 'connection_failed', /\(407\)/],
    ['a 302', says('HTTP/1.1 302 Found\r\n\r\n'), 'connection_failed', /\(302\)/],
    ['no HTTP', says('SSH-2.0-proxy\r\n\r\n'), 'connection_failed', /HTTP/],
    ['no end', says('HTTP/1.1 200 OK\r\n', 'a: b\r\n'.repeat(5_000)), 'connection_failed', /HTTP/],
    [
      'nothing but interim ones',
      says('HTTP/1.1 100\r\n\r\n'.repeat(9_999)),
      'connection_failed',
      /HTTP/,
    ],
    ['nothing', (socket: Socket) => socket.end(), 'connection_reset', /closed/],
    ['half a word', (socket: Socket) => socket.end('HTT'), 'connection_reset', /closed/],
    ['a reset', (socket: Socket) => socket.resetAndDestroy(), 'connection_reset', /ECONNRESET/],
  ])('fails with %s, and closes the connection', async (_, mood, code, message) => {
    answer = mood;
    const failure = await open();
    expect(failure).toMatchObject({ code, outcome: 'not-sent', peer: 'proxy' });
    expect((failure as TransportFailure).message).toMatch(message);
    await until(() => [...sockets].every((socket) => socket.destroyed || socket.readableEnded));
  });
});
