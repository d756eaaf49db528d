import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseAuditSink,
  CryptofuseConfigException,
  CryptofuseDestinationException,
  CryptofuseHttpService,
  CryptofuseModule,
  CryptofuseService,
  type CryptofuseAuditEvent,
  type CryptofuseCallOptions,
  type CryptofuseInterceptor,
} from '../../lib/index.js';
import { Test, type TestingModule } from '@nestjs/testing';
import { CryptofuseSandbox } from '../../lib/testing/index.js';
import { undiciTransport } from '../../lib/undici/index.js';
import { exceptionOf } from '../support/exception-of.js';

const PREFIX = '/api/v1';
const PAYMENT = { amount: '10.00', currency: 'USDT' };

/** Ids that an end user may enter, and their encoding by encodeURIComponent. */
const LEADING_ELSEWHERE = [
  ...['.', '..', '%2e', '%2E', '%2e%2e', '%2E.', '.%2e', '%252e', '%252E%252e'],
  ...['..%2F..%2Fx', '..%2f', '%2e%2e%2Fx', 'x%2F..%2Fy', 'x%2f%2e%2F', '..%5Cx', '%2e%2E%5c'],
  ...['.;', '..;', '.%3Ba', '..%3ba', '%2e%3Fa', '..%23a', '.%00', '%09..'],
];

class Sink extends CryptofuseAuditSink {
  readonly events: CryptofuseAuditEvent[] = [];

  write(event: CryptofuseAuditEvent): void {
    this.events.push(event);
  }
}

