import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import {
  CryptofuseAuthenticationException,
  CryptofuseExceptionFilter,
  CryptofuseModule,
  CryptofuseServerException,
  CryptofuseService,
  type CryptofuseException,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { LineLogger } from '../support/line-logger.js';

@Controller()
class MerchantController {
  constructor(private readonly api: CryptofuseService) {}

  @Get('merchant')
  merchant() {
    return this.api.me();
  }

  @Get('misspelt')
  misspelt() {
    return this.api.get('/payments/', { timeout: -1 });
  }
}

describe('CryptofuseExceptionFilter', () => {
  let sandbox: CryptofuseSandbox;
  let app: INestApplication;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start();
    const module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot(sandbox.moduleOptions)],
      controllers: [MerchantController],
    }).compile();
    app = module.createNestApplication();
    app.useLogger(false);
  });
  afterEach(async () => {
    await app.close();
    await sandbox.stop();
  });

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    await app.listen(0, '127.0.0.1');
    const response = await fetch(`${await app.getUrl()}${path}`);
    return { status: response.status, body: await response.json() };
  }

  const invalidClient = { error: 'invalid_client' };
  const invalidScope = { error: 'invalid_scope' };
  const conflict = { error: { code: 'conflict', message: 'Twice.' } };

  it.each([
    ['our credentials', { on: 'token', status: 401, body: invalidClient }, 502, 'invalid_client'],
    ['our scopes', { on: 'token', status: 400, body: invalidScope }, 502, 'invalid_scope'],
    ['the request', { on: 'api', status: 409, body: conflict }, 409, 'conflict'],
    ['a permission', { on: 'api', status: 403, body: conflict }, 403, 'conflict'],
  ] as const)('answers a failure of %s', async (_, fault, status, code) => {
    app.useGlobalFilters(new CryptofuseExceptionFilter());
    sandbox.fail(fault);
    const answer = await get('/merchant');
    expect(answer).toEqual({
      status,
      body: { statusCode: status, message: expect.any(String), code },
    });
  });

  it('responds to invalid options with a 500, and hides them from the client', async () => {
    app.useGlobalFilters(new CryptofuseExceptionFilter());
    expect(await get('/misspelt')).toEqual({
      status: 500,
      body: { statusCode: 500, message: 'Internal Server Error' },
    });
  });

  it('is needed: without it a browser receives our 401 as its own', async () => {
    sandbox.fail({ on: 'token', status: 401, body: invalidClient });
    expect(await get('/merchant')).toMatchObject({ status: 401, body: { code: 'invalid_client' } });
  });
});

describe('CryptofuseExceptionFilter, in GraphQL', () => {
  const facts = { code: 'down', message: 'Down.', clientId: 'client' };
  const logger = new LineLogger();

  beforeEach(() => {
    logger.lines.length = 0;
    logger.collect();
  });
  afterEach(() => {
    logger.release();
  });

  async function caught(thrown: Error): Promise<[CryptofuseException, unknown]> {
    const exception = await exceptionOf(Promise.reject(thrown));
    const host = new ExecutionContextHost([{}, {}, {}, {}]);
    host.setType('graphql');
    return [exception, new CryptofuseExceptionFilter().catch(exception, host)];
  }

  it('passes the exception on, and logs it', async () => {
    const [exception, result] = await caught(new CryptofuseServerException(facts));
    expect(result).toBe(exception);
    expect(logger.errors).toEqual([expect.stringMatching(/^502 down: Down\./)]);
  });

  it('replaces a failure of our credentials with a 502', async () => {
    const [, result] = await caught(new CryptofuseAuthenticationException(facts));
    expect(result).toMatchObject({ status: 502, response: { statusCode: 502, code: 'down' } });
    expect(logger.errors).toHaveLength(1);
  });
});
