import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { Transport } from '../../lib/contracts/transport.js';
import * as cryptofuse from '../../lib/index.js';
import { CryptofuseConfigException, CryptofuseModule } from '../../lib/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { originRegistry } from '../../lib/transport/origins.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { CountingProxy } from '../support/counting-proxy.js';
import { CountingServer } from '../support/counting-server.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { sentThrough } from '../support/sent-through.js';

const CREDENTIALS = { clientId: 'shop', clientSecret: 'the secret of the shop' };

describe('axiosTransport', () => {
  it('is exported beside the module', () => {
    expect(cryptofuse.axiosTransport).toBe(axiosTransport);
  });
});

describe.each([
  ['axiosTransport', axiosTransport],
  ['undiciTransport', undiciTransport],
] as const)('%s', (name, transportOf) => {
  describe('with connections', () => {
    let server: CountingServer;
    let transport: Transport | undefined;
    beforeEach(async () => {
      server = await CountingServer.start();
    });
    afterEach(async () => {
      transport?.close();
      await server.stop();
    });

    it.each([
      ['one', { connections: 1 }, 3, 1],
      ['three', { connections: 3 }, 7, 3],
      ['64 where none are stated', {}, 70, 64],
      ['64 where undefined is stated', { connections: undefined }, 70, 64],
      ['as many as there are calls where 0 are', { connections: 0 }, 70, 70],
    ])('opens %s', async (_, options, calls, connections) => {
      const made = transportOf(options)({
        origin: server.origin,
        proxy: undefined,
      });
      transport = made;
      const sent = Array.from({ length: calls }, () => sentThrough(made, server.origin, '/'));
      for (let answered = 0; answered < calls; answered += 1) {
        await server.arrived(Math.min(calls, answered + connections));
        server.requests[answered]?.answer();
      }
      expect(await Promise.all(sent)).toEqual(Array(calls).fill('fine'));
      expect([server.connections, server.mostAtOnce]).toEqual([connections, connections]);
    });

    it('opens no more through the tunnels of a proxy', async () => {
      const secure = await CountingServer.start(SELF_SIGNED);
      const proxy = await CountingProxy.start();
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      const made = transportOf({ connections: 2 })({ origin: secure.origin, proxy: proxy.url() });
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      const sent = Array.from({ length: 7 }, () => sentThrough(made, secure.origin, '/'));
      for (let answered = 0; answered < 7; answered += 1) {
        await secure.arrived(Math.min(7, answered + 2));
        secure.requests[answered]?.answer();
      }
      expect(await Promise.all(sent)).toEqual(Array(7).fill('fine'));
      expect([proxy.tunnels.length, secure.mostAtOnce]).toEqual([2, 2]);
      made.close();
      await proxy.stop();
      await secure.stop();
    });
  });

  it('shares connections between clients of one origin when their options are equal', () => {
    const origin = 'https://api.cryptofuse.test';
    const lease = (factory: ReturnType<typeof transportOf>) =>
      originRegistry.lease(factory, origin, undefined);
    const leases = [
      lease(transportOf()),
      lease(transportOf({})),
      lease(transportOf({ connections: 3 })),
      lease(transportOf({ connections: 3 })),
    ];
    const [first, second, third, fourth] = leases.map(({ transport }) => transport);
    expect(second).toBe(first);
    expect(fourth).toBe(third);
    expect(third).not.toBe(first);
    for (const each of leases) each.release();
  });

  it.each([
    [{ conections: 2 }, 'conections', /is not an option; known are connections/],
    [{ connections: -1 }, 'connections', /whole number/],
    [{ connections: 1.5 }, 'connections', /whole number/],
    [{ connections: NaN }, 'connections', /whole number/],
    [{ connections: Infinity }, 'connections', /0 for no limit/],
    [{ connections: '2' }, 'connections', /whole number/],
    [{ connections: null }, 'connections', /whole number/],
    [{ maxSockets: 5, connections: 2 }, 'maxSockets', /is not an option/],
    [Object.create({ connections: 5 }) as object, 'connections', /prototype/],
    [5, 'options', /object/],
    [null, 'options', /object/],
    [[], 'options', /object/],
  ])('refuses %j by name', (options, property, message) => {
    let refusal: unknown;
    try {
      transportOf(options as { connections?: number });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CryptofuseConfigException);
    const { problems, message: text } = refusal as CryptofuseConfigException;
    expect(problems.map((problem) => problem.property)).toContain(property);
    expect(text).toMatch(message);
    expect(text).toContain(name);
  });

  it('that is not called stops the start with that reason', async () => {
    const transport = transportOf as never;
    const imports = [CryptofuseModule.forRoot({ ...CREDENTIALS, transport })];
    const start = Test.createTestingModule({ imports }).compile();
    await expect(start).rejects.toThrow(`${name} cannot work with these options`);
  });
});

describe('undiciTransport', () => {
  it.each([
    [{ pipelining: 0 }, 'pipelining'],
    [{ keepAliveTimeout: 0 }, 'keepAliveTimeout'],
    [{ keepAliveMaxTimeout: 2 ** 31 }, 'keepAliveMaxTimeout'],
    [{ dispatcher: {} }, 'dispatcher'],
  ])('refuses %j by name', (options, property) => {
    expect(() => undiciTransport(options as never)).toThrow(new RegExp(`- ${property}: must be`));
  });
});
