import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { type ReceivedResponse, SandboxCaller } from './sandbox-caller.js';

const START = Date.UTC(2025, 0, 1);

const share = ({ headers }: ReceivedResponse): (string | null)[] =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

describe('CryptofuseSandbox, rate limits', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;

  beforeEach(async () => {
    const clock = new VirtualClock({ frozen: true, now: START });
    sandbox = await CryptofuseSandbox.start({ clock, tokenLimit: 2, apiLimit: 2 });
    caller = new SandboxCaller(sandbox);
  });

  afterEach(() => sandbox.stop());

  it('refuses more token requests in a minute than the limit, whatever their method', async () => {
    const reset = String(START / 1000 + 60);
    expect(share(await caller.askForToken())).toEqual(['2', '1', reset]);
    sandbox.clock.advance(10_500);
    expect(share(await caller.send('/o/token/'))).toEqual(['2', '0', reset]);
    const refused = await caller.askForToken();
    expect(refused.status).toBe(429);
    expect(share(refused)).toEqual(['2', '0', reset]);
    expect(refused.headers.get('retry-after')).toBe('50');
    expect(refused.json).toEqual({
      error: { code: 'rate_limit_exceeded', message: expect.any(String), details: {} },
    });
  });

  it('begins another window when one has ended', async () => {
    await caller.askForToken();
    await caller.askForToken();
    sandbox.clock.advance(59_999);
    expect((await caller.askForToken()).status).toBe(429);
    sandbox.clock.advance(1);
    expect(share(await caller.askForToken())).toEqual(['2', '1', String(START / 1000 + 120)]);
  });

  it.each([7_200_000, -7_200_000])(
    'dates its limits by a clock that is %d ms ahead',
    async (clockSkew) => {
      await sandbox.stop();
      const clock = new VirtualClock({ frozen: true, now: START });
      sandbox = await CryptofuseSandbox.start({ clock, clockSkew, tokenLimit: 2 });
      caller = new SandboxCaller(sandbox);
      const answered = await caller.askForToken();
      expect(answered.headers.get('date')).toBe(new Date(START + clockSkew).toUTCString());
      expect(share(answered)[2]).toBe(String((START + clockSkew) / 1000 + 60));
      expect(clock.now()).toBe(START);
    },
  );

  it('does not count revocations', async () => {
    const { headers } = await caller.postForm('/o/revoke_token/', 'token=a');
    expect(headers.has('x-ratelimit-limit')).toBe(false);
    expect(share(await caller.askForToken())[1]).toBe('1');
  });

  it('refuses more calls with one token in an hour than the limit', async () => {
    const token = await caller.token();
    const other = await caller.token();
    const reset = String(START / 1000 + 3600);
    expect(share(await caller.call('GET', '/user/me/', token))).toEqual(['2', '1', reset]);
    expect(share(await caller.call('POST', '/payments/', token, {}))).toEqual(['2', '0', reset]);
    const refused = await caller.call('GET', '/user/me/', token);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3600');
    expect(refused.json).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect((await caller.call('GET', '/user/me/', other)).status).toBe(200);
  });

  it('does not count a call without the scope', async () => {
    const token = await caller.token('read');
    const forbidden = await caller.call('POST', '/payments/', token, {});
    expect(share(forbidden)).toEqual([null, null, null]);
    expect(share(await caller.call('GET', '/user/me/', token))[1]).toBe('1');
  });

  it('refuses nothing, and sends no limit headers, when the limits are off', async () => {
    const open = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
    const openCaller = new SandboxCaller(open);
    const responses = await Promise.all(Array.from({ length: 25 }, () => openCaller.askForToken()));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    expect(share(await openCaller.askForToken())).toEqual([null, null, null]);
    const me = await openCaller.call('GET', '/user/me/', await openCaller.token());
    expect(share(me)).toEqual([null, null, null]);
    await open.stop();
  });

  it('allows 20 token requests a minute and 1000 calls an hour by default', async () => {
    const usual = await CryptofuseSandbox.start();
    const usualCaller = new SandboxCaller(usual);
    expect(share(await usualCaller.askForToken()).slice(0, 2)).toEqual(['20', '19']);
    const me = await usualCaller.call('GET', '/user/me/', await usualCaller.token());
    expect(share(me).slice(0, 2)).toEqual(['1000', '999']);
    await usual.stop();
  });
});
