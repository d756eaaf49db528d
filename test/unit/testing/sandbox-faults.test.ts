import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox, type SandboxFault, VirtualClock } from '../../../lib/testing/index.js';
import { SandboxCaller, until } from './sandbox-caller.js';

const PAYMENT = { amount: '10.00', currency: 'USDT' };

describe('CryptofuseSandbox.fail', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;
  let token: string;

  beforeAll(async () => {
    const clock = new VirtualClock({ frozen: true });
    sandbox = await CryptofuseSandbox.start({ clock, tokenLimit: false });
    caller = new SandboxCaller(sandbox);
  });

  beforeEach(async () => {
    sandbox.reset();
    token = await caller.token();
  });

  afterAll(() => sandbox.stop());

  const me = async (): Promise<number> => (await caller.call('GET', '/user/me/', token)).status;
  const create = async (): Promise<number> =>
    (await caller.call('POST', '/payments/', token, PAYMENT)).status;

  const statuses = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let call = 0; call < count; call += 1) {
      seen.push(await me());
    }
    return seen;
  };

  describe('matching', () => {
    it('meets one request by default', async () => {
      sandbox.fail({ status: 503 });
      expect(await statuses(2)).toEqual([503, 200]);
    });

    it('meets as many requests as `times` says, after those that `after` lets pass', async () => {
      sandbox.fail({ status: 503, times: 2, after: 1 });
      expect(await statuses(4)).toEqual([200, 503, 503, 200]);
    });

    it('meets every request until the faults are cleared', async () => {
      sandbox.fail({ status: 503, times: Infinity });
      expect(await statuses(3)).toEqual([503, 503, 503]);
      sandbox.clearFaults();
      expect(await statuses(1)).toEqual([200]);
    });

    it('lets a request meet one fault, in the order in which they were added', async () => {
      sandbox.fail({ on: 'api', status: 500 });
      sandbox.fail({ status: 502, after: 1 });
      expect(await statuses(4)).toEqual([500, 200, 502, 200]);
    });

    it.each<[SandboxFault['on'], boolean[]]>([
      ['token', [true, false, false, false]],
      ['revoke', [false, true, false, false]],
      ['api', [false, false, true, true]],
      [{}, [true, true, true, true]],
      [{ method: 'POST' }, [true, true, false, true]],
      [{ path: '/payments/' }, [false, false, false, true]],
      [{ path: /^\/payments\/\?a=/g }, [false, false, false, true]],
      [{ method: 'GET', path: /payments/ }, [false, false, false, false]],
    ])('meets the requests that match %p', async (on, expected) => {
      sandbox.fail({ on, status: 599, times: Infinity });
      const responses = [
        await caller.askForToken(),
        await caller.postForm('/o/revoke_token/', 'token=a'),
        await caller.call('GET', '/user/me/', token),
        await caller.call('POST', '/payments/?a=1', token, PAYMENT),
      ];
      expect(responses.map(({ status }) => status === 599)).toEqual(expected);
    });
  });

  it('sends the response of the fault, and does not process the request', async () => {
    sandbox.fail({
      status: 500,
      body: { error: { code: 'server_error' } },
      headers: { 'X-Trace': 'a' },
    });
    const response = await caller.call('POST', '/payments/', token, PAYMENT);
    expect(response.status).toBe(500);
    expect(response.json).toEqual({ error: { code: 'server_error' } });
    expect(response.headers.get('x-trace')).toBe('a');
    expect(sandbox.payments).toEqual([]);
  });

  it('sends a string as it is, and no body if the fault has none', async () => {
    sandbox.fail({ status: 200, body: '{"cut', headers: { 'Content-Type': 'application/json' } });
    sandbox.fail({ status: 307, headers: { location: 'http://127.0.0.1:1/' } });
    const response = await fetch(`${sandbox.url}/user/me/`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('{"cut');
    const { status, headers, text } = await caller.send('/user/me/');
    expect([status, headers.get('location'), text]).toEqual([307, 'http://127.0.0.1:1/', '']);
  });

  it.each([
    [{ html: true }, 502],
    [{ html: true, status: 200 }, 200],
  ] as const)('sends an HTML page for %p', async (fault, expected) => {
    sandbox.fail(fault);
    const { status, headers, text } = await caller.call('POST', '/payments/', token, PAYMENT);
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toBe('text/html');
    expect(text).toContain('<!doctype html>');
    expect(sandbox.payments).toEqual([]);
  });

  it('holds a response back by the sandbox’s clock', async () => {
    sandbox.fail({ delay: 1000 });
    let isDone = false;
    const status = create().finally(() => {
      isDone = true;
    });
    await until(() => sandbox.clock.scheduled === 1);
    expect(sandbox.payments).toHaveLength(1);
    sandbox.clock.advance(999);
    expect(await me()).toBe(200);
    expect(isDone).toBe(false);
    sandbox.clock.advance(1);
    expect(await status).toBe(201);
  });

  it('stops holding a response back when the client goes away', async () => {
    sandbox.fail({ delay: 1000 });
    const abort = new AbortController();
    const sent = caller.send('/user/me/', { signal: abort.signal });
    await until(() => sandbox.clock.scheduled === 1);
    abort.abort();
    await expect(sent).rejects.toThrow();
    await until(() => sandbox.clock.scheduled === 0);
    expect(sandbox.requests.at(-1)).toMatchObject({ path: '/user/me/', status: undefined });
  });

  it('hangs, and neither processes the request nor responds', async () => {
    sandbox.fail({ hang: true });
    const abort = new AbortController();
    const sent = caller.send('/payments/', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(PAYMENT),
      signal: abort.signal,
    });
    await until(() => sandbox.counters.apiRequests === 1);
    sandbox.clock.advance(3_000_000);
    expect(await me()).toBe(200);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200, undefined, 200]);
    expect(sandbox.payments).toEqual([]);
    abort.abort();
    await expect(sent).rejects.toThrow();
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('resets the connection %s it processes the request', async (reset, payments) => {
    sandbox.fail({ reset });
    await expect(create()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(sandbox.payments).toHaveLength(payments);
    expect(sandbox.requests.at(-1)).toMatchObject({ method: 'POST', status: undefined });
    expect(await me()).toBe(200);
  });

  it.each([
    ['/payments/', 201],
    ['/export/?bytes=1000001', 200],
  ])('truncates the response of %s in the middle', async (path, status) => {
    sandbox.fail({ truncate: true });
    const response = await fetch(`${sandbox.url}${path}`, {
      method: status === 201 ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: status === 201 ? JSON.stringify(PAYMENT) : null,
    });
    expect(response.status).toBe(status);
    const announced = Number(response.headers.get('content-length'));
    let received = 0;
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) {
        received += (chunk as Uint8Array).length;
      }
    };
    await expect(read()).rejects.toThrow();
    expect(received).toBe(Math.floor(announced / 2));
    expect(sandbox.payments).toHaveLength(status === 201 ? 1 : 0);
    expect(sandbox.requests.at(-1)?.status).toBe(status);
  });

  it('changes the headers of a response', async () => {
    sandbox.fail({ headers: { Date: 'never', 'X-RateLimit-Limit': undefined, 'x-more': 'a' } });
    const { status, headers } = await caller.call('GET', '/user/me/', token);
    expect(status).toBe(200);
    expect(headers.get('date')).toBe('never');
    expect(headers.has('x-ratelimit-limit')).toBe(false);
    expect(headers.has('x-ratelimit-remaining')).toBe(true);
    expect(headers.get('x-more')).toBe('a');
  });

  it('refuses a fault that does not say what is to happen', () => {
    expect(() => {
      sandbox.fail(JSON.parse('{"on":"api"}') as SandboxFault);
    }).toThrow(/`status`.*`headers`/);
  });
});
