import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  CryptofuseConfigException,
  CryptofuseModule,
  CryptofuseServerException,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseInterceptor,
  type CryptofuseModuleOptions,
  type CryptofuseNext,
  type CryptofuseRequest,
  type CryptofuseResponse,
} from '../../lib/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe("the application's own interceptors", () => {
  let client: SandboxClient | undefined;
  afterEach(async () => {
    await client?.stop();
    client = undefined;
  });

  async function startWith(...interceptors: NonNullable<CryptofuseModuleOptions['interceptors']>) {
    const options = { interceptors, drainTimeout: 0 };
    return (client = await startSandboxClient({ client: options }));
  }

  const first = (
    change: (request: CryptofuseRequest) => unknown,
  ): { intercept: CryptofuseInterceptor['intercept'] } => ({
    intercept: (request, next) => next(change(request) as CryptofuseRequest),
  });

  it('run in order, injected classes and instances alike, without seeing a token', async () => {
    @Injectable()
    class Trace {
      readonly seen: string[] = [];
    }
    @Module({ providers: [Trace], exports: [Trace] })
    class TraceModule {}
    @Injectable()
    class Outer implements CryptofuseInterceptor {
      constructor(private readonly trace: Trace) {}

      async intercept(request: CryptofuseRequest, next: CryptofuseNext) {
        this.trace.seen.push(`${request.method} ${String(request.headers['authorization'])}`);
        const headers = { ...request.headers, 'x-request-id': 'r1' };
        const response = await next({ ...request, headers });
        this.trace.seen.push(`outer ${response.status}`);
        return response;
      }
    }
    const seen: string[] = [];
    const inner: CryptofuseInterceptor = {
      intercept: (request, next) => {
        seen.push(String(request.headers['x-request-id']));
        return next(request);
      },
    };
    const { sandbox } = (client = await startSandboxClient());
    const module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRootAsync({
          imports: [TraceModule],
          useFactory: () => ({ ...sandbox.moduleOptions, interceptors: [Outer, inner] }),
        }),
      ],
    }).compile();
    await module.get(CryptofuseService).get('/user/me/');
    expect(module.get(Trace, { strict: false }).seen).toEqual(['GET undefined', 'outer 200']);
    expect(seen).toEqual(['r1']);
    expect(sandbox.requests.at(-1)?.headers['x-request-id']).toBe('r1');
    await module.close();
  });

  it('may inject the services of the same client', async () => {
    @Injectable()
    class Curious implements CryptofuseInterceptor {
      constructor(
        private readonly api: CryptofuseService,
        private readonly tokens: CryptofuseTokenService,
      ) {}

      async intercept(request: CryptofuseRequest, next: CryptofuseNext) {
        if (request.method === 'POST') await this.api.me();
        const state = this.tokens.status().state;
        return next({ ...request, headers: { ...request.headers, 'x-state': state } });
      }
    }
    const { api, sandbox } = await startWith(Curious);
    await api.post('/payments/', PAYMENT);
    expect(sandbox.requests.map(({ path }) => path)).toEqual([
      '/o/token/',
      '/user/me/',
      '/payments/',
    ]);
    expect(sandbox.requests.at(-1)?.headers['x-state']).toBe('fresh');
  });

  it('that cannot be created stop the start', async () => {
    class Nowhere {}
    @Injectable()
    class Lonely implements CryptofuseInterceptor {
      constructor(readonly nowhere: Nowhere) {}

      intercept(request: CryptofuseRequest, next: CryptofuseNext) {
        return next(request);
      }
    }
    const { sandbox } = (client = await startSandboxClient());
    const module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot({ ...sandbox.moduleOptions, interceptors: [Lonely] })],
    }).compile();
    expect(String(await rejectionOf(module.init()))).toContain('Nowhere');
  });

  it.each([
    ['nothing', () => undefined],
    ['a body alone', () => Promise.resolve({ ok: true })],
    [
      'a forgotten await',
      (request: unknown, next: (request: unknown) => unknown) => void next(request),
    ],
  ])('that return %s have the call rejected with what to return', async (_, intercept) => {
    class Careless {
      readonly intercept = intercept as unknown as CryptofuseInterceptor['intercept'];
    }
    const { api } = await startWith(new Careless());
    const exception = await exceptionOf(api.me());
    expect(exception).toBeInstanceOf(CryptofuseServerException);
    expect(exception).toMatchObject({
      code: 'invalid_interceptor',
      message: 'The interceptor Careless returned no response.',
      outcome: 'unknown',
    });
  });

  it.each<[string, (request: CryptofuseRequest) => unknown, string]>([
    ['nothing', () => undefined, 'interceptors'],
    ['half a request', ({ url }) => ({ url }), 'interceptors'],
    ['a bearer', authorized, 'headers["Authorization"]'],
    ['another method', (request) => ({ ...request, method: 'TRACE' }), 'method'],
    ['a type of answer that there is not', withType, 'interceptors'],
    ['a misspelt repeat', (request) => ({ ...request, retry: { tries: 3 } }), 'retry.tries'],
    ['no time', (request) => ({ ...request, timeout: 0 }), 'timeout'],
  ])('that pass on %s have the call refused', async (_, change, property) => {
    const { api, sandbox } = await startWith(first(change));
    const refusal = await exceptionOf(api.me());
    expect(refusal).toBeInstanceOf(CryptofuseConfigException);
    expect(refusal.details).toMatchObject({ problems: [{ property }] });
    expect(sandbox.requests).toEqual([]);
  });

  it('that pass on another host have the call refused', async () => {
    const { api, sandbox } = await startWith(
      first((request) => ({ ...request, url: 'http://127.0.0.1:1/user/me/' })),
    );
    expect(await exceptionOf(api.me())).toMatchObject({ code: 'destination_refused' });
    expect(sandbox.requests).toEqual([]);
  });

  it('hold up neither an abort nor the end of the client', async () => {
    let entered = 0;
    const stuck: CryptofuseInterceptor = {
      intercept: () => {
        entered += 1;
        return new Promise<CryptofuseResponse>(() => undefined);
      },
    };
    const { api, module } = await startWith(stuck);
    const controller = new AbortController();
    const aborted = rejectionOf(api.me({ signal: controller.signal }));
    const cut = exceptionOf(api.me());
    await until(() => entered === 2);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    await module.close();
    expect(await cut).toMatchObject({ code: 'client_closed', outcome: 'unknown' });
    expect(await exceptionOf(api.me())).toMatchObject({
      code: 'client_closed',
      outcome: 'not-sent',
    });
    expect(entered).toBe(2);
  });

  it('learn what became of the request when the client ends', async () => {
    const { api, module, sandbox } = await startWith(first((request) => request));
    sandbox.fail({ on: 'token', hang: true });
    const cut = exceptionOf(api.post('/payments/', PAYMENT));
    await until(() => sandbox.counters.tokenRequests === 1);
    await module.close();
    expect(await cut).toMatchObject({ code: 'client_closed', outcome: 'not-sent' });
  });

  it('may state how a call is retried, merged over the options', async () => {
    const { api, sandbox } = await startWith(
      first((request) => ({ ...request, retry: { attempts: 1 } })),
    );
    sandbox.fail({ on: 'api', status: 503, times: 5 });
    expect(await exceptionOf(api.me())).toMatchObject({ upstreamStatus: 503 });
    expect(sandbox.counters.apiRequests).toBe(2);
  });

  function withType(request: CryptofuseRequest) {
    return { ...request, responseType: 'blob' };
  }

  function authorized(request: CryptofuseRequest): CryptofuseRequest {
    return { ...request, headers: { ...request.headers, Authorization: 'Bearer mine' } };
  }
});
