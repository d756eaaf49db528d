import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForkedProcess } from '../support/forked-process.js';
import type { ReleaseRun } from './released-client.js';

describe('the async context of a caller', () => {
  let client: ForkedProcess;

  beforeAll(async () => {
    client = new ForkedProcess(new URL('released-client.ts', import.meta.url), ['--expose-gc']);
    await client.next('ready');
  });

  afterAll(() => client.stop());

  it.each<ReleaseRun['transport']>(['axios', 'undici', 'undici with two connections'])(
    'is released once its calls are over, while the client and other calls go on, on %s',
    async (transport) => {
      const outcome = client.next('outcome');
      const run: ReleaseRun = { kind: 'run', transport };
      client.send(run);
      expect(await outcome).toMatchObject({ held: [] });
    },
  );
});
