import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import https from 'node:https';
import {
  CryptofuseModule,
  CryptofuseService,
  CryptofuseUnavailableException,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { RawRecorder } from '../support/raw-recorder.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { ForkedClient } from './forked-client.js';

const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
const WARNING =
  "client client: the server's certificate is not verified: NODE_TLS_REJECT_UNAUTHORIZED is 0; remove it, and name an authority of your own in NODE_EXTRA_CA_CERTS";

describe('a server whose certificate is not trusted', () => {
  let server: RawRecorder;
  let child: ForkedClient;
  beforeAll(async () => {
    server = await RawRecorder.start(undefined, SELF_SIGNED);
    child = new ForkedClient();
  });
  afterAll(async () => {
    await child.stop();
    await server.stop();
  });
  afterEach(() => {
    server.take();
  });

  const run = (more: object, when: 'before' | 'after' = 'before') =>
    child.run({ baseUrl: server.url, sink: 0, when, isBrief: true, ...more });

  it('gets no request', async () => {
    const { calls, warnings } = await run({});
    expect(calls).toEqual([expect.stringMatching(/^CryptofuseUnavailableException/)]);
    expect(server.requests).toEqual([]);
    expect(warnings.join()).not.toContain('not verified');
  });

  it('gets none when https.globalAgent, which is not ours, does not verify', async () => {
    const { options } = https.globalAgent;
    const before = options.rejectUnauthorized;
    options.rejectUnauthorized = false;
    try {
      const client = {
        retry: false as const,
        clientId: 'client',
        clientSecret: 'client-secret',
        baseUrl: server.url,
      };
      const module = await Test.createTestingModule({
        imports: [CryptofuseModule.forRoot(client)],
      }).compile();
      module.useLogger(false);
      await module.init();
      const refused = await exceptionOf(module.get(CryptofuseService).me());
      expect(refused).toBeInstanceOf(CryptofuseUnavailableException);
      await module.close();
    } finally {
      options.rejectUnauthorized = before;
    }
    expect(server.requests).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'gets none when a polluted Object.prototype turns verification off, %s the start',
    async (when) => {
      for (const gadget of ['the options of TLS', 'the environment of TLS', 'the context of TLS']) {
        const { calls } = await run({ gadget }, when);
        expect([gadget, calls[0]]).toEqual([
          gadget,
          expect.stringMatching(/^CryptofuseUnavailableException/),
        ]);
      }
      expect(server.requests).toEqual([]);
    },
  );

  it('gets some when the environment turns verification off, with one warning for each client', async () => {
    const { calls, warnings } = await run({ environment: OFF });
    expect(calls[0]).toBe('{"ok":true}');
    expect(server.requests).toHaveLength(2);
    expect(warnings.filter((line) => line.includes('not verified'))).toEqual([WARNING]);
  });

  it('gets none when the environment turns verification off too late for the warning', async () => {
    const { calls } = await run({ environment: OFF }, 'after');
    expect(calls[0]).toMatch(/^CryptofuseUnavailableException/);
    expect(server.requests).toEqual([]);
  });
});

describe('a server without TLS', () => {
  it('causes no warning about certificates', async () => {
    const server = await RawRecorder.start();
    const child = new ForkedClient();
    try {
      const run = { baseUrl: server.url, sink: 0, when: 'before', environment: OFF } as const;
      const { calls, warnings } = await child.run(run);
      expect([calls[0], warnings]).toEqual(['{"ok":true}', []]);
    } finally {
      await child.stop();
      await server.stop();
    }
  });
});
