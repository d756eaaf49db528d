import { describe, expect, it } from '@jest/globals';
import { SecretRedactor } from '../../../lib/config/secret-redactor.js';
import { boundedValue } from '../../../lib/exceptions/bounded-value.js';
import { readErrorBody } from '../../../lib/exceptions/error-body.js';

const MOST_TEXT = 16 * 1_024;
const MOST_NODES = 1_000;
const LARGE = 4 * 2 ** 20;
const SECRET = 's3cret+with/all:of%the=odd&ones';

/** Counts of how many texts how much was asked for. */
class CountingRedactor extends SecretRedactor {
  texts = 0;
  characters = 0;

  override redact(text: string, within: number): string {
    this.texts += 1;
    this.characters += Math.min(text.length, within);
    return super.redact(text, within);
  }
}

interface Total {
  nodes: number;
  text: number;
}

function totalOf(value: unknown, total: Total = { nodes: 0, text: 0 }): Total {
  total.nodes += 1;
  if (typeof value === 'string') total.text += value.length;
  if (typeof value !== 'object' || value === null) return total;
  for (const [name, member] of Object.entries(value)) {
    if (!Array.isArray(value)) total.text += name.length;
    totalOf(member, total);
  }
  return total;
}

/** A value of `depth` levels, each of which has `width` members. */
function tree(depth: number, width: number, leaf: unknown): unknown {
  if (depth === 0) return leaf;
  return Array.from({ length: width }, () => ({ member: tree(depth - 1, width, leaf) }));
}

function repeated(text: string): string {
  return text.repeat(Math.ceil(LARGE / text.length));
}

/** JSON of four megabytes each. */
const BODIES: readonly (readonly [shape: string, json: () => string])[] = [
  [
    'one text',
    () => JSON.stringify({ error: { code: 'x', message: repeated('y '), details: repeated('z') } }),
  ],
  ['one name', () => `{"details":{"${repeated('n')}":1}}`],
  ['a list of texts', () => `{"details":[${repeated('"0123456789",')}1]}`],
  ['a list of lists', () => `{"details":[${repeated('[[[[["a"]]]]],')}1]}`],
  ['a list of empty objects', () => `{"details":[${repeated('{},')}1]}`],
  ['many levels', () => `{"details":${'['.repeat(LARGE / 4)}${']'.repeat(LARGE / 4)}}`],
  [
    'many members',
    () => {
      const count = LARGE / 20;
      const members = Array.from({ length: count }, (_, index) => `"member${index}":${index}`);
      return `{${members.join()}}`;
    },
  ],
  ['wide at every level', () => JSON.stringify({ details: tree(3, 40, '0123456789'.repeat(20)) })],
  ['secrets alone', () => JSON.stringify({ error: repeated(SECRET), details: [repeated(SECRET)] })],
];

describe('boundedValue, all together', () => {
  it.each([
    ['many texts', tree(2, 40, 'x'.repeat(900))],
    [
      'many names',
      {
        list: Array.from({ length: 40 }, () =>
          Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`${'n'.repeat(90)}${at}`, 0])),
        ),
      },
    ],
    ['many numbers', tree(3, 45, 5)],
    ['many empty lists', tree(3, 45, [])],
  ])('keeps to 16 KiB of text and 1 000 members, and marks what is left out: %s', (_, value) => {
    const redactor = new CountingRedactor();
    const bounded = boundedValue(value, (text, within) => redactor.redact(text, within));
    const { nodes, text } = totalOf(bounded);
    // Each level that is left unfinished has its marker, and lets the member end that it is in.
    expect(nodes).toBeLessThanOrEqual(MOST_NODES + 20);
    expect(text).toBeLessThanOrEqual(MOST_TEXT + 20);
    expect(JSON.stringify(bounded)).toContain('…');
    expect(redactor.texts).toBeLessThanOrEqual(2 * MOST_NODES);
    expect(redactor.characters).toBeLessThanOrEqual(5 * MOST_TEXT);
  });

  it('leaves a value just below the bounds as it is', () => {
    const texts = Array.from({ length: 16 }, () => 'x'.repeat(1_000));
    expect(boundedValue(texts, (text) => text)).toEqual(texts);
    const numbers = Array.from({ length: 19 }, () => Array.from({ length: 50 }, () => 1));
    expect(boundedValue(numbers, (text) => text)).toEqual(numbers);
  });

  it('has a marker where it ends, in lists and in objects', () => {
    const list = Array.from({ length: 50 }, () => 'x'.repeat(1_000));
    const ended = boundedValue(list, (text) => text) as string[];
    expect(ended.at(-1)).toBe('…');
    expect(ended.length).toBeLessThan(20);
    const record = Object.fromEntries(list.map((text, index) => [`name${index}`, text]));
    expect(Object.entries(boundedValue(record, (text) => text) as object).at(-1)).toEqual([
      '…',
      '…',
    ]);
  });

  it('does not change when it is bounded again', () => {
    const once = boundedValue(tree(3, 40, 'x'.repeat(50)), (text) => text);
    expect(totalOf(boundedValue(once, (text) => text)).nodes).toBeLessThanOrEqual(MOST_NODES + 20);
  });
});

describe('readErrorBody of twenty megabytes', () => {
  it.each(BODIES)('reads no more than it shows: %s', (_, json) => {
    const body: unknown = JSON.parse(json());
    const redactor = new CountingRedactor();
    const { code, message, details } = readErrorBody(body, 400, redactor);
    const { nodes, text } = totalOf(details);
    expect(nodes).toBeLessThanOrEqual(MOST_NODES + 20);
    expect(text).toBeLessThanOrEqual(MOST_TEXT + 20);
    expect(code.length).toBeLessThanOrEqual(100);
    expect(message.length).toBeLessThanOrEqual(1_000);
    expect(redactor.characters).toBeLessThanOrEqual(6 * MOST_TEXT);
  });

  it('redacts what it cuts', () => {
    const redactor = new SecretRedactor();
    redactor.remember(SECRET);
    for (let shift = 0; shift < SECRET.length; shift += 1) {
      const echo = `${' '.repeat(shift)}${repeated(SECRET)}`;
      const read = readErrorBody({ error: echo, details: { [echo]: [echo] } }, 400, redactor);
      expect(JSON.stringify(read)).toContain('[secret]');
      expect(JSON.stringify(read)).not.toContain(SECRET.slice(0, 12));
    }
  });
});

describe('readErrorBody of a response with credentials', () => {
  it('shows none of them, and redacts them everywhere else', () => {
    const named = {
      access_token: 'made-just-now',
      refreshToken: 'made-as-well',
      'Client-Secret': 'the-client-s',
      HTTP_AUTHORIZATION: 'Bearer made-just-now',
    };
    const read = readErrorBody(
      { ...named, error: 'odd', error_description: 'No: made-just-now', other: ['made-as-well'] },
      400,
      new SecretRedactor(),
    );
    expect(read.message).toBe('No: [secret]');
    expect(read.details).toEqual({
      access_token: '[secret]',
      refreshToken: '[secret]',
      'Client-Secret': '[secret]',
      HTTP_AUTHORIZATION: '[secret]',
      other: ['[secret]'],
    });
  });

  it('shows what is wrong with a field of such a name, and the token of a chain', () => {
    const details = { access_token: ['This field is required.'], token: 'USDT' };
    expect(readErrorBody({ details }, 400, new SecretRedactor()).details).toEqual(details);
  });
});
