import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { Test, type TestingModule } from '@nestjs/testing';
import { Clock } from '../../lib/clock/clock.js';
import {
  CryptofuseAuditSink,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseAuditEvent,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { until } from '../support/until.js';

const storage = new AsyncLocalStorage<string>();
const CHANNELS = ['undici:request:create', 'http.client.request.start'];
const LIFE = 3_600;
/** Milliseconds after which a token has been renewed and the old one has not yet expired. */
const STALE = (LIFE - 200) * 1_000;

describe.each([
  ['axios', axiosTransport()],
  ['undici', undiciTransport()],
] as const)('the async context of what belongs to no call, on %s', (_, transport) => {
  /** The contexts in which the secret was asked for, a token requested, and each kind of event recorded. */
  let secrets: (string | undefined)[];
  let tokenRequests: (string | undefined)[];
  let audited: Map<CryptofuseAuditEvent['kind'], string | undefined>;
  let sandbox: CryptofuseSandbox;
  let module: TestingModule;
  let api: CryptofuseService;

  const hear = (message: unknown): void => {
    const { path } = (message as { request: { path: string } }).request;
    if (path === '/o/token/') tokenRequests.push(storage.getStore());
  };

  class Sink extends CryptofuseAuditSink {
    write({ kind }: CryptofuseAuditEvent): void {
      audited.set(kind, storage.getStore());
    }
  }

  beforeEach(async () => {
    secrets = [];
    tokenRequests = [];
    audited = new Map();
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false, tokenLifetime: LIFE });
    const { clientSecret: secret, ...options } = sandbox.moduleOptions;
    module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRootAsync({
          extraProviders: [{ provide: CryptofuseAuditSink, useClass: Sink }],
          useFactory: () => ({
            ...options,
            transport,
            clientSecret: () => {
              secrets.push(storage.getStore());
              return secret;
            },
          }),
        }),
      ],
    })
      .overrideProvider(Clock)
      .useValue(sandbox.clock)
      .compile();
    module.useLogger(false);
    await module.init();
    api = module.get(CryptofuseService);
    for (const channel of CHANNELS) subscribe(channel, hear);
  });

  afterEach(async () => {
    for (const channel of CHANNELS) unsubscribe(channel, hear);
    await module.close();
    await sandbox.stop();
  });

  function callAs(caller: string): Promise<unknown> {
    return storage.run(caller, () => api.me());
  }

  it('is not that of the call whose token is renewed by a timer', async () => {
    await callAs('first');
    storage.run('clock', () => {
      sandbox.clock.advance(STALE);
    });
    await until(() => audited.has('token-renewed'));
    expect(secrets).toEqual(['first', undefined]);
    expect(tokenRequests).toEqual(['first', undefined]);
  });

  it('is not that of the call that finds a stale token', async () => {
    await callAs('first');
    // This fires no timer.
    sandbox.clock.jumpWall(STALE);
    await callAs('second');
    await until(() => audited.has('token-renewed'));
    expect(secrets).toEqual(['first', undefined]);
    expect(tokenRequests).toEqual(['first', undefined]);
  });

  it('is not that of a call whose body cannot be sent again, when another token is fetched for the next one', async () => {
    await callAs('first');
    sandbox.revokeAll();
    await storage.run('second', () => exceptionOf(api.post('/payments/', Readable.from(['{}']))));
    await until(() => tokenRequests.length === 2);
    expect([secrets, tokenRequests]).toEqual([
      ['first', undefined],
      ['first', undefined],
    ]);
  });

  it('is not that of a call in the audit log', async () => {
    await callAs('first');
    sandbox.revokeAll();
    await callAs('second');
    expect(Object.fromEntries(audited)).toEqual({
      'token-issued': undefined,
      'token-refused': undefined,
      'request-authorised': undefined,
    });
  });

  it('is that of its caller for a token that a call needs', async () => {
    await Promise.all([callAs('first'), callAs('second')]);
    sandbox.revokeAll();
    await callAs('third');
    expect([secrets, tokenRequests]).toEqual([
      ['first', 'third'],
      ['first', 'third'],
    ]);
  });
});
