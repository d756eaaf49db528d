import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatsMember } from '../../../lib/token/repeats-member.js';
import { seededRun } from '../../support/seeded-run.js';

describe('repeatsMember', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":{"b":1},"c":[{"d":2}],"a":null}',
    '{"a":"}","a":1}',
    '{"a":"\\"","a":1}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    ' {\n"a" : 1 ,\t"a" : 2 } ',
  ])('finds one in %j', (json) => {
    expect(repeatsMember(json)).toBe(true);
  });

  it.each([
    '{}',
    '[]',
    '"a:a"',
    'null',
    '{"a":1,"b":1}',
    '{"a":"a","b":"\\"a\\":1,"}',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '[{"a":1},{"a":1}]',
    '{"a\\"b":1,"a":2,"constructor":3}',
    '',
  ])('finds none in %j', (json) => {
    expect(repeatsMember(json)).toBe(false);
  });

  it('finds none in what JSON.stringify has written', async () => {
    const property = fc.property(fc.dictionary(fc.string(), fc.json()), (members) => {
      expect(repeatsMember(JSON.stringify(members))).toBe(false);
    });
    await seededRun('objects repeat no member', property, 500);
  });
});
