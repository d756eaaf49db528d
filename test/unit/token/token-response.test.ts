import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { issueToken } from '../../../lib/token/issued-token.js';
import { readTokenGrant } from '../../../lib/token/token-response.js';
import { seededRun } from '../../support/seeded-run.js';

const ASKED = ['read', 'write'];
const DOCUMENTED = {
  access_token: 'eyJhbGciOiJIUzI1NiJ9.e30.x-_',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'read write',
};
const LONGEST = 2 ** 31 - 1;

function without(member: keyof typeof DOCUMENTED): object {
  return Object.fromEntries(Object.entries(DOCUMENTED).filter(([name]) => name !== member));
}

describe('readTokenGrant accepts', () => {
  it('the documented response', () => {
    expect(readTokenGrant(DOCUMENTED, ASKED)).toEqual({
      value: DOCUMENTED.access_token,
      scopes: ['read', 'write'],
      namesScopes: true,
      lifetime: 3_600,
    });
  });

  it.each<[string, unknown, number]>([
    ['36000', 36_000, 36_000],
    ['1', 1, 1],
    ['0', 0, 0],
    ['negative', -5, -5],
    ['a fraction', 1.5, 1.5],
    ['a numeric string', '3600', 3_600],
    ['a numeric string in spaces', ' 60 ', 60],
    ['a negative string', '-1', -1],
    ['a fraction as a string', '0.5', 0.5],
    ['a string with leading zeros', '0060', 60],
    ['null', null, 3_600],
    ['undefined', undefined, 3_600],
    ['the longest', LONGEST, LONGEST],
    ['a huge number', 1e300, LONGEST],
    ['a huge string', '99999999999999999999', LONGEST],
    ['a hugely negative number', -1e300, -LONGEST],
  ])('expires_in: %s', (_, expires, lifetime) => {
    expect(readTokenGrant({ ...DOCUMENTED, expires_in: expires }, ASKED)).toMatchObject({
      lifetime,
    });
  });

  it('no expires_in, as 3600', () => {
    expect(readTokenGrant(without('expires_in'), ASKED)).toMatchObject({ lifetime: 3_600 });
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])('token_type %s', (token_type) => {
    expect(readTokenGrant({ ...DOCUMENTED, token_type }, ASKED)).toMatchObject({ lifetime: 3_600 });
  });

  it.each<[unknown, readonly string[]]>([
    ['read', ['read']],
    ['write read', ['write', 'read']],
    ['  read   write ', ['read', 'write']],
    ['', []],
    [' ', []],
    ['payments:read admin', ['payments:read', 'admin']],
    [null, ASKED],
    [undefined, ASKED],
  ])('scope %j as %j', (scope, scopes) => {
    expect(readTokenGrant({ ...DOCUMENTED, scope }, ASKED)).toMatchObject({ scopes });
  });

  it('no scope, as the requested scopes', () => {
    expect(readTokenGrant(without('scope'), ['read'])).toMatchObject({ scopes: ['read'] });
  });

  it('unknown members', () => {
    const answer = { ...DOCUMENTED, issued_at: 1, refresh_token: 'x', constructor: 1 };
    expect(readTokenGrant(answer, ASKED)).toEqual(readTokenGrant(DOCUMENTED, ASKED));
  });

  it.each(['a', '~!', 'A1-._~+/==', 'x'.repeat(8_192)])('the token %#', (access_token) => {
    expect(readTokenGrant({ ...DOCUMENTED, access_token }, ASKED)).toMatchObject({
      value: access_token,
    });
  });
});

