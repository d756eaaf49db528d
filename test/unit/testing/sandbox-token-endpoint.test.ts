import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { VirtualClock } from '../../../lib/testing/virtual-clock.js';
import { SandboxCaller } from './sandbox-caller.js';

const GRANT = 'grant_type=client_credentials';

describe('CryptofuseSandbox, POST /o/token/', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;

  beforeAll(async () => {
    sandbox = await CryptofuseSandbox.start({ tokenLimit: false });
    sandbox.addClient({ clientId: 'reader', clientSecret: 'r', scopes: ['read'] });
    sandbox.addClient({ clientId: 'app', clientSecret: 'a', grantTypes: ['authorization_code'] });
    caller = new SandboxCaller(sandbox);
  });

  beforeEach(() => {
    sandbox.reset();
  });

  afterAll(() => sandbox.stop());

  it('issues a token of 30 letters and digits, which no cache may store', async () => {
    const { status, headers, json } = await caller.askForToken('read write');
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{30}$/),
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'read write',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('issues another token for each request, and leaves the older ones valid', async () => {
    const tokens = await Promise.all(Array.from({ length: 10 }, () => caller.token()));
    expect(new Set(tokens).size).toBe(10);
    const responses = await Promise.all(
      tokens.map((token) => caller.call('GET', '/user/me/', token)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it.each([
    [undefined, 'read write'],
    ['write read', 'write read'],
    ['write', 'write'],
    [' read ', 'read'],
  ])('grants the scope %p as %p', async (asked, granted) => {
    expect((await caller.askForToken(asked)).json).toMatchObject({ scope: granted });
  });

  it.each(['', 'read,write', 'admin', 'read admin', 'read  write', 'READ'])(
    'refuses the scope %p',
    async (scope) => {
      const { status, json } = await caller.askForToken(scope);
      expect(status).toBe(400);
      expect(json).toEqual({ error: 'invalid_scope' });
    },
  );

  it('grants a client no more than its own scopes', async () => {
    const authorization = caller.basic('reader', 'r');
    const omitted = await caller.askForToken(undefined, authorization);
    expect(omitted.json).toMatchObject({ scope: 'read' });
    const asked = await caller.askForToken('read write', authorization);
    expect(asked.json).toEqual({ error: 'invalid_scope' });
  });

  it('refuses a client that may not use the grant', async () => {
    const { status, json } = await caller.askForToken('read', caller.basic('app', 'a'));
    expect(status).toBe(400);
    expect(json).toEqual({ error: 'unauthorized_client' });
  });

  it.each([
    ['', 'unsupported_grant_type'],
    ['scope=read', 'unsupported_grant_type'],
    ['grant_type=', 'unsupported_grant_type'],
    ['grant_type=bogus', 'unsupported_grant_type'],
    ['grant_type=constructor', 'unsupported_grant_type'],
    ['%%%', 'unsupported_grant_type'],
    ['grant_type=password', 'invalid_request'],
    ['grant_type=refresh_token', 'invalid_request'],
    ['grant_type=authorization_code', 'invalid_request'],
    ['grant_type=password&username=u&password=p', 'invalid_grant'],
    ['grant_type=refresh_token&refresh_token=r', 'invalid_grant'],
    ['grant_type=authorization_code&code=c', 'unauthorized_client'],
  ])('refuses the form %p with %s', async (form, error) => {
    const { status, json } = await caller.postForm('/o/token/', form);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error });
  });

  it('refuses another grant of an unknown client with invalid_client', async () => {
    const form = 'grant_type=refresh_token&refresh_token=r';
    const { status, json } = await caller.postForm('/o/token/', form, '');
    expect(status).toBe(401);
    expect(json).toEqual({ error: 'invalid_client' });
  });

  it('uses the last of several parameters, as Django does', async () => {
    const { json } = await caller.postForm('/o/token/', `${GRANT}&scope=read&scope=write`);
    expect(json).toMatchObject({ scope: 'write' });
  });

  it('reads a multipart form, and no JSON', async () => {
    const body = new FormData();
    body.set('grant_type', 'client_credentials');
    const authorization = caller.basic();
    const form = await caller.send('/o/token/', {
      method: 'POST',
      headers: { authorization },
      body,
    });
    expect(form.status).toBe(200);
    const json = await caller.send('/o/token/', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials' }),
    });
    expect(json.json).toEqual({ error: 'unsupported_grant_type' });
  });

  it('responds to a query string with a 500 page', async () => {
    const { status, headers, text } = await caller.postForm('/o/token/?a=1', GRANT);
    expect(status).toBe(500);
    expect(headers.get('content-type')).toBe('text/html');
    expect(text).toContain('<!doctype html>');
  });

  it.each(['GET', 'PUT', 'DELETE'])('refuses %s with 405 and an empty body', async (method) => {
    const { status, headers, text } = await caller.send('/o/token/', { method });
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe('POST, OPTIONS');
    expect(text).toBe('');
  });

  it('refuses a form of more than a megabyte', async () => {
    const { status } = await caller.postForm('/o/token/', `${GRANT}&a=${'a'.repeat(1024 * 1024)}`);
    expect(status).toBe(413);
  });

  it('responds to an unknown path with a 404 page', async () => {
    const { status, headers, text } = await caller.postForm('/o/nothing/', GRANT);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('text/html');
    expect(text).toContain('<!doctype html>');
  });
});

describe('CryptofuseSandbox, token responses', () => {
  it('issues a token that is expired at once if its lifetime is zero', async () => {
    const sandbox = await CryptofuseSandbox.start({ tokenLifetime: 0 });
    const caller = new SandboxCaller(sandbox);
    const { json } = await caller.askForToken();
    const { access_token, expires_in } = json as { access_token: string; expires_in: number };
    expect(expires_in).toBe(0);
    expect((await caller.call('GET', '/user/me/', access_token)).status).toBe(401);
    await sandbox.stop();
  });

  it('adds, replaces and removes members of the response', async () => {
    const sandbox = await CryptofuseSandbox.start({
      tokenResponse: {
        access_token: 'header.payload.signature',
        issued_at: 1,
        expires_in: undefined,
        scope: undefined,
      },
    });
    const caller = new SandboxCaller(sandbox);
    expect((await caller.askForToken()).json).toEqual({
      access_token: 'header.payload.signature',
      token_type: 'Bearer',
      issued_at: 1,
    });
    const { status } = await caller.call('GET', '/user/me/', 'header.payload.signature');
    expect(status).toBe(200);
    await sandbox.stop();
  });
});

describe('CryptofuseSandbox, the life of a token', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;

  beforeEach(async () => {
    sandbox = await CryptofuseSandbox.start({
      tokenLifetime: 60,
      clock: new VirtualClock({ frozen: true }),
    });
    caller = new SandboxCaller(sandbox);
  });

  afterEach(() => sandbox.stop());

  const use = async (token: string): Promise<[number, string | null]> => {
    const { status, headers } = await caller.call('GET', '/user/me/', token);
    return [status, headers.get('www-authenticate')];
  };

  it('expires a token on time by the sandbox’s clock, without leeway', async () => {
    const token = await caller.token();
    sandbox.clock.advance(59_999);
    expect(await use(token)).toEqual([200, null]);
    sandbox.clock.advance(1);
    expect(await use(token)).toEqual([401, expect.stringContaining('error="invalid_token"')]);
  });

  it('judges expiry by the wall clock', async () => {
    const token = await caller.token();
    sandbox.clock.jumpWall(60_000);
    expect((await use(token))[0]).toBe(401);
    sandbox.clock.jumpWall(-60_000);
    expect((await use(token))[0]).toBe(200);
  });

  it.each(['revokeAll', 'expireAll'] as const)(
    'refuses a token after %s, and accepts a new one',
    async (end) => {
      const token = await caller.token();
      sandbox[end]();
      expect((await use(token))[0]).toBe(401);
      expect((await use(await caller.token()))[0]).toBe(200);
    },
  );
});
