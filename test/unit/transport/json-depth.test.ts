import { describe, expect, it } from '@jest/globals';
import { isDeeperThan } from '../../../lib/transport/json-depth.js';

function isDeep(json: string, deepest: number): boolean {
  return isDeeperThan(Buffer.from(json), deepest);
}

describe('isDeeperThan', () => {
  it.each([
    ['[[[1]]]', 3],
    ['{"a":{"a":{"a":1}}}', 3],
    ['[{"a":[1]},{"a":[1]},[[]]]', 3],
    ['["[[[[[[[[","{{{{{{{{"]', 1],
    [String.raw`["\"[[[","\\",[1]]`, 2],
    ['["é[[[[[[", 1]', 1],
  ])('takes %j for %i levels and no fewer', (json, depth) => {
    expect(isDeep(json, depth)).toBe(false);
    expect(isDeep(json, depth - 1)).toBe(true);
  });

  it.each(['', '"', '"\\', ']]]]', '{"a'])('takes %j for shallow, though it is no JSON', (text) => {
    expect(isDeep(text.padEnd(10), 1)).toBe(false);
  });
});
