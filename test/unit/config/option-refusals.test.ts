import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { configure } from '../../../lib/config/configure.js';
import { CryptofuseConfig } from '../../../lib/config/cryptofuse-config.js';
import { CryptofuseConfigException } from '../../../lib/exceptions/cryptofuse-config.exception.js';
import { CryptofuseException } from '../../../lib/exceptions/cryptofuse.exception.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';
import { printedForms } from '../../support/printed-forms.js';
import { seededRun } from '../../support/seeded-run.js';
import { BAD_OPTIONS, boxed, FOREIGN } from './bad-options.js';

const SECRET = 's3cret+value/%with:colon';
const CREDENTIALS = { clientId: 'client', clientSecret: SECRET };

const ANYTHING = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 2,
});

/** Options that state `value` at `path`. */
function stating(path: string, value: unknown): object {
  const [option = '', member] = path.split('.');
  return { ...CREDENTIALS, [option]: member === undefined ? value : { [member]: value } };
}

describe.each(Object.entries(BAD_OPTIONS))('configure refuses %s', (path, values) => {
  it.each(values.map((value) => [inspect(value), value] as const))('%s', (_, value) => {
    expect(refusedProperties(() => configure(stating(path, value), {}))).toEqual([path]);
  });
});

describe('configure refuses options', () => {
  it.each([...FOREIGN, undefined, false].map((value) => [inspect(value), value] as const))(
    'that are %s',
    (_, value) => {
      expect(refusedProperties(() => configure(value, process.env))).toEqual(['options']);
    },
  );

  it('without credentials, and names the variables', () => {
    const refusal = configRefusal(() => configure({}, {}));
    expect(refusal.message).toContain('CRYPTOFUSE_CLIENT_ID');
    expect(refusal.message).toContain('CRYPTOFUSE_CLIENT_SECRET');
    expect(refusal.problems).toHaveLength(2);
  });

  it('of a bad environment variable', () => {
    const environment = { CRYPTOFUSE_BASE_URL: 'http://api.cryptofuse.io' };
    expect(refusedProperties(() => configure(CREDENTIALS, environment))).toEqual(['baseUrl']);
  });

  it.each([
    [{ timeOut: 5 }, ['timeOut']],
    [{ baseURL: 'https://x.example' }, ['baseURL']],
    [{ isGlobal: true, name: 'x' }, ['isGlobal', 'name']],
    [
      { constructor: 1, toString: 2, hasOwnProperty: 3 },
      ['constructor', 'toString', 'hasOwnProperty'],
    ],
    [{ [Symbol('timeout')]: 5 }, ['Symbol(timeout)']],
    [{ [Symbol.iterator]: 5 }, ['Symbol(Symbol.iterator)']],
    [{ token: { budgt: 1 } }, ['token.budgt']],
    [{ token: { store: 1, [Symbol('eager')]: true } }, ['token.store', 'token.Symbol(eager)']],
    [{ retry: { retries: 1, attempts: 1 } }, ['retry.retries']],
    [{ quota: { max_wait: undefined } }, ['quota.max_wait']],
    [{ 'line\nbreak': 1 }, ['line\\nbreak']],
    [{ '': 1 }, ['']],
  ])('with a misspelt name: %p', (stated, properties) => {
    const options: unknown = Object.assign({}, CREDENTIALS, stated);
    expect(refusedProperties(() => configure(options, {}))).toEqual(properties);
  });

  it('with a misspelt name that is not enumerable', () => {
    const options = Object.defineProperty({ ...CREDENTIALS }, 'timeOut', { value: 5 });
    expect(refusedProperties(() => configure(options, {}))).toEqual(['timeOut']);
  });
});

describe('CryptofuseConfigException of configure', () => {
  it('names all options and members that are bad', () => {
    const groups: Record<string, Record<string, unknown>> = { token: {}, retry: {}, quota: {} };
    const options: Record<string, unknown> = { ...groups, misspelt: 1, [Symbol('odd')]: 1 };
    const expected = ['misspelt', 'Symbol(odd)'];
    for (const [path, [value]] of Object.entries(BAD_OPTIONS)) {
      const [option = '', member = 'misspelt'] = path.split('.');
      const group = groups[option];
      if (group === undefined) options[option] = value;
      else group[member] = value;
      expected.push(group === undefined ? path : `${option}.${member}`);
    }
    const known = Object.keys(new CryptofuseConfig());
    expect(Object.keys(options).sort()).toEqual([...known, 'misspelt'].sort());
    const refusal = configRefusal(() => configure(options, {}));
    expect(refusal.problems.map(({ property }) => property).sort()).toEqual(expected.sort());
    for (const property of expected) expect(refusal.message).toContain(`- ${property}: `);
  });

  it('is an exception of ours without an HTTP status', () => {
    const refusal = configRefusal(() => configure({ ...CREDENTIALS, timeout: 0 }, {}));
    expect(refusal).toBeInstanceOf(CryptofuseException);
    expect(refusal).not.toHaveProperty('getStatus');
    expect(refusal).toMatchObject({
      code: 'invalid_options',
      outcome: 'not-sent',
      retryable: false,
    });
    expect(refusal.details).toEqual({ problems: refusal.problems });
    expect(refusal.toSupportReport()).toMatchObject({ clientId: 'client', status: undefined });
  });

  it.each([
    [{ clientSecret: `${SECRET}\n` }],
    [{ clientSecret: [SECRET, `${SECRET}\n`] }],
    [{ clientSecret: [SECRET, SECRET, SECRET] }],
    [{ clientSecret: { value: SECRET } }],
    [{ clientSecret: boxed(SECRET) }],
    [{ baseUrl: `https://client:${SECRET}@api.cryptofuse.io` }],
    [{ proxy: `ftp://client:${SECRET}@proxy` }],
    [{ proxy: `http://client:${SECRET}%@proxy` }],
    [{ clientId: `${SECRET}\n` }],
    [{ scopes: [`${SECRET} `] }],
  ])('never prints a secret: %#', (stated) => {
    const refusal = configRefusal(() => configure({ ...CREDENTIALS, ...stated, timeout: 0 }, {}));
    const report = { ...refusal.toSupportReport(), clientId: '' };
    for (const form of [...printedForms(refusal), JSON.stringify(report)]) {
      expect(form).not.toContain(SECRET);
    }
  });

  it('is the only exception of configure', async () => {
    const groups = ['token', 'retry', 'quota'] as const;
    const defaults = new CryptofuseConfig();
    const any = ANYTHING;
    const shapeOf = (names: string[]) => Object.fromEntries(names.map((name) => [name, any]));
    const shape: Record<string, fc.Arbitrary<unknown>> = shapeOf(Object.keys(defaults));
    for (const group of groups) {
      const members = shapeOf(Object.keys(defaults[group]));
      shape[group] = fc.oneof(any, fc.record(members, { requiredKeys: [] }));
    }
    const stated = fc.oneof(any, fc.record(shape, { requiredKeys: [] }));
    const property = fc.property(stated, (value) => {
      try {
        return configure(value, {}) instanceof CryptofuseConfig;
      } catch (error) {
        return error instanceof CryptofuseConfigException;
      }
    });
    await seededRun('configure throws nothing else', property, 1_000);
  });
});
