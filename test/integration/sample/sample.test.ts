import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CryptofuseSandbox } from 'nestjs-cryptofuse/testing';
import { createApp } from '../../../sample/src/create-app.js';

const VARIABLES = ['CRYPTOFUSE_CLIENT_ID', 'CRYPTOFUSE_CLIENT_SECRET', 'CRYPTOFUSE_BASE_URL'];
const WRONG_SECRET = 'a-secret-that-is-wrong';
const DRAFT = { amount: '10.50', currency: 'USDT', reference: 'Order 1042' };

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

interface Sample {
  readonly url: string;
  readonly call: (path: string, request?: RequestInit) => Promise<Answer>;
}

/** Cleanups to run after each test, the last one first. */
let ends: (() => Promise<void>)[];

beforeEach(() => {
  Logger.overrideLogger(false);
  ends = [];
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

/** Starts the sample on a free port. */
async function startSample(): Promise<Sample> {
  const app: NestExpressApplication = await createApp();
  ends.push(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { url, call: (path, request) => call(`${url}${path}`, request) };
}

async function call(url: string, request?: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
}

/** Returns the status of a GET with another `Host`, which `fetch` would overwrite. */
function statusUnderName(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

async function startSandbox(): Promise<CryptofuseSandbox> {
  const sandbox = await CryptofuseSandbox.start();
  ends.push(() => sandbox.stop());
  return sandbox;
}

/** Points the sample at `sandbox` as the real API. */
function stateCredentials({ clientId, clientSecret, url }: CryptofuseSandbox): void {
  process.env['CRYPTOFUSE_CLIENT_ID'] = clientId;
  process.env['CRYPTOFUSE_CLIENT_SECRET'] = clientSecret;
  process.env['CRYPTOFUSE_BASE_URL'] = url;
}

function post(draft: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(draft),
  };
}

describe('the sample without credentials', () => {
  it('serves the page and everything it loads, from itself alone', async () => {
    const { call } = await startSample();
    const page = await call('/');
    expect(page.status).toBe(200);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(loaded).toContain('/page.js');
    for (const path of loaded) {
      expect(path).toMatch(/^\/[a-z-]+\.[a-z]+$/);
      expect(await call(path ?? '')).toMatchObject({ status: 200 });
    }
  });

  it('says that it runs on the sandbox', async () => {
    const { call } = await startSample();
    const { body } = await call('/api/status');
    expect(body).toMatchObject({
      upstream: 'sandbox',
      baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      token: { state: 'none' },
    });
  });

  it('shows the merchant', async () => {
    const { call } = await startSample();
    expect(await call('/api/merchant')).toMatchObject({
      status: 200,
      body: { name: 'Sample Shop' },
    });
  });

  it('lists what was created, newest first', async () => {
    const { call } = await startSample();
    expect(await call('/api/payments')).toMatchObject({ status: 200, body: [] });
    const created = await call('/api/payments', post(DRAFT));
    expect(created).toMatchObject({ status: 201, body: { ...DRAFT, status: 'pending' } });
    await call('/api/payments', post({ amount: '2', currency: 'BTC' }));
    const { body } = await call('/api/payments');
    expect(body).toMatchObject([{ amount: '2', currency: 'BTC', reference: null }, DRAFT]);
  });

  it('says what is wrong with each field', async () => {
    const { call } = await startSample();
    const draft = { amount: '0.00', currency: 'usdt', reference: '', fee: '1' };
    const response = await call('/api/payments', post(draft));
    expect(response).toMatchObject({
      status: 400,
      body: {
        message: [
          'property fee should not exist',
          'The amount must be a number above zero, such as 10.00.',
          'The currency must be a code of 3 to 5 capital letters, such as USDT.',
          'The reference must have 1 to 100 characters.',
        ],
      },
    });
    expect((await call('/api/payments')).body).toEqual([]);
  });

  it.each(['http://shop.example', 'null', 'http://127.0.0.1:1'])(
    'takes no payment from a page of %s',
    async (origin) => {
      const { call } = await startSample();
      const response = await call('/api/payments', post(DRAFT, { Origin: origin }));
      expect(response.status).toBe(403);
      expect((await call('/api/payments')).body).toEqual([]);
    },
  );

  it('serves nothing of the API under a name that another site made resolve to it', async () => {
    const { url } = await startSample();
    expect(await statusUnderName('shop.example', `${url}/api/payments`)).toBe(403);
    expect(await statusUnderName('localhost:3000', `${url}/api/payments`)).toBe(200);
  });
});

describe('the sample with credentials', () => {
  it('calls the API they are for', async () => {
    const sandbox = await startSandbox();
    stateCredentials(sandbox);
    const { call } = await startSample();
    expect(sandbox.requests).toEqual([]);
    await call('/api/payments', post(DRAFT));
    expect(sandbox.payments).toMatchObject([DRAFT]);
    const { body } = await call('/api/status');
    expect(body).toMatchObject({
      upstream: 'api',
      baseUrl: sandbox.url,
      token: { state: 'fresh' },
    });
  });

  it('reads the list of payments from a page of them', async () => {
    const sandbox = await startSandbox();
    stateCredentials(sandbox);
    sandbox.fail({ on: 'api', status: 200, body: { results: [{ id: 'pay_7' }] } });
    const { call } = await startSample();
    expect((await call('/api/payments')).body).toEqual([{ id: 'pay_7' }]);
  });

  it('responds with a 502, without secret or stack, when they are wrong', async () => {
    const sandbox = await startSandbox();
    stateCredentials(sandbox);
    process.env['CRYPTOFUSE_CLIENT_SECRET'] = WRONG_SECRET;
    const { call } = await startSample();
    const response = await call('/api/payments');
    expect(response).toMatchObject({ status: 502, body: { code: 'invalid_client' } });
    expect(Object.keys(response.body ?? {}).sort()).toEqual(['code', 'message', 'statusCode']);
    const { text } = await call('/api/status');
    expect(text).toContain('"lastFailure":{"code":"invalid_client"');
    expect(text).not.toContain(WRONG_SECRET);
  });

  it('revokes its token when it ends', async () => {
    const sandbox = await startSandbox();
    stateCredentials(sandbox);
    const { call } = await startSample();
    await call('/api/merchant');
    await ends.pop()?.();
    expect(sandbox.requests.at(-1)).toMatchObject({ path: '/o/revoke_token/' });
  });
});
