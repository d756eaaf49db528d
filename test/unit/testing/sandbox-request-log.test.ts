import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller } from './sandbox-caller.js';

const START = Date.UTC(2025, 0, 1);
const PAYMENT = { amount: '1', currency: 'BTC' };

describe('CryptofuseSandbox, what it remembers', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;

  beforeEach(async () => {
    const clock = new VirtualClock({ frozen: true, now: START });
    sandbox = await CryptofuseSandbox.start({ clock, prefix: '/v1', tokenLimit: 9 });
    caller = new SandboxCaller(sandbox);
  });

  afterEach(() => sandbox.stop());

  it('logs every request in order', async () => {
    const token = await caller.token();
    sandbox.clock.advance(500);
    await caller.call('POST', '/payments/?a=1', token, PAYMENT);
    await caller.send('/nothing');
    expect(sandbox.requests).toMatchObject([
      { method: 'POST', path: '/v1/o/token/', status: 200, at: START },
      {
        method: 'POST',
        path: '/v1/payments/?a=1',
        status: 201,
        body: JSON.stringify(PAYMENT),
        at: START + 500,
      },
      { method: 'GET', path: '/v1/nothing', status: 404, body: undefined },
    ]);
  });

  it('redacts credentials, and keeps their scheme', async () => {
    const token = await caller.token();
    await caller.call('GET', `/user/me/?access_token=unknown&b=${token}`, token);
    await caller.postForm('/o/revoke_token/', `token=${token}&a=b`);
    await caller.postForm('/o/token/', `client_id=c&client_secret=wrong&scope=read`, 'secret');
    await caller.call('POST', '/payments/', token, { note: [token, sandbox.clientSecret] });
    const [, me, revocation, refused, payment] = sandbox.requests;
    expect(me?.headers.authorization).toBe('Bearer [secret]');
    expect(me?.path).toBe('/v1/user/me/?access_token=[secret]&b=[secret]');
    expect(revocation?.headers.authorization).toBe('Basic [secret]');
    expect(revocation?.body).toBe('token=[secret]&a=b');
    expect(refused?.headers.authorization).toBe('[secret]');
    expect(refused?.body).toBe('client_id=c&client_secret=[secret]&scope=read');
    expect(payment?.body).toBe('{"note":["[secret]","[secret]"]}');
  });

  it('keeps no large body', async () => {
    const token = await caller.token();
    const reference = 'a'.repeat(16 * 1024);
    await caller.call('POST', '/payments/', token, { ...PAYMENT, reference });
    expect(sandbox.payments).toMatchObject([{ reference }]);
    expect(sandbox.requests.at(-1)?.body).toBeUndefined();
  });

  it('hands out what does not change any more', async () => {
    const { requests, payments, counters } = sandbox;
    await caller.call('POST', '/payments/', await caller.token(), PAYMENT);
    expect([requests, payments]).toEqual([[], []]);
    expect(counters.tokenRequests).toBe(0);
  });

  it('counts what came and what became of it', async () => {
    const token = await caller.token();
    const readToken = await caller.token('read');
    await caller.askForToken('nope');
    await caller.askForToken('read', caller.basic('nobody', 'x'));
    await caller.send('/o/token/');
    await caller.postForm('/o/revoke_token/', 'token=a');
    await caller.postForm('/o/revoke_token/', '');
    await caller.call('POST', '/payments/', token, PAYMENT);
    await caller.call('POST', '/payments/', token, {});
    await caller.call('POST', '/payments/', readToken, PAYMENT);
    await caller.send('/user/me/');
    sandbox.fail({ on: 'api', status: 401 });
    await caller.call('GET', '/user/me/', token);
    for (let call = 0; call < 5; call += 1) {
      await caller.askForToken('nope');
    }
    expect(sandbox.counters).toEqual({
      tokenRequests: 10,
      tokensIssued: 2,
      tokenRefusals: 6,
      revocations: 1,
      apiRequests: 5,
      unauthorized: 1,
      forbidden: 1,
      rateLimited: 1,
      paymentsCreated: 1,
    });
  });

  it('forgets all of it, but not the clients, the secret and the time', async () => {
    sandbox.addClient({ clientId: 'other', clientSecret: 'o' });
    sandbox.rotateSecret('rotated');
    sandbox.clock.advance(1000);
    const token = await caller.token();
    await caller.call('POST', '/payments/', token, PAYMENT);
    sandbox.fail({ status: 503, times: Infinity });
    sandbox.reset();
    expect([sandbox.requests, sandbox.payments]).toEqual([[], []]);
    expect(Object.values(sandbox.counters).every((count) => count === 0)).toBe(true);
    expect(sandbox.clock.now()).toBe(START + 1000);
    expect((await caller.call('GET', '/user/me/', token)).status).toBe(401);
    const answer = await caller.askForToken('read', caller.basic('other', 'o'));
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('8');
    const created = await caller.call('POST', '/payments/', await caller.token(), PAYMENT);
    expect(created.json).toMatchObject({ id: 'pay_1' });
  });
});
