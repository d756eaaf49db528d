import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { lastValueFrom } from 'rxjs';
import {
  CryptofuseConfigException,
  CryptofuseDestinationException,
  type CryptofuseException,
  type CryptofuseInterceptor,
  type CryptofuseRequest,
} from '../../lib/index.js';
import { BOTH_TRANSPORTS } from '../support/both-transports.js';
import { exceptionOf } from '../support/exception-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';

/** Half of a character, as in `'a🙂'.slice(0, 2)`. UTF-8 has no bytes for it, and U+FFFD would be sent instead. */
const HALF = 'private\ud83d';
const WHOLE = 'a🙂';
const TEXT = { headers: { 'content-type': 'text/plain' } };

type Send = (client: SandboxClient) => Promise<unknown>;

const IN_PATHS: readonly (readonly [string, Send])[] = [
  ['a path', ({ api }) => api.get(`/payments/${HALF}/`)],
  ['the query of a path', ({ api }) => api.delete(`/payments/?a=${HALF}`)],
  ['a path of CryptofuseHttpService', ({ http }) => lastValueFrom(http.get(`/payments/${HALF}`))],
  [
    'what a paramsSerializer writes',
    ({ http }) =>
      lastValueFrom(
        http.get('/payments/', { params: { a: HALF }, paramsSerializer: () => `a=${HALF}` }),
      ),
  ],
];

const IN_OPTIONS: readonly (readonly [string, string, Send])[] = [
  ['a query', 'query["a"]', ({ api }) => api.get('/payments/', { query: { a: HALF } })],
  ['a list', 'query["a"]', ({ api }) => api.get('/payments/', { query: { a: [WHOLE, HALF] } })],
  ['a name', 'query["a\\ud83d"]', ({ api }) => api.get('/payments/', { query: { 'a\ud83d': 1 } })],
  [
    'params of CryptofuseHttpService',
    'params',
    ({ http }) => lastValueFrom(http.get('/payments/', { params: { a: HALF } })),
  ],
  [
    'a list in them',
    'params',
    ({ http }) => lastValueFrom(http.get('/payments/', { params: { a: [{ b: HALF }] } })),
  ],
  ['a text', 'body', ({ api }) => api.post('/echo/', HALF)],
  ['a text of any method', 'body', ({ api }) => api.request('PUT', '/echo/', { body: HALF })],
  [
    'a text of CryptofuseHttpService',
    'body',
    ({ http }) => lastValueFrom(http.post('/echo/', HALF, TEXT)),
  ],
  [
    'what a transformer writes',
    'body',
    ({ http }) => lastValueFrom(http.put('/echo/', {}, { transformRequest: () => HALF })),
  ],
];

describe.each(BOTH_TRANSPORTS)('over %s, half of a character', (_, transport) => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { transport } });
  });
  afterEach(() => client.stop());

  async function refusalOf(send: Send): Promise<CryptofuseException> {
    const refusal = await exceptionOf(send(client));
    expect(refusal.outcome).toBe('not-sent');
    expect(refusal.message).not.toContain('private');
    expect(client.sandbox.counters.apiRequests).toBe(0);
    return refusal;
  }

  it.each(IN_PATHS)('is refused in %s', async (_where, send) => {
    const refusal = await refusalOf(send);
    expect(refusal).toBeInstanceOf(CryptofuseDestinationException);
    expect(refusal.message).toContain('half of a character');
  });

  it.each(IN_OPTIONS)('is refused in %s, with the name %s', async (_where, property, send) => {
    const refusal = await refusalOf(send);
    expect(refusal).toBeInstanceOf(CryptofuseConfigException);
    expect(refusal.details).toEqual({
      problems: [{ property, message: expect.stringContaining('half of a character') }],
    });
    expect(client.sandbox.requests).toEqual([]);
  });

  it('is refused when an interceptor puts it in a path or a body', async () => {
    await client.stop();
    let change: (request: CryptofuseRequest) => CryptofuseRequest = (request) => request;
    const intercept: CryptofuseInterceptor['intercept'] = (request, next) => next(change(request));
    client = await startSandboxClient({ client: { transport, interceptors: [{ intercept }] } });
    const send: Send = ({ api }) => api.post('/echo/', {});
    change = (request) => ({ ...request, body: HALF });
    expect(await refusalOf(send)).toBeInstanceOf(CryptofuseConfigException);
    change = (request) => ({ ...request, url: `${request.url}${HALF}` });
    expect(await refusalOf(send)).toBeInstanceOf(CryptofuseDestinationException);
  });

  it('ends the stream that yields it, even when the other half comes next', async () => {
    const cut = Array.from(WHOLE, (character) => character.charAt(0));
    for (const pieces of [[HALF], cut, WHOLE.split('')]) {
      const exception = await exceptionOf(client.api.post('/echo/', Readable.from(pieces)));
      expect(exception).toMatchObject({ code: 'request_body_failed' });
      expect(exception.message).toContain('half of a character');
    }
  });

  it('is sent in JSON, which has an escape for it, and whole characters are sent everywhere', async () => {
    const { api } = client;
    const sent = { sha256: createHash('sha256').update('{"a":"\\ud83d"}').digest('hex') };
    expect(await api.post('/echo/', { a: '\ud83d' })).toMatchObject(sent);
    const whole = { sha256: createHash('sha256').update(WHOLE).digest('hex') };
    expect(await api.post('/echo/', WHOLE)).toMatchObject(whole);
    expect(await api.post('/echo/', Readable.from(Array.from(WHOLE)))).toMatchObject(whole);
    await api.get(`/payments/?a=${WHOLE}`, { query: { [WHOLE]: WHOLE } });
    expect(client.sandbox.requests.at(-1)?.path).toBe(
      '/payments/?a=a%F0%9F%99%82&a%F0%9F%99%82=a%F0%9F%99%82',
    );
  });
});
