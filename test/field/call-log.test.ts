import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { lastValueFrom } from 'rxjs';
import { CryptofuseException, type CryptofuseInterceptor } from '../../lib/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { documentedExample } from '../support/documented-example.js';
import { exceptionOf } from '../support/exception-of.js';
import { LineLogger } from '../support/line-logger.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { until } from '../support/until.js';

type InterceptorClass = new () => CryptofuseInterceptor;

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('over %s, the CallLog of the docs', (_, transport) => {
  let client: SandboxClient;
  const logger = new LineLogger();

  beforeEach(async () => {
    const globals = { Injectable, Logger, CryptofuseException, performance, randomUUID };
    const { CallLog } = await documentedExample('docs/requests.md', 'CallLog', globals);
    const interceptors = [CallLog as InterceptorClass];
    client = await startSandboxClient({
      client: { interceptors, retry: false, ...(transport && { transport }) },
    });
    logger.lines.length = 0;
    logger.collect();
  });
  afterEach(async () => {
    logger.release();
    await client.stop();
  });

  /** Returns the logged lines of calls, without the origin and with `n` for milliseconds. */
  const logged = (): readonly string[] =>
    logger.lines
      .filter(({ level }) => level === 'log')
      .map(({ parts }) =>
        String(parts[0])
          .replace(client.sandbox.url, '')
          .replace(/\d+ ms$/, 'n ms'),
      );

  it('logs a call with its status, and without its query', async () => {
    await client.api.get('/payments/', { query: { reference: 'private' } });
    await lastValueFrom(client.http.get('/payments/', { params: { reference: 'private' } }));
    expect(logged()).toEqual(['GET /payments/ 200 n ms', 'GET /payments/ 200 n ms']);
  });

  it('logs an error of the API with its status', async () => {
    client.sandbox.fail({ on: 'api', status: 503 });
    await exceptionOf(client.api.post('/payments/?reference=private', { amount: '1.00' }));
    expect(logged()).toEqual(['POST /payments/ 503 n ms']);
  });

  it('logs a call without a response, with its outcome', async () => {
    client.sandbox.fail({ on: 'api', reset: 'before' });
    await exceptionOf(client.api.get('/payments/'));
    await client.sandbox.stop();
    await exceptionOf(client.api.get('/payments/?reference=private'));
    expect(logged()).toEqual([
      'GET /payments/ connection_reset n ms',
      'GET /payments/ connection_refused n ms',
    ]);
  });

  it('logs a call that was aborted', async () => {
    client.sandbox.fail({ on: 'api', hang: true });
    const controller = new AbortController();
    const aborted = rejectionOf(client.api.me({ signal: controller.signal }));
    await until(() => client.sandbox.counters.apiRequests === 1);
    controller.abort(new Error('the customer left'));
    await aborted;
    await until(() => logged().length > 0);
    expect(logged()).toEqual(['GET /user/me/ aborted n ms']);
  });
});
