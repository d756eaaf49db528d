import { describe, expect, it } from '@jest/globals';
import { configure } from '../../../lib/config/configure.js';
import { Secret } from '../../../lib/config/secret.js';
import { printedForms } from '../../support/printed-forms.js';

const VALUE = 's3cret-value';

describe('Secret', () => {
  it('reveals itself in one place', () => {
    expect(new Secret(VALUE).reveal()).toBe(VALUE);
  });

  it('prints itself in no form', () => {
    const secret = new Secret(VALUE);
    for (const form of printedForms(secret)) expect(form).not.toContain(VALUE);
    expect(`${String(secret)} ${JSON.stringify(secret)}`).toBe('[secret] "[secret]"');
  });

  it('is lost in a structured clone and a spread', () => {
    const secret = new Secret(VALUE);
    expect(structuredClone({ secret })).toEqual({ secret: {} });
    expect(Object.assign({}, secret)).toEqual({});
    expect(Reflect.ownKeys(secret)).toEqual([]);
  });
});

describe('CryptofuseConfig', () => {
  it.each([
    ['one secret', VALUE],
    ['a pair', [VALUE, `${VALUE}-before`]],
  ])('prints no secret in any form: %s', (_, clientSecret) => {
    const proxy = `http://user:${VALUE}@proxy:3128`;
    const config = configure({ clientId: 'client', clientSecret, proxy }, {});
    for (const form of printedForms(config)) {
      expect(form).not.toContain(VALUE);
    }
    expect(JSON.stringify(config)).toContain('client');
  });
});
