import { describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller, until } from './sandbox-caller.js';

describe('CryptofuseSandbox, start and stop', () => {
  it('listens on loopback, and has the options that a client needs', async () => {
    const sandbox = await CryptofuseSandbox.start({ clientId: 'a', clientSecret: 'b' });
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sandbox.moduleOptions).toEqual({
      clientId: 'a',
      clientSecret: 'b',
      baseUrl: sandbox.url,
    });
    await sandbox.stop();
  });

  it('shares neither credentials nor tokens with another sandbox', async () => {
    const [one, other] = await Promise.all([CryptofuseSandbox.start(), CryptofuseSandbox.start()]);
    expect(one.clientId).not.toBe(other.clientId);
    expect(one.clientSecret).not.toBe(other.clientSecret);
    const token = await new SandboxCaller(one).token();
    expect((await new SandboxCaller(other).call('GET', '/user/me/', token)).status).toBe(401);
    await Promise.all([one.stop(), other.stop()]);
  });

  it('treats an option that is undefined as left out', async () => {
    const sandbox = await CryptofuseSandbox.start({ tokenLifetime: undefined });
    expect((await new SandboxCaller(sandbox).askForToken()).json).toMatchObject({
      expires_in: 3600,
    });
    await sandbox.stop();
  });

  it.each([
    [undefined, ''],
    ['', ''],
    ['/', ''],
    ['api', '/api'],
    ['/api/v1/', '/api/v1'],
  ])('serves the API below the prefix %p', async (prefix, expected) => {
    const sandbox = await CryptofuseSandbox.start({ prefix });
    expect(new URL(sandbox.url).pathname).toBe(expected === '' ? '/' : expected);
    expect(sandbox.url.endsWith('/')).toBe(false);
    expect((await new SandboxCaller(sandbox).askForToken()).status).toBe(200);
    await sandbox.stop();
  });

  it('closes idle connections, hanging ones and delayed responses, as often as it is stopped', async () => {
    const clock = new VirtualClock({ frozen: true });
    const sandbox = await CryptofuseSandbox.start({ clock, tokenLatency: 1000 });
    const caller = new SandboxCaller(sandbox);
    await caller.send('/user/me/');
    sandbox.fail({ on: 'api', hang: true });
    const cut = [caller.send('/user/me/'), caller.askForToken()].map((sent) =>
      sent.then(
        () => 'completed',
        () => 'cut',
      ),
    );
    await until(() => sandbox.requests.length === 3 && clock.scheduled === 1);
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    await sandbox.stop();
    expect(await Promise.all(cut)).toEqual(['cut', 'cut']);
    await until(() => clock.scheduled === 0);
    await expect(caller.send('/user/me/')).rejects.toThrow();
  });

  it('delays responses by its clock', async () => {
    const clock = new VirtualClock({ frozen: true });
    const sandbox = await CryptofuseSandbox.start({ clock, tokenLatency: 50, apiLatency: 70 });
    const caller = new SandboxCaller(sandbox);
    const asked = caller.askForToken();
    await until(() => clock.scheduled === 1);
    clock.advance(50);
    expect((await asked).status).toBe(200);
    const called = caller.send('/user/me/');
    await until(() => clock.scheduled === 1);
    clock.advance(69);
    expect(clock.scheduled).toBe(1);
    clock.advance(1);
    expect((await called).status).toBe(401);
    const revoked = await caller.postForm('/o/revoke_token/', 'token=a');
    expect(revoked.status).toBe(200);
    await sandbox.stop();
  });
});
