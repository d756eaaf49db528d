import { afterEach, describe, expect, it } from '@jest/globals';
import { Catch, Controller, Get, Post, Res, type INestApplication } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CryptofuseException,
  CryptofuseExceptionFilter,
  CryptofuseModule,
  CryptofuseRateLimitException,
  CryptofuseService,
  CryptofuseTimeoutException,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { documentedExample } from '../support/documented-example.js';
import { exceptionOf } from '../support/exception-of.js';
import { LineLogger } from '../support/line-logger.js';

const SECRET = 'sekrit+4711/xyz';
const NOBODY_KNOWS = /nobody knows whether the request was carried out/i;

@Controller()
class Shop {
  constructor(private readonly api: CryptofuseService) {}

  @Get('merchant')
  merchant() {
    return this.api.me();
  }

  @Post('pay')
  pay() {
    return this.api.post('/payments/', { amount: '10.00', currency: 'USDT' });
  }

  @Get('misspelt')
  misspelt() {
    return this.api.get('/payments/', { timeout: -1 });
  }

  @Get('report')
  async report(@Res() response: ServerResponse) {
    response.write('the first lines');
    response.end(JSON.stringify(await this.api.me()));
  }
}

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('over HTTP, on %s, the filter', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let app: INestApplication;
  let url: string;
  const logger = new LineLogger();

  async function start(scopes?: string[]): Promise<void> {
    sandbox = await CryptofuseSandbox.start({ clientSecret: SECRET });
    const module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRoot({
          ...sandbox.moduleOptions,
          retry: false,
          ...(transport && { transport }),
          ...(scopes && { scopes }),
        }),
      ],
      controllers: [Shop],
    }).compile();
    app = module.createNestApplication();
    app.useGlobalFilters(new CryptofuseExceptionFilter());
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    logger.lines.length = 0;
    logger.collect();
  }
  afterEach(async () => {
    logger.release();
    await app.close();
    await sandbox.stop();
  });

  async function ask(method: string, path: string) {
    const response = await fetch(`${url}${path}`, { method });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, body: await response.json() };
  }

  it('responds with a 502 when our own scopes do not allow the call, and logs it', async () => {
    await start(['read']);
    expect(await ask('POST', '/pay')).toMatchObject({
      status: 502,
      body: { statusCode: 502, message: expect.any(String), code: 'insufficient_scope' },
    });
    expect(logger.errors).toEqual([expect.stringContaining('502 insufficient_scope')]);
  });

  it('responds in the same way when the API reports the missing scope', async () => {
    await start();
    const error = { code: 'insufficient_scope', message: 'Not with this token.' };
    sandbox.fail({ on: 'api', status: 403, body: { error } });
    expect(await ask('POST', '/pay')).toMatchObject({ status: 502 });
  });

  it('leaves any other 403 unchanged, and logs nothing below 500', async () => {
    await start();
    const error = { code: 'forbidden', message: 'Not yours.' };
    sandbox.fail({ on: 'api', status: 403, body: { error } });
    expect(await ask('GET', '/merchant')).toEqual({
      status: 403,
      retryAfter: null,
      body: { statusCode: 403, message: 'Not yours.', code: 'forbidden' },
    });
    expect(logger.errors).toEqual([]);
  });

  it('passes Retry-After on in whole seconds', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 429, headers: { 'retry-after': '7' } });
    expect(await ask('GET', '/merchant')).toMatchObject({ status: 429, retryAfter: '7' });
  });

  it('says of an unknown outcome that the request may have been carried out', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 500, body: { error: { code: 'broken', message: 'Sorry' } } });
    const { status, body } = await ask('POST', '/pay');
    expect([status, body]).toEqual([
      502,
      { statusCode: 502, message: expect.stringMatching(NOBODY_KNOWS), code: 'broken' },
    ]);
    expect((body as Error).message).toMatch(/^Sorry\. Nobody/);
  });

  it('does not say so of what was refused, or not sent', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 422, body: { error: { code: 'no', message: 'No.' } } });
    expect(JSON.stringify(await ask('POST', '/pay'))).not.toMatch(NOBODY_KNOWS);
    await sandbox.stop();
    expect(await ask('POST', '/pay')).toMatchObject({
      status: 503,
      body: { message: expect.not.stringMatching(NOBODY_KNOWS) },
    });
  });

  it('logs one line for a 5xx, without a secret', async () => {
    await start();
    const message = `Refused\n${SECRET} as\r\nBearer ${'x'.repeat(20)}`;
    sandbox.fail({ on: 'api', status: 503, body: { error: { code: 'down', message } } });
    await ask('GET', '/merchant');
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toMatch(/^502 down: Refused/);
    expect(logger.errors[0]).not.toMatch(/[\r\n]/);
    expect(JSON.stringify(logger.lines)).not.toContain(SECRET);
  });

  it('logs invalid options, and hides them from the client', async () => {
    await start();
    expect(await ask('GET', '/misspelt')).toEqual({
      status: 500,
      retryAfter: null,
      body: { statusCode: 500, message: 'Internal Server Error' },
    });
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toMatch(/^500 invalid_options: [^\n]* timeout: must be/);
    expect(logger.errors[0]).not.toContain('\n');
  });

  it('ends a response that has begun instead of leaving the client waiting', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 500 });
    const response = await fetch(`${url}/report`);
    expect(await response.text()).toBe('the first lines');
    expect(logger.errors).toHaveLength(1);
  });
});

describe('over HTTP, the filter', () => {
  const facts = { code: 'rate_limit_exceeded', message: 'Slower.', clientId: 'client' };
  const limited = (retryAfter: number | undefined): Promise<CryptofuseException> =>
    exceptionOf(
      Promise.reject(new CryptofuseRateLimitException({ ...facts, source: 'api', retryAfter })),
    );

  /** Passes `exception` to the filter with Node's own response, which is all that a middleware of Fastify has. */
  async function answered(
    exception: CryptofuseException,
    filter = new CryptofuseExceptionFilter(),
  ): Promise<Response> {
    const server = createServer((request, response) => {
      const host = new ExecutionContextHost([request, response]);
      filter.catch(exception, host);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const copy = new Response(await response.text(), response);
    server.close();
    return copy;
  }

  it('may be extended to report exceptions, as in the docs', async () => {
    const reported: unknown[] = [];
    const Sentry = { captureException: (error: unknown) => void reported.push(error) };
    const globals = { Catch, CryptofuseException, CryptofuseExceptionFilter, Sentry };
    const name = 'ReportedExceptionFilter';
    const made = (await documentedExample('docs/errors.md', name, globals))[name];
    const filter = new (made as typeof CryptofuseExceptionFilter)();
    const doubtful = { ...facts, code: 'timeout', outcome: 'unknown' } as const;
    const late = await exceptionOf(Promise.reject(new CryptofuseTimeoutException(doubtful)));
    expect((await answered(late, filter)).status).toBe(504);
    expect((await answered(await limited(1_000), filter)).status).toBe(429);
    expect(reported).toEqual([late]);
  });

  it.each([
    [undefined, null],
    [0, '0'],
    [1, '1'],
    [1_000, '1'],
    [59_857.716, '60'],
  ])('converts %p ms to the Retry-After %p, never less than required', async (ms, seconds) => {
    const response = await answered(await limited(ms));
    expect(response.headers.get('retry-after')).toBe(seconds);
  });

  it("responds through Node's own response, as in a middleware of Fastify", async () => {
    const response = await answered(await limited(undefined));
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      429,
      'application/json; charset=utf-8',
      { statusCode: 429, message: 'Slower.', code: 'rate_limit_exceeded' },
    ]);
  });
});
