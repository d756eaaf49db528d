import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodeBody, responseReading } from '../../../lib/transport/content-decoding.js';
import { GatheredBytes } from '../../../lib/transport/response-content.js';

describe('the reading of responses', () => {
  it('reports received data once', () => {
    const hasRead = responseReading.watch();
    expect(hasRead()).toBe(false);
    new GatheredBytes().add(Buffer.from('a'));
    expect([hasRead(), hasRead()]).toEqual([true, false]);
  });

  it.each([
    ['decoded', gzipSync('text'), 'text'],
    ['refused', Buffer.from('no gzip'), 'response_undecodable'],
  ])('reports a body until it is %s', async (_, body, expected) => {
    const hasRead = responseReading.watch();
    const decoded = decodeBody(body, ['gzip'], 100).then(String, (error: unknown) => error);
    expect([hasRead(), hasRead()]).toEqual([true, true]);
    expect(await decoded).toEqual(
      expected === 'text' ? expected : expect.objectContaining({ code: expected }),
    );
    expect(hasRead()).toBe(false);
  });
});
