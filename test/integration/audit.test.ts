import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuditSink,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseAuditEvent,
} from '../../lib/index.js';
import { Clock } from '../../lib/clock/clock.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { LoggedLines } from '../support/logged-lines.js';
import { stringsWithin } from '../support/strings-within.js';
import { until } from '../support/until.js';

const FINGERPRINT = /^[0-9a-f]{12}$/;

describe('the audit log', () => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule;
  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false });
  });
  afterEach(async () => {
    await module.close();
    await sandbox.stop();
  });

  @Injectable()
  class Sink extends CryptofuseAuditSink {
    readonly events: CryptofuseAuditEvent[] = [];
    behave = (): void | Promise<void> => undefined;

    write(event: CryptofuseAuditEvent): void | Promise<void> {
      this.events.push(event);
      return this.behave();
    }
  }

  async function start() {
    module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRootAsync({
          extraProviders: [{ provide: CryptofuseAuditSink, useClass: Sink }],
          useFactory: () => ({ ...sandbox.moduleOptions, retry: false }),
        }),
      ],
    })
      .overrideProvider(Clock)
      .useValue(sandbox.clock)
      .compile();
    await module.init();
    const sink: Sink = module.get(CryptofuseAuditSink, { strict: false });
    return { api: module.get(CryptofuseService), tokens: module.get(CryptofuseTokenService), sink };
  }

  it('records each token and what it was used for', async () => {
    const { api, tokens, sink } = await start();
    await api.get('/payments/', { query: { reference: 'private' } });
    sandbox.revokeAll();
    await exceptionOf(api.get('/payments/pay_77/'));
    await exceptionOf(api.get('//elsewhere.example/'));
    await tokens.revoke();
    const seen = sink.events.map(({ kind, ...rest }) =>
      kind === 'request-authorised' && 'path' in rest
        ? `${rest.method} ${rest.path} ${String(rest.status)}`
        : kind,
    );
    expect(seen).toEqual([
      'token-issued',
      'GET /payments/ 200',
      'GET /payments/{id}/ 401',
      'token-refused',
      'token-issued',
      'GET /payments/{id}/ 404',
      'destination-refused',
      'token-invalidated',
      'token-revoked',
    ]);
    const fingerprints = sink.events.flatMap((event) => ('token' in event ? [event.token] : []));
    expect(fingerprints.every((text) => FINGERPRINT.test(text))).toBe(true);
    expect(new Set(fingerprints).size).toBe(2);
    for (const event of sink.events) {
      expect(event).toMatchObject({ clientId: sandbox.clientId, at: expect.any(Date) });
    }
  });

  it('records a renewal as a renewal', async () => {
    const { api, tokens, sink } = await start();
    await api.me();
    sandbox.clock.advance(59 * 60_000);
    await tokens.getToken();
    await until(() => sink.events.length > 2);
    expect(sink.events.at(-1)).toMatchObject({ kind: 'token-renewed', lifetime: 3_600 });
  });

  it('records a call that had no response', async () => {
    const { api, sink } = await start();
    sandbox.fail({ on: 'api', reset: 'after' });
    await exceptionOf(api.me());
    expect(sink.events.at(-1)).toMatchObject({
      kind: 'request-authorised',
      status: undefined,
      duration: expect.any(Number),
      scopes: ['read', 'write'],
    });
  });

  it('holds no secret, no token and no query', async () => {
    const { api, tokens, sink } = await start();
    const token = await tokens.getToken();
    await api.get('/payments/', { query: { reference: 'private' } });
    tokens.invalidate();
    await tokens.revoke();
    const strings = [...stringsWithin(sink.events, () => false)];
    expect(strings).toContain('GET');
    for (const secret of [token, sandbox.clientSecret, 'private']) {
      expect(strings.filter((text) => text.includes(secret))).toEqual([]);
    }
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('full disk');
      },
    ],
    ['rejects', () => Promise.reject(new Error('full disk'))],
  ])('affects no call when its sink %s, and logs the failure once', async (_, behave) => {
    const { api, sink } = await start();
    const lines = LoggedLines.collect();
    sink.behave = behave;
    await api.me();
    await api.me();
    lines.release();
    expect(lines.others.filter((line) => line.startsWith('The audit sink failed'))).toHaveLength(1);
    expect(lines.others.join()).not.toContain('full disk');
  });

  it('drops events that a stuck sink cannot take, and reports how many once it resumes', async () => {
    const { api, sink } = await start();
    let goOn = (): void => undefined;
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const lines = LoggedLines.collect();
    sink.behave = () => stuck;
    await Promise.all(
      Array.from({ length: 1_010 }, () => exceptionOf(api.get('//elsewhere.example/'))),
    );
    lines.release();
    expect(sink.events).toHaveLength(1_000);
    expect(lines.others.filter((line) => line.includes('hangs'))).toHaveLength(1);
    goOn();
    await new Promise((resolve) => setImmediate(resolve));
    await exceptionOf(api.get('//elsewhere.example/'));
    expect(sink.events.at(-1)).toMatchObject({ kind: 'audit-events-dropped', count: 10 });
  });

  it("goes to Nest's logger at debug when there is no other sink", async () => {
    module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot(sandbox.moduleOptions)],
    }).compile();
    const lines = LoggedLines.collect();
    await module.get(CryptofuseService).me();
    lines.release();
    expect(lines.others.some((line) => /GET \/user\/me\/ 200 \d+ ms, token/.test(line))).toBe(true);
  });
});
