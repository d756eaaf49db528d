import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { CryptofuseConfigException, type CryptofuseInterceptor } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

type Post = (client: SandboxClient, path: string, body: unknown) => Promise<unknown>;

/** The ways to send JSON, and the name that each has for the body. */
const WAYS: readonly (readonly [name: string, root: string, post: Post])[] = [
  ['CryptofuseService', 'body', ({ api }, path, body) => api.post(path, body)],
  [
    'CryptofuseService.request',
    'body',
    ({ api }, path, body) => api.request('POST', path, { body }),
  ],
  [
    'a plain call of CryptofuseHttpService',
    'data',
    ({ http }, path, body) => firstValueFrom(http.post(path, body)),
  ],
  [
    'CryptofuseHttpService.request',
    'data',
    ({ http }, path, data) => firstValueFrom(http.request({ method: 'POST', url: path, data })),
  ],
  ['axiosRef', 'data', ({ http }, path, body) => http.axiosRef.post(path, body)],
  [
    'axiosRef under a JSON type',
    'data',
    ({ http }, path, body) =>
      http.axiosRef.post(path, body, { headers: { 'Content-Type': 'application/json' } }),
  ],
  [
    'axiosRef without transformers',
    'data',
    ({ http }, path, body) => http.axiosRef.post(path, body, { transformRequest: [] }),
  ],
];

const passing: CryptofuseInterceptor = { intercept: (request, next) => next(request) };
const CASES = WAYS.flatMap((way) =>
  [[], [passing]].map((interceptors) => ({ way, interceptors, count: interceptors.length })),
);

describe.each(CASES)(
  'JSON through $way.0, with $count interceptors',
  ({ way: [, root, post], interceptors }) => {
    let client: SandboxClient;
    beforeEach(async () => {
      client = await startSandboxClient({ client: { interceptors, retry: false } });
    });
    afterEach(() => client.stop());

    it.each<[string, unknown]>([
      ['NaN', NaN],
      ['Infinity', Infinity],
      ['an invalid Date', new Date(NaN)],
      ['a Map', new Map([['a', 1]])],
      ['a Set', new Set([1])],
      ['a promise', Promise.resolve('10.00')],
      ['a function', () => '10.00'],
      ['a symbol', Symbol('10.00')],
      ['a bigint', 10n],
    ])('is refused by name when it would lose %s', async (_, amount) => {
      const body = { currency: 'USDT', lines: [{ amount }] };
      const refusal = await rejectionOf(post(client, '/payments/', body));
      if (!(refusal instanceof CryptofuseConfigException)) throw refusal;
      const properties = refusal.problems.map(({ property }) => property);
      expect(properties).toEqual([`${root}.lines[0].amount`]);
      expect(refusal.outcome).toBe('not-sent');
      expect(client.sandbox.requests).toEqual([]);
    });

    it('is sent as it is when it loses nothing', async () => {
      const body = {
        amount: '10.00',
        currency: 'USDT',
        note: null,
        at: new Date(0),
        left: undefined,
      };
      await post(client, '/payments/', body);
      expect(client.sandbox.requests.at(-1)).toMatchObject({
        method: 'POST',
        body: JSON.stringify(body),
      });
    });
  },
);