describe.each([
  ['axios', undefined],
  ['undici', undiciTransport()],
])('over %s, a path made of input', (_, transport) => {
  let sandbox: CryptofuseSandbox;
  let module: TestingModule;
  let api: CryptofuseService;
  let http: CryptofuseHttpService;
  let sink: Sink;

  async function start(interceptors: readonly CryptofuseInterceptor[] = []): Promise<void> {
    sandbox = await CryptofuseSandbox.start({ prefix: PREFIX, apiLimit: false });
    sink = new Sink();
    module = await Test.createTestingModule({
      imports: [
        CryptofuseModule.forRootAsync({
          extraProviders: [{ provide: CryptofuseAuditSink, useValue: sink }],
          useFactory: () => ({
            ...sandbox.moduleOptions,
            interceptors: [...interceptors],
            retry: false,
            ...(transport && { transport }),
          }),
        }),
      ],
    }).compile();
    await module.init();
    api = module.get(CryptofuseService);
    http = module.get(CryptofuseHttpService);
  }
  afterEach(async () => {
    await module.close();
    await sandbox.stop();
  });

  const calls = (): readonly string[] =>
    sandbox.requests
      .filter(({ path }) => !path.includes('/o/'))
      .map(({ method, path }) => `${method} ${path.slice(PREFIX.length)}`);

  /** Returns the paths of calls in the audit log, in order. */
  const auditedPaths = (): readonly string[] =>
    sink.events.flatMap((event) => (event.kind === 'request-authorised' ? [event.path] : []));

  describe('by itself', () => {
    beforeEach(() => start());

    it.each(LEADING_ELSEWHERE)(
      'is refused with %j, on both faces, and nothing is sent',
      async (id) => {
        const path = `/payments/${id}/`;
        const waiting: readonly Promise<unknown>[] = [
          api.get(path),
          api.get(path.slice(1)),
          api.get(`/payments/${id}`),
          api.get(`/payments/${id}?page=1`),
          api.get(`${sandbox.url}${path}`),
          api.post(`/payments/${id}/refunds/`, PAYMENT),
          api.delete(path),
          api.request('HEAD', path),
          lastValueFrom(http.get(path)),
          lastValueFrom(http.post(path, PAYMENT)),
          lastValueFrom(http.delete(`${sandbox.url}${path}`)),
          http.axiosRef.put(path, PAYMENT),
        ];
        for (const refusal of await Promise.all(waiting.map(exceptionOf))) {
          expect(refusal).toBeInstanceOf(CryptofuseDestinationException);
          expect(refusal).toMatchObject({ code: 'destination_refused', outcome: 'not-sent' });
          expect(refusal.message).toContain('dot segment');
          expect(refusal.hint).toContain('params');
        }
        expect(sandbox.requests).toEqual([]);
      },
    );

    it.each(['.well-known', '...', '..a', 'a..', 'a.', 'v1.2', '%2e%2ea', '.%20'])(
      'is sent with %j, which is no dot segment',
      async (id) => {
        await exceptionOf(api.get(`/payments/${id}/`));
        expect(calls()).toEqual([`GET /payments/${id}/`]);
      },
    );

    it('may have dots in its query', async () => {
      await api.get('/payments/?next=../../&a=%2e%2e/./');
      expect(calls()).toEqual(['GET /payments/?next=../../&a=%2e%2e/./']);
    });
  });

  describe('by params', () => {
    beforeEach(() => start());

    it('reaches what it names, with every method', async () => {
      const { id } = await api.post<{ id: string }>('/payments/', PAYMENT);
      const params = { id };
      await api.get('/payments/{id}/', { params });
      await api.put('/payments/{id}/', PAYMENT, { params });
      await api.patch('payments/{id}/', { amount: '11.00' }, { params });
      await api.request('GET', `${sandbox.url}/payments/{id}/`, { params });
      await api.delete('/payments/{id}/', { params });
      expect(calls()).toEqual([
        'POST /payments/',
        `GET /payments/${id}/`,
        `PUT /payments/${id}/`,
        `PATCH /payments/${id}/`,
        `GET /payments/${id}/`,
        `DELETE /payments/${id}/`,
      ]);
      expect(auditedPaths()).toEqual([
        '/api/v1/payments/',
        '/payments/{id}/',
        '/payments/{id}/',
        '/payments/{id}/',
        '/api/v1/payments/{id}/',
        '/payments/{id}/',
      ]);
    });

    it.each([
      ['pay_1', 'pay_1'],
      [77, '77'],
      [-1.5, '-1.5'],
      [10n ** 24n, '1000000000000000000000000'],
      ['a b?c#d&e=f+g', 'a%20b%3Fc%23d%26e%3Df%2Bg'],
      ['é😀', '%C3%A9%F0%9F%98%80'],
      ['{id}', '%7Bid%7D'],
      ['$&', '%24%26'],
      ['..a', '..a'],
      ['constructor', 'constructor'],
    ])('encodes %p as %s', async (id, sent) => {
      await exceptionOf(api.get('/payments/{id}/', { params: { id } }));
      expect(calls()).toEqual([`GET /payments/${sent}/`]);
      expect(auditedPaths()).toEqual(['/payments/{id}/']);
    });

    it('fills several placeholders, one name twice, and leaves the query to the option query', async () => {
      const params = { shop: 'eu', id: 7, ['a-b']: 'x' };
      const query = { note: '{id}' };
      await exceptionOf(api.get('/s/{shop}/p{id}-{shop}/{a-b}?q={id}', { params, query }));
      expect(calls()).toEqual(['GET /s/eu/p7-eu/x?q={id}&note=%7Bid%7D']);
      expect(auditedPaths()).toEqual(['/s/{shop}/p{id}-{shop}/{a-b}']);
    });

    it.each([
      ...['', '.', '..', '/', 'a/b', '../x', '\\', 'a\\b', '%', '%2e', '..%2F..%2Fx', 'a%00'],
      ...['a\nb', '\u0000', '\u007f', '\u0085', '\ud800', 'x\udc00', '..;x', '.?', '..#'],
      ...[NaN, Infinity, -Infinity, null, true, {}, [], ['a'], new Date(0), Symbol('id')],
      ...[Object('a') as unknown, () => 'a'],
    ])('refuses the value %p with its name, without the value', async (id: unknown) => {
      const options = { params: { id } } as CryptofuseCallOptions;
      const refusal = await exceptionOf(api.delete('/payments/{id}/', options));
      expect(refusal).toBeInstanceOf(CryptofuseConfigException);
      expect(refusal).toMatchObject({
        outcome: 'not-sent',
        details: { problems: [{ property: 'params.id' }] },
      });
      expect(refusal.message).not.toContain('..%2F..%2Fx');
      expect(sandbox.requests).toEqual([]);
    });

    it.each<[string, string, unknown, readonly string[]]>([
      ['a name that is missing', '/payments/{id}/', {}, ['params.id']],
      ['a name that is undefined', '/payments/{id}/', { id: undefined }, ['params.id']],
      ['no params at all', '/payments/{id}/{part}/', undefined, ['params.id', 'params.part']],
      ['a name of the prototype', '/payments/{toString}/', {}, ['params.toString']],
      ['a name left over', '/payments/{id}/', { id: '1', ref: 'x' }, ['params.ref']],
      ['a value once, however often it is used', '/{id}/{id}/', { id: '' }, ['params.id']],
      ['a name of the query alone', '/payments/?id={id}', { id: '1' }, ['params.id']],
      [
        'several at once',
        '/payments/{id}/',
        { 'no name': 1, id: '/' },
        ['params.id', 'params["no name"]'],
      ],
      ['a list', '/payments/{0}/', ['1'], ['params']],
      ['a Map', '/payments/{id}/', new Map([['id', '1']]), ['params']],
      ['null', '/payments/', null, ['params']],
    ])('refuses %s', async (_case, path, params, properties) => {
      const options = { params } as CryptofuseCallOptions;
      const refusal = await exceptionOf(api.get(path, options));
      expect(refusal).toBeInstanceOf(CryptofuseConfigException);
      expect(refusal.details).toMatchObject({
        problems: properties.map((property) => ({ property })),
      });
      expect(sandbox.requests).toEqual([]);
    });

    it.each(['/payments/{}/', '/payments/{/', '/payments/}{/', '/payments/{/}/'])(
      'treats a brace without a name as an ordinary character: %s',
      async (path) => {
        await exceptionOf(api.get(path));
        expect(calls()).toEqual([`GET ${path.replaceAll('{', '%7B').replaceAll('}', '%7D')}`]);
      },
    );

    it('reads each member once, and rejects with what a getter throws', async () => {
      let reads = 0;
      const params = {
        get id() {
          reads += 1;
          return reads === 1 ? 'pay_1' : '../';
        },
      };
      await exceptionOf(api.get('/payments/{id}/', { params }));
      expect([calls(), reads]).toEqual([['GET /payments/pay_1/'], 1]);
      const error = new Error('no');
      const throwing = {
        get id(): string {
          throw error;
        },
      };
      await expect(api.get('/payments/{id}/', { params: throwing })).rejects.toBe(error);
    });

    it('is not a template on the other face, whose params are the query of axios', async () => {
      await lastValueFrom(http.get('/payments/', { params: { id: '../x' } }));
      expect(calls()).toEqual(['GET /payments/?id=..%2Fx']);
    });

    it('appears in events as stated, or as sent after a redirect', async () => {
      const location = `${PREFIX}/payments/pay_2/`;
      sandbox.fail({ on: 'api', status: 302, headers: { location } });
      await exceptionOf(api.get('/payments/{id}/', { params: { id: 'jo' } }));
      expect(auditedPaths()).toEqual(['/payments/{id}/', '/api/v1/payments/{id}/']);
    });
  });

  it.each(['/payments/%2e%2e/', '/payments/../', '/payments/.%2E/x/', '/payments/..%2Fx/'])(
    'is refused even when an interceptor built it: %s',
    async (path) => {
      await start([
        { intercept: (request, next) => next({ ...request, url: `${sandbox.url}${path}` }) },
      ]);
      const calls = [api.get('/payments/'), lastValueFrom(http.post('/payments/', PAYMENT))];
      for (const refusal of await Promise.all(calls.map(exceptionOf))) {
        expect(refusal).toBeInstanceOf(CryptofuseDestinationException);
      }
      expect(sandbox.requests).toEqual([]);
    },
  );

  it('appears in events as stated when an interceptor added to its query, and as sent when it changed the path', async () => {
    let rewrite = (url: string): string => `${url}?trace=1`;
    await start([
      { intercept: (request, next) => next({ ...request, url: rewrite(request.url) }) },
    ]);
    await exceptionOf(api.get('/payments/{id}/', { params: { id: 'jo' } }));
    rewrite = (url) => url.replace('jo', 'pay_2');
    await exceptionOf(api.get('/payments/{id}/', { params: { id: 'jo' } }));
    rewrite = (url) => url.replace('/jo/', '/jo/refunds/');
    await exceptionOf(api.get('/payments/{id}/', { params: { id: 'jo' } }));
    expect(auditedPaths()).toEqual([
      '/payments/{id}/',
      '/api/v1/payments/{id}/',
      '/api/v1/payments/jo/refunds/',
    ]);
  });
});
