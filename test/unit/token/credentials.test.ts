import { describe, expect, it } from '@jest/globals';
import { configure } from '../../../lib/config/configure.js';
import { Secret } from '../../../lib/config/secret.js';
import { TokenFailure } from '../../../lib/token/token-failure.js';
import {
  askForSecrets,
  credentialFingerprint,
  SecretOrder,
} from '../../../lib/token/credentials.js';
import { rejectionOf } from '../../support/rejection-of.js';

const configOf = (options: object = {}) =>
  configure({ clientId: 'client', clientSecret: 'current', ...options }, {});

function revealed(secrets: readonly Secret[]): readonly string[] {
  return secrets.map((secret) => secret.reveal());
}

describe('askForSecrets', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a string', 'one', ['one']],
    ['a pair', ['current', 'previous'], ['current', 'previous']],
    ['a function', () => 'one', ['one']],
    ['a function of a pair', () => ['a', 'b'], ['a', 'b']],
    ['an async function', () => Promise.resolve('one'), ['one']],
    ['an async function of a pair', () => Promise.resolve(['a', 'b']), ['a', 'b']],
  ])('takes %s', async (_, clientSecret, secrets) => {
    expect(revealed(await askForSecrets(configOf({ clientSecret })))).toEqual(secrets);
  });

  it('asks the function anew each time', async () => {
    let rotation = 0;
    const config = configOf({ clientSecret: () => `secret-${(rotation += 1)}` });
    expect(revealed(await askForSecrets(config))).toEqual(['secret-1']);
    expect(revealed(await askForSecrets(config))).toEqual(['secret-2']);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['an empty string', () => ''],
    ['a control character', () => 'a\n'],
    ['a list of one', () => ['only']],
    ['a list of three', () => ['a', 'b', 'c']],
    ['an empty list', () => []],
    ['a pair with a hole', () => ['a', undefined]],
    ['a boxed string', () => Object('boxed') as unknown],
    ['a number', () => 12_345],
    ['bytes', () => Buffer.from('bytes')],
    ['another function', () => () => 'inner'],
    ['a rejection', () => Promise.reject(new Error('vault says leaked-value'))],
    ['a rejection with nothing', () => Promise.reject(Object(undefined) as Error)],
    [
      'an exception',
      () => {
        throw new Error('vault says leaked-value');
      },
    ],
  ])('rejects if the function gives %s', async (_, clientSecret) => {
    const error = await rejectionOf(askForSecrets(configOf({ clientSecret })));
    if (!(error instanceof TokenFailure))
      throw new Error('It is no TokenFailure.', { cause: error });
    expect(error).toMatchObject({ kind: 'own', code: 'credentials_unavailable' });
    expect(error.toException()).toMatchObject({ code: 'credentials_unavailable' });
    expect(`${error.message} ${String(error.toException().stack)}`).not.toContain('leaked-value');
    expect(error.cause).toBeUndefined();
  });
});

describe('SecretOrder', () => {
  const [current, previous] = [new Secret('current'), new Secret('previous')];

  it('keeps the stated order at first', () => {
    expect(revealed(new SecretOrder().of([current, previous]))).toEqual(['current', 'previous']);
  });

  it('puts the secret that last worked first', () => {
    const order = new SecretOrder();
    order.markWorking(new Secret('previous'));
    expect(revealed(order.of([current, previous]))).toEqual(['previous', 'current']);
    expect(revealed(order.of([current]))).toEqual(['current']);
  });

  it('puts the secret last refused last, and forgets that it worked', () => {
    const order = new SecretOrder();
    order.markWorking(current);
    order.markRefused(current);
    expect(revealed(order.of([current, previous]))).toEqual(['previous', 'current']);
    order.markWorking(current);
    expect(revealed(order.of([previous, current]))).toEqual(['current', 'previous']);
  });
});

describe('credentialFingerprint', () => {
  const secrets = [new Secret('current')];
  const fingerprint = credentialFingerprint(configOf(), secrets);

  it('is the same for the same credentials', () => {
    expect(credentialFingerprint(configOf({ timeout: 5 }), [new Secret('current')])).toBe(
      fingerprint,
    );
  });

  it.each<[string, object, readonly string[]]>([
    ['client', { clientId: 'other' }, ['current']],
    ['secret', {}, ['other']],
    ['further secret', {}, ['current', 'other']],
    ['base URL', { baseUrl: 'https://api.cryptofuse.com' }, ['current']],
    ['scopes', { scopes: ['read'] }, ['current']],
  ])('differs for another %s', (_, options, values) => {
    const others = values.map((value) => new Secret(value));
    expect(credentialFingerprint(configOf(options), others)).not.toBe(fingerprint);
  });

  it('contains nothing of them', () => {
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(credentialFingerprint(configOf(), [new Secret('a","b')])).not.toBe(
      credentialFingerprint(configOf(), [new Secret('a'), new Secret('b')]),
    );
  });
});