describe('readTokenGrant refuses', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a list', [DOCUMENTED]],
    ['text', 'access_token=x'],
    ['a number', 5],
    ['true', true],
  ])('a body that is %s', (_, body) => {
    expect(readTokenGrant(body, ASKED)).toBe('is no JSON object');
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 123_456],
    ['true', true],
    ['a list', ['token']],
    ['an object', { value: 'token' }],
    ['with a space', 'to ken'],
    ['with a space in front', ' token'],
    ['with a space behind', 'token '],
    ['with a line break', 'token\n'],
    ['with a header behind', 'token\r\nX-Evil: 1'],
    ['with a tab', 'to\tken'],
    ['with NUL', 'token\u0000'],
    ['with DEL', 'token\u007f'],
    ['with an accent', 'tokén'],
    ['with an emoji', 'token😀'],
    ['too long', 'x'.repeat(8_193)],
  ])('an access_token that is %s', (_, access_token) => {
    const reason = 'has no usable access_token';
    expect(readTokenGrant({ ...DOCUMENTED, access_token }, ASKED)).toBe(reason);
  });

  it.each([undefined, null, ''])('a token_type that is missing: %j', (token_type) => {
    expect(readTokenGrant({ ...DOCUMENTED, token_type }, ASKED)).toBe('has no token_type');
  });

  it.each(['mac', 'Bearer ', 'bearer token', 'DPoP', 5, true, ['Bearer']])(
    'a token_type that is %j',
    (token_type) => {
      const reason = 'has a token_type other than Bearer';
      expect(readTokenGrant({ ...DOCUMENTED, token_type }, ASKED)).toBe(reason);
    },
  );

  it.each([
    '',
    ' ',
    'never',
    '1h',
    '1e3',
    '0x10',
    '+5',
    '1,5',
    '.5',
    '5.',
    '--5',
    'NaN',
    'Infinity',
    '٣٦',
    '2025-01-01',
    true,
    false,
    [],
    [3_600],
    {},
    NaN,
    Infinity,
  ])('an expires_in that is %p', (expires_in) => {
    const reason = 'has an expires_in that is no number of seconds';
    expect(readTokenGrant({ ...DOCUMENTED, expires_in }, ASKED)).toBe(reason);
  });

  it.each([5, true, ['read', 'write'], {}, 'read\nwrite', 'read\u0000', '\u001b[31mread'])(
    'a scope that is %j',
    (scope) => {
      expect(readTokenGrant({ ...DOCUMENTED, scope }, ASKED)).toMatch(/^has a scope that is/);
    },
  );

  it('inherited members', () => {
    const inherited: unknown = Object.create(DOCUMENTED);
    expect(readTokenGrant(inherited, ASKED)).toBe('has no usable access_token');
    expect(
      readTokenGrant(
        Object.assign(Object.create({ token_type: 'Bearer' }), { access_token: 'x' }),
        ASKED,
      ),
    ).toBe('has no token_type');
  });
});

describe('readTokenGrant', () => {
  it('quotes nothing of a response that it refuses', async () => {
    const answer = fc.record({
      access_token: fc.string(),
      token_type: fc.constantFrom('Bearer', 'mac'),
      expires_in: fc.anything(),
      scope: fc.anything(),
    });
    const reasons = new Set(['access_token', 'token_type', 'expires_in', 'scope']);
    const property = fc.property(answer, (body) => {
      const grant = readTokenGrant(body, ASKED);
      if (typeof grant !== 'string') return true;
      return [...reasons].some((member) => grant.includes(member)) && grant.length < 60;
    });
    await seededRun('a refusal quotes nothing', property, 500);
  });

  it('returns a token with valid dates, whatever the response says', async () => {
    const lifetime = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt().map(String),
    );
    const property = fc.property(lifetime, (expires_in) => {
      const grant = readTokenGrant({ ...DOCUMENTED, expires_in }, ASKED);
      if (typeof grant === 'string') return false;
      const { accessToken: token } = issueToken(
        grant,
        { wall: Date.UTC(2025, 0), monotonic: 0 },
        false,
      );
      return token.expiresAt.toISOString() !== '' && Object.isFrozen(token.scopes);
    });
    await seededRun('dates are dates', property, 500);
  });
});
