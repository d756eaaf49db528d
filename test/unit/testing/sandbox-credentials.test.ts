import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CryptofuseSandbox } from '../../../lib/testing/cryptofuse-sandbox.js';
import { SandboxCaller } from './sandbox-caller.js';

const CLIENT_ID = 'merchant+1%20é';
const CLIENT_SECRET = 'pa:ss+w%2Brd ü';
const GRANT = 'grant_type=client_credentials';

function base64(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('base64');
}

describe('CryptofuseSandbox, client credentials', () => {
  let sandbox: CryptofuseSandbox;
  let caller: SandboxCaller;
  const encoded = `${encodeURIComponent(CLIENT_ID)}:${encodeURIComponent(CLIENT_SECRET)}`;

  beforeAll(async () => {
    sandbox = await CryptofuseSandbox.start({
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      tokenLimit: false,
    });
    sandbox.addClient({ clientId: 'plain', clientSecret: 'with:colon é' });
    caller = new SandboxCaller(sandbox);
  });

  afterAll(() => sandbox.stop());

  it.each([
    ['form-encoded halves', `Basic ${base64(encoded)}`],
    ['blanks encoded as plus signs', `Basic ${base64(encoded.replaceAll('%20', '+'))}`],
    ['raw UTF-8, split at the first colon', `Basic ${base64('plain:with:colon é')}`],
    ['two blanks behind the scheme', `Basic  ${base64(encoded)}`],
    ['bytes outside the alphabet of base64', `Basic !${base64(encoded)}`],
  ])('accepts a Basic header with %s', async (_, authorization) => {
    const { status } = await caller.askForToken(undefined, authorization);
    expect(status).toBe(200);
  });

  it.each([
    ['a raw half that holds a plus sign', `Basic ${base64(`${CLIENT_ID}:${CLIENT_SECRET}`)}`],
    ['Latin-1', `Basic ${base64('plain:with:colon é', 'latin1')}`],
    ['a bad secret', `Basic ${base64('plain:nope')}`],
    ['no secret', `Basic ${base64('plain:')}`],
    ['no colon', `Basic ${base64('plain')}`],
    ['an unknown client', `Basic ${base64('nobody:nope')}`],
    ['a scheme spelt otherwise', `basic ${base64(encoded)}`],
    ['another scheme', `Bearer ${base64(encoded)}`],
    ['base64 without its padding', `Basic ${base64('plain:with:colon é').replaceAll('=', '')}`],
    ['nothing in it', ''],
  ])('refuses an Authorization header with %s', async (_, authorization) => {
    const { status, headers, json } = await caller.askForToken(undefined, authorization);
    expect(status).toBe(401);
    expect(json).toEqual({ error: 'invalid_client' });
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_client"');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['no header', ''],
    ['a header with an unknown client', `Basic ${base64('nobody:nope')}`],
    ['a header with a bad secret', `Basic ${base64('plain:nope')}`],
  ])('accepts credentials in the form beside %s', async (_, authorization) => {
    const form = `${GRANT}&client_id=plain&client_secret=with%3Acolon+%C3%A9`;
    expect((await caller.postForm('/o/token/', form, authorization)).status).toBe(200);
  });

  it('refuses a client id alone in the form', async () => {
    const { status } = await caller.postForm('/o/token/', `${GRANT}&client_id=plain`, '');
    expect(status).toBe(401);
  });

  it('refuses the form of one client beside the header of another', async () => {
    const form = `${GRANT}&client_id=plain&client_secret=with%3Acolon+%C3%A9`;
    const authorization = `Basic ${base64(`${encodeURIComponent(CLIENT_ID)}:nope`)}`;
    expect((await caller.postForm('/o/token/', form, authorization)).status).toBe(401);
  });
});

describe('CryptofuseSandbox.rotateSecret', () => {
  const statusWith = async (sandbox: CryptofuseSandbox, secret: string): Promise<number> => {
    const caller = new SandboxCaller(sandbox);
    return (await caller.askForToken(undefined, caller.basic(sandbox.clientId, secret))).status;
  };

  it('refuses the old secret, and leaves the tokens valid', async () => {
    const sandbox = await CryptofuseSandbox.start({ clientSecret: 'old' });
    const token = await new SandboxCaller(sandbox).token();
    sandbox.rotateSecret('new');
    expect(sandbox.moduleOptions.clientSecret).toBe('new');
    expect(await statusWith(sandbox, 'old')).toBe(401);
    expect(await statusWith(sandbox, 'new')).toBe(200);
    expect((await new SandboxCaller(sandbox).call('GET', '/user/me/', token)).status).toBe(200);
    await sandbox.stop();
  });

  it('keeps the previous secret on request, and that one alone', async () => {
    const sandbox = await CryptofuseSandbox.start({ clientSecret: 'first' });
    sandbox.rotateSecret('second', { keepPrevious: true });
    sandbox.rotateSecret('third', { keepPrevious: true });
    expect(await statusWith(sandbox, 'first')).toBe(401);
    expect(await statusWith(sandbox, 'second')).toBe(200);
    expect(await statusWith(sandbox, 'third')).toBe(200);
    await sandbox.stop();
  });
});
