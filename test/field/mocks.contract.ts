import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { Clock } from '../../lib/clock/clock.js';
import {
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  CryptofuseTokenService,
  type CryptofuseModuleOptions,
} from '../../lib/index.js';
import { VirtualClock } from '../../lib/testing/index.js';
import { exceptionOf } from '../support/exception-of.js';
import { MOCKED_URL, tokenAnswer, type MockedApi } from '../support/mocked-api.js';
import { until } from '../support/until.js';

const CREDENTIALS = { clientId: 'shop', clientSecret: 'the secret of the shop' };
const PAYMENT = { amount: '10.00', currency: 'USDT' };
const FACES = ['CryptofuseService', 'CryptofuseHttpService'] as const;

/** The errors that a mock can raise instead of a response, and their outcome for a POST. */
const FAILURES = [
  ['ECONNRESET', 'connection_reset', 'unknown'],
  ['ECONNREFUSED', 'connection_refused', 'not-sent'],
  ['ENOTFOUND', 'dns_failure', 'not-sent'],
] as const;

/**
 * The contract of a client whose network is a mock.
 *
 * @param failures the codes of the errors that the mock can raise
 */
export function describeMocked(
  start: () => Promise<MockedApi>,
  failures: readonly string[] = FAILURES.map(([failure]) => failure),
): void {
  let mock: MockedApi;
  let clock: VirtualClock;
  let module: TestingModule | undefined;
  beforeEach(async () => {
    mock = await start();
    clock = new VirtualClock({ frozen: true });
    mock.answer('POST', '/o/token/', tokenAnswer('first'));
  });
  afterEach(async () => {
    await module?.close();
    await mock.stop();
  });

  async function open(options: CryptofuseModuleOptions = {}): Promise<TestingModule> {
    const { transport } = mock;
    const stated = { ...CREDENTIALS, baseUrl: MOCKED_URL, transport, ...options };
    const testing = Test.createTestingModule({ imports: [CryptofuseModule.forRoot(stated)] });
    module = await testing.overrideProvider(Clock).useValue(clock).compile();
    module.useLogger(false);
    return module;
  }

  const bearers = (): (string | undefined)[] =>
    mock.requests
      .filter(({ path }) => path !== '/o/token/')
      .map(({ authorization }) => authorization);

  describe.each(FACES)('%s', (face) => {
    let get: (path: string) => Promise<unknown>;
    let post: (path: string, body: unknown) => Promise<unknown>;
    beforeEach(async () => {
      const client = await open({ retry: false });
      const api = client.get(CryptofuseService);
      const http = client.get(CryptofuseHttpService);
      const isPromise = face === 'CryptofuseService';
      get = async (path) =>
        isPromise ? api.get(path) : (await firstValueFrom(http.get<unknown>(path))).data;
      post = async (path, body) =>
        isPromise
          ? api.post(path, body)
          : (await firstValueFrom(http.post<unknown>(path, body))).data;
    });

    it('gets a token and a response', async () => {
      mock.answer('GET', '/payments/', { body: [PAYMENT] });
      expect(await get('/payments/')).toEqual([PAYMENT]);
      expect(bearers()).toEqual(['Bearer first']);
    });

    it('sends a body, and takes an empty response', async () => {
      mock.answer('POST', '/payments/', { status: 201, body: { id: '1' } });
      mock.answer('POST', '/payments/1/cancel/', { status: 204 });
      expect(await post('/payments/', PAYMENT)).toEqual({ id: '1' });
      expect(await post('/payments/1/cancel/', {})).toBeFalsy();
      const sent = mock.requests.find(({ path }) => path === '/payments/');
      expect(JSON.parse(sent?.body ?? '')).toEqual(PAYMENT);
    });

    it('replaces the token after a 401, and retries', async () => {
      mock.answer('POST', '/payments/', { status: 401, body: { detail: 'No.' } });
      mock.answer('POST', '/o/token/', tokenAnswer('second'));
      mock.answer('POST', '/payments/', { status: 201, body: { id: '1' } });
      expect(await post('/payments/', PAYMENT)).toEqual({ id: '1' });
      expect(bearers()).toEqual(['Bearer first', 'Bearer second']);
    });

    it('rejects with the exception of a refusal', async () => {
      const error = { code: 'invalid_amount', message: 'Too small.' };
      mock.answer('POST', '/payments/', { status: 422, body: { error } });
      expect(await exceptionOf(post('/payments/', PAYMENT))).toMatchObject({
        code: 'invalid_amount',
        upstreamStatus: 422,
        outcome: 'refused',
      });
    });

    it.each(FAILURES.filter(([failure]) => failures.includes(failure)))(
      'reports %s as %s, %s',
      async (failure, code, outcome) => {
        mock.answer('POST', '/payments/', { failure });
        expect(await exceptionOf(post('/payments/', PAYMENT))).toMatchObject({ code, outcome });
      },
    );

    it('does not take a late response for a request that was not sent', async () => {
      mock.answer('POST', '/payments/', { isLate: true });
      await module?.get(CryptofuseTokenService).getToken();
      const late = exceptionOf(post('/payments/', PAYMENT));
      let turns = 0;
      await until(() => (turns += 1) > 20);
      clock.advance(10_000);
      expect(await late).toMatchObject({ code: 'timeout', outcome: 'unknown' });
    });
  });

  it('sends nothing twice that may have been acted upon', async () => {
    const api = (await open()).get(CryptofuseService);
    mock.answer('POST', '/payments/', { failure: 'ECONNRESET' });
    mock.answer('POST', '/payments/', { status: 201, body: { id: '1' } });
    const call = exceptionOf(api.post('/payments/', PAYMENT));
    expect(await call).toMatchObject({ outcome: 'unknown' });
    // nock does not count a request that ends with an error.
    expect(bearers().length).toBeLessThanOrEqual(1);
    expect(await api.post('/payments/', PAYMENT)).toEqual({ id: '1' });
  });

  it('returns a stream', async () => {
    const http = (await open()).get(CryptofuseHttpService);
    mock.answer('GET', '/export/', { body: ['a', 'b'] });
    const response = http.get<Readable>('/export/', { responseType: 'stream' });
    expect(await text((await firstValueFrom(response)).data)).toBe('["a","b"]');
  });

  it('responds instead of the proxy of the options', async () => {
    const api = (await open({ proxy: 'http://127.0.0.1:9' })).get(CryptofuseService);
    mock.answer('GET', '/payments/', { body: [] });
    expect(await api.get('/payments/')).toEqual([]);
  });
}
