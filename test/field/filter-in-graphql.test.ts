import { afterEach, describe, expect, it } from '@jest/globals';
import { BadGatewayException, Injectable, InternalServerErrorException } from '@nestjs/common';
import { APP_FILTER, ExternalContextCreator } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  CryptofuseExceptionFilter,
  CryptofuseModule,
  CryptofuseRequestException,
  CryptofuseServerException,
  CryptofuseService,
} from '../../lib/index.js';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { LineLogger } from '../support/line-logger.js';

@Injectable()
class PaymentsResolver {
  constructor(private readonly api: CryptofuseService) {}

  merchant(): Promise<unknown> {
    return this.api.me();
  }

  misspelt(): Promise<unknown> {
    return this.api.get('/payments/', { timeout: -1 });
  }
}

describe.each(BOTH_TRANSPORTS)('in GraphQL, over %s, the filter', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule;
  const logger = new LineLogger();

  /** Runs a resolver through Nest as `@nestjs/graphql` does, and returns the error that it would report. */
  async function resolved(field: 'merchant' | 'misspelt'): Promise<unknown> {
    const resolver = module.get(PaymentsResolver);
    const creator = module.get(ExternalContextCreator, { strict: false });
    const places = [undefined, undefined, undefined, undefined, undefined] as const;
    const resolve = (): Promise<unknown> => resolver[field]();
    const run = creator.create(resolver, resolve, field, ...places, 'graphql');
    return run({}, {}, {}, {});
  }

  async function start(): Promise<void> {
    sandbox = await CryptofuseSandbox.start();
    module = await Test.createTestingModule({
      imports: [CryptofuseModule.forRoot({ ...sandbox.moduleOptions, transport, retry: false })],
      providers: [PaymentsResolver, { provide: APP_FILTER, useClass: CryptofuseExceptionFilter }],
    }).compile();
    await module.init();
    logger.lines.length = 0;
    logger.collect();
  }
  afterEach(async () => {
    logger.release();
    await module.close();
    await sandbox.stop();
  });

  it('passes an error of the API on unchanged, and logs nothing below 500', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 409, body: { error: { code: 'conflict', message: 'No.' } } });
    expect(await resolved('merchant')).toBeInstanceOf(CryptofuseRequestException);
    expect(logger.errors).toEqual([]);
  });

  it('logs a 5xx, which leaves no other trace', async () => {
    await start();
    sandbox.fail({ on: 'api', status: 503, body: { error: { code: 'down', message: 'Down.' } } });
    expect(await resolved('merchant')).toBeInstanceOf(CryptofuseServerException);
    expect(logger.errors).toEqual([expect.stringMatching(/^502 down: Down\./)]);
  });

  it('turns a failure of our own credentials into a 502, and logs it', async () => {
    await start();
    sandbox.fail({ on: 'token', status: 401, body: { error: 'invalid_client' } });
    const error = await resolved('merchant');
    expect(error).toBeInstanceOf(BadGatewayException);
    expect(logger.errors).toEqual([expect.stringContaining('502 invalid_client')]);
  });

  it('hides invalid options from the caller, and logs them', async () => {
    await start();
    const error = await resolved('misspelt');
    expect(error).toBeInstanceOf(InternalServerErrorException);
    expect((error as InternalServerErrorException).getResponse()).toEqual({
      statusCode: 500,
      message: 'Internal Server Error',
    });
    expect(logger.errors).toEqual([expect.stringContaining('timeout: must be')]);
  });
});
