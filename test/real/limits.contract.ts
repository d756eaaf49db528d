import { expect, it } from '@jest/globals';

import { callApi, jsonRequest } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import type { RawAnswer } from './raw-request.js';
import { issueToken, requestToken, revoke } from './token-request.js';

const rateLimitExceeded = {
  error: { code: 'rate_limit_exceeded', message: expect.any(String), details: {} },
};

/** Faulty token requests that count nevertheless, each with its status. */
const counted: readonly [string, Parameters<typeof requestToken>[1], number][] = [
  ['a wrong client', { authorization: 'Basic nonsense' }, 401],
  ['a bad scope', { form: 'grant_type=client_credentials&scope=admin' }, 400],
  ['a query string', { path: '/o/token/?debug=1' }, 500],
];

/** FACTS 1.9 and 2: limits of the token endpoint and of the API. */
export function describeLimits(target: () => ContractTarget): void {
  it('counts token requests down', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 3 });

    const answers = [await requestToken(target()), await requestToken(target())];

    expect(answers.map(limitOf)).toEqual(['3', '3']);
    expect(answers.map(remainingOf)).toEqual(['2', '1']);
    answers.forEach((response) => {
      expectReset(response, 60);
    });
  });

  it('responds to one token request too many with 429', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 1 });
    await requestToken(target());

    const response = await requestToken(target());

    expectExceeded(response, 60);
    expect(limitOf(response)).toBe('1');
  });

  it('limits token requests by address, whoever the client is', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 1 });
    await requestToken(target());

    expect((await requestToken(target(), { authorization: null })).status).toBe(429);
  });

  it.each(counted)(
    'counts a request with %s, and sends the headers of the limit',
    async (_what, request, status) => {
      await target().setLimits({ tokenRequestsPerMinute: 5 });

      const response = await requestToken(target(), request);

      expect(response.status).toBe(status);
      expect([limitOf(response), remainingOf(response)]).toEqual(['5', '4']);
    },
  );

  it('limits no revocation', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 1 });
    await requestToken(target());

    const response = await revoke(target(), 'unknown');

    expect(response.status).toBe(200);
    expect(limitOf(response)).toBeUndefined();
  });

  it('counts API requests down', async () => {
    await target().setLimits({ apiRequestsPerHour: 10 });
    const token = await issueToken(target());

    const answers = [
      await callApi(target(), token, '/user/me/'),
      await callApi(target(), token, '/payments/pay_99/'),
      await callApi(target(), token, '/payments/', jsonRequest('POST', {})),
    ];

    expect(answers.map(limitOf)).toEqual(['10', '10', '10']);
    expect(answers.map(remainingOf)).toEqual(['9', '8', '7']);
    answers.forEach((response) => {
      expectReset(response, 3600);
    });
  });

  it('responds to one API request too many with 429, and does nothing', async () => {
    await target().setLimits({ apiRequestsPerHour: 1 });
    const token = await issueToken(target());
    await callApi(target(), token, '/user/me/');

    const body = { amount: '10.00', currency: 'USDT' };
    const response = await callApi(target(), token, '/payments/', jsonRequest('POST', body));

    expectExceeded(response, 3600);
    expect(await target().counters()).toMatchObject({ payments: 0 });
  });

  it('limits API requests by token', async () => {
    await target().setLimits({ apiRequestsPerHour: 1 });
    const [first, second] = [await issueToken(target()), await issueToken(target())];
    await callApi(target(), first, '/user/me/');

    expect((await callApi(target(), first, '/user/me/')).status).toBe(429);
    expect((await callApi(target(), second, '/user/me/')).status).toBe(200);
  });

  it('sends no headers of a limit when the scope is missing, and counts nothing', async () => {
    await target().setLimits({ apiRequestsPerHour: 2 });
    const token = await issueToken(target(), 'read');

    const forbidden = await callApi(target(), token, '/echo/', { method: 'POST' });

    expect(forbidden.status).toBe(403);
    expect(limitOf(forbidden)).toBeUndefined();
    expect(remainingOf(await callApi(target(), token, '/user/me/'))).toBe('1');
  });

  it('sends no headers of a limit to an unauthorised caller', async () => {
    expect(limitOf(await callApi(target(), 'garbage', '/user/me/'))).toBeUndefined();
  });
}

function expectExceeded(response: RawAnswer, period: number): void {
  const retryAfter = Number(response.headers['retry-after']);
  expect(response.status).toBe(429);
  expect(jsonOf(response)).toEqual(rateLimitExceeded);
  expect(remainingOf(response)).toBe('0');
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(period);
  expectReset(response, period);
}

/** Expects the reset in epoch seconds, less than one period (and a second of rounding) away. */
function expectReset(response: RawAnswer, period: number): void {
  const ahead = Number(response.headers['x-ratelimit-reset']) - Date.now() / 1000;
  expect(ahead).toBeGreaterThan(-1);
  expect(ahead).toBeLessThanOrEqual(period + 1);
}

function limitOf(response: RawAnswer): unknown {
  return response.headers['x-ratelimit-limit'];
}

function remainingOf(response: RawAnswer): unknown {
  return response.headers['x-ratelimit-remaining'];
}
