import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import {
  CryptofuseModule,
  CryptofuseService,
  CryptofuseServerException,
  CryptofuseUnavailableException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { ok } from './raw-answers-bytes.js';
import { RawServer } from '../support/raw-answers.js';

const STOLEN = ok('{"stolen":true}').toString();
const FINE = { fine: true };

async function clientOf(baseUrl: string): Promise<TestingModule> {
  const options = {
    clientId: 'client',
    clientSecret: 'its secret',
    baseUrl,
    retry: false,
  } as const;
  const imports = [CryptofuseModule.forRoot(options)];
  const module = await Test.createTestingModule({ imports }).compile();
  module.useLogger(false);
  return module.init();
}

describe('bytes on a connection that nobody uses', () => {
  let server: RawServer;
  let module: TestingModule;
  beforeEach(async () => {
    server = await RawServer.start(new Map());
    module = await clientOf(server.url);
  });
  afterEach(async () => {
    await module.close();
    await server.stop();
  });

  it.each([
    ['an answer', STOLEN],
    ['several answers', STOLEN.repeat(20)],
    ['half an answer', STOLEN.slice(0, 40)],
    ['an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['garbage', 'garbage'],
  ])('are not the response to the next call: %s', async (_, bytes) => {
    const api = module.get(CryptofuseService);
    expect(await api.get('/fine/')).toEqual(FINE);
    await server.push(bytes);
    // Everything sent before this response has been read as well.
    await fetch(`${server.url}/fine/`).then((response) => response.text());
    expect(await Promise.all([api.get('/fine/'), api.get('/fine/')])).toEqual([FINE, FINE]);
  });
});

describe('a server of the other kind', () => {
  let server: net.Server;
  let port: number;
  let module: TestingModule;
  const start = async (made: net.Server, scheme: string): Promise<CryptofuseService> => {
    server = made;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    module = await clientOf(`${scheme}://127.0.0.1:${port}`);
    return module.get(CryptofuseService);
  };
  afterEach(async () => {
    await module.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that speaks plain text instead of TLS leaves a call not-sent', async () => {
    const plain = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const error = await exceptionOf((await start(plain, 'https')).get('/fine/'));
    expect(error).toBeInstanceOf(CryptofuseUnavailableException);
    expect(error).toMatchObject({ code: 'tls_failure', outcome: 'not-sent' });
  });

  it('that has no certificate leaves a call not-sent', async () => {
    const error = await exceptionOf((await start(tls.createServer(), 'https')).get('/fine/'));
    expect(error).toBeInstanceOf(CryptofuseUnavailableException);
    expect(error).toMatchObject({ code: 'tls_failure', outcome: 'not-sent' });
  });

  it('that speaks TLS instead of plain text leaves a call not-sent', async () => {
    const error = await exceptionOf((await start(tls.createServer(), 'http')).get('/fine/'));
    expect([CryptofuseServerException, CryptofuseUnavailableException]).toContain(
      error.constructor,
    );
    expect(error).toMatchObject({ outcome: 'not-sent' });
  });
});
