import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { firstValueFrom } from 'rxjs';
import { CryptofuseException, CryptofuseUnavailableException } from '../../lib/index.js';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { ChildOfTest } from './child-process.js';
import type { ClientOptions } from './sandbox-process.js';
import type { Transfer, Transferred } from './stream-process.js';

const MEGABYTE = 2 ** 20;
const BYTES = 50 * MEGABYTE;
const MOST_GROWTH = 25 * MEGABYTE;

describe('a stream of 50 MB', () => {
  let sandbox: ChildOfTest;
  let client: ChildOfTest;
  let options: ClientOptions;
  beforeAll(async () => {
    sandbox = new ChildOfTest('sandbox-process.ts');
    options = (await sandbox.ask()) as ClientOptions;
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => {
    client = new ChildOfTest('stream-process.ts');
  });
  afterEach(() => client.stop());

  it.each(['up', 'down'] as const)(
    'goes %s completely, with less than 25 MB of memory',
    async (way) => {
      const transfer: Transfer = { options, way, bytes: BYTES };
      const transferred = (await client.ask(transfer)) as Transferred;
      process.stdout.write(
        `50 MB ${way}: ${Math.round(transferred.growth / MEGABYTE)} MB of RSS\n`,
      );
      expect(transferred.received).toBe(transferred.sent);
      expect(transferred.growth).toBeLessThan(MOST_GROWTH);
    },
  );
});

describe('a stream that breaks', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  it.each([
    ['is cut', { truncate: true as const }, 'response_truncated'],
    ['is no gzip', { headers: { 'content-encoding': 'gzip' } }, 'response_undecodable'],
  ])('because it %s fails its reader with a typed exception', async (_, fault, code) => {
    client.sandbox.fail({ on: 'api', ...fault });
    const call = client.http.get<Readable>('/export/?bytes=1000000', { responseType: 'stream' });
    const { data } = await firstValueFrom(call);
    const error = await rejectionOf(buffer(data));
    expect(error).toBeInstanceOf(CryptofuseException);
    expect(error).toBeInstanceOf(CryptofuseUnavailableException);
    expect(error).toMatchObject({ code, outcome: 'unknown' });
  });
});
