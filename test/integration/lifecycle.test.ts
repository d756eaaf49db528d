import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import {
  CryptofuseAuthenticationException,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  CryptofuseUnavailableException,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { axiosTransport } from '../../lib/transport/axios-transport.js';
import type { TransportFactory } from '../../lib/contracts/transport.js';
import { exceptionOf } from '../support/exception-of.js';
import { until } from '../support/until.js';

describe('a client', () => {
  let sandbox: CryptofuseSandbox;
  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
  });
  afterEach(() => sandbox.stop());

  async function compile(options: CryptofuseModuleOptions = {}): Promise<TestingModule> {
    const imports = [CryptofuseModule.forRoot({ ...sandbox.moduleOptions, ...options })];
    const module = await Test.createTestingModule({ imports }).compile();
    module.useLogger(false);
    return module;
  }

  it('asks for nothing before the first call', async () => {
    const module = await (await compile()).init();
    expect(sandbox.requests).toEqual([]);
    await module.close();
  });

  it('with token.eager starts with a token, and without one when there is none', async () => {
    const module = await (await compile({ token: { eager: true } })).init();
    expect(module.get(CryptofuseTokenService).status().state).toBe('fresh');
    await module.close();
    sandbox.fail({ on: 'token', status: 401, body: { error: 'invalid_client' } });
    const other = await (await compile({ token: { eager: true } })).init();
    expect(other.get(CryptofuseTokenService).status().state).toBe('none');
    await other.close();
  });

  it("with token.eager 'required' does not start without a token", async () => {
    const module = await compile({ clientSecret: 'wrong', token: { eager: 'required' } });
    expect(await exceptionOf(module.init())).toBeInstanceOf(CryptofuseAuthenticationException);
  });

  it('that does not start releases its sockets', async () => {
    let closed = 0;
    const transport: TransportFactory = (settings) => {
      const sockets = axiosTransport()(settings);
      return {
        send: (request) => sockets.send(request),
        close: () => {
          closed += 1;
          sockets.close();
        },
      };
    };
    const token = { eager: 'required' } as const;
    const module = await compile({ clientSecret: 'wrong', token, transport });
    await exceptionOf(module.init());
    expect(closed).toBe(1);
  });

  it('that is closed ends the calls under way and refuses new ones', async () => {
    const module = await (await compile({ drainTimeout: 0 })).init();
    const api = module.get(CryptofuseService);
    sandbox.fail({ on: 'api', hang: true, times: 3 });
    const calls = [api.me(), api.me(), api.me()].map(exceptionOf);
    await until(() => sandbox.counters.apiRequests === 3);
    await module.close();
    for (const exception of await Promise.all(calls)) {
      expect(exception).toBeInstanceOf(CryptofuseUnavailableException);
      expect(exception).toMatchObject({
        code: 'client_closed',
        outcome: 'unknown',
        retryable: false,
      });
    }
    expect(await exceptionOf(api.me())).toMatchObject({
      code: 'client_closed',
      outcome: 'not-sent',
    });
    expect(sandbox.counters.apiRequests).toBe(3);
    await module.close();
  });

  it('that is closed while a token is requested rejects those who wait for it', async () => {
    const module = await (await compile({ drainTimeout: 0 })).init();
    sandbox.fail({ on: 'token', hang: true });
    const waiting = exceptionOf(module.get(CryptofuseTokenService).getToken());
    await until(() => sandbox.counters.tokenRequests === 1);
    await module.close();
    expect(await waiting).toMatchObject({ code: 'client_closed' });
  });

  it('closes no socket that another client of the same origin uses', async () => {
    const first = await (await compile()).init();
    const second = await (await compile()).init();
    const pending = second.get(CryptofuseService).me();
    await first.get(CryptofuseService).me();
    await first.close();
    await expect(pending).resolves.toMatchObject({ name: 'Your Merchant Name' });
    await second.close();
  });

  it('with token.revokeOnShutdown revokes its token', async () => {
    const module = await (await compile({ token: { revokeOnShutdown: true } })).init();
    await module.get(CryptofuseService).me();
    await module.close();
    expect(sandbox.counters.revocations).toBe(1);
  });

  it('without a token has nothing to revoke', async () => {
    const module = await (await compile({ token: { revokeOnShutdown: true } })).init();
    await module.close();
    expect(sandbox.requests).toEqual([]);
  });
});
