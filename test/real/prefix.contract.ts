import { expect, it } from '@jest/globals';

import { callApi, jsonRequest } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { sendRaw } from './raw-request.js';
import { issueToken, requestToken, revoke } from './token-request.js';

/** FACTS 2: the base URL may carry a path prefix. `target` has the prefix `/api/v1`. */
export function describePrefix(target: () => ContractTarget): void {
  it('serves tokens and resources below the prefix', async () => {
    expect(target().url).toMatch(/\/api\/v1$/);
    expect((await callApi(target(), await issueToken(target()), '/user/me/')).status).toBe(200);
    expect((await revoke(target(), 'unknown')).status).toBe(200);
  });

  it('redirects to a path with the prefix', async () => {
    const token = await requestToken(target(), { path: '/o/token' });
    const payments = await callApi(target(), undefined, '/payments?status=a');

    expect(token.headers.location).toBe('/api/v1/o/token/');
    expect(payments.headers.location).toBe('/api/v1/payments/?status=a');
  });

  it('says where a new payment is, with the prefix', async () => {
    const body = jsonRequest('POST', { amount: '10.00', currency: 'USDT' });

    const response = await callApi(target(), await issueToken(target()), '/payments/', body);

    expect(response.headers.location).toBe('/api/v1/payments/pay_1/');
  });

  it.each(['/o/token/', '/user/me/', '/payments'])(
    'serves nothing outside of it: %s',
    async (path) => {
      const { origin } = new URL(target().url);

      const response = await sendRaw(`${origin}${path}`, { method: 'POST' });

      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toMatch(/^text\/html/);
    },
  );

  it('limits the token endpoint there too', async () => {
    await target().setLimits({ tokenRequestsPerMinute: 1 });
    await requestToken(target());

    expect((await requestToken(target())).status).toBe(429);
  });
}
