import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { beforeEach, expect, it } from '@jest/globals';

import { callApi } from './api-request.js';
import type { ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { FORM, issueToken } from './token-request.js';

const MIB = 1024 * 1024;
const block = Buffer.alloc(MIB, 'cryptofuse');

const contentTypes = [
  'application/octet-stream',
  'application/json',
  FORM,
  'multipart/form-data; boundary=none',
  'text/csv; charset=utf-8',
];

/** `/echo/` and `/export/`: bodies of any size in either direction. */
export function describeStreams(target: () => ContractTarget): void {
  let token: string;

  beforeEach(async () => {
    token = await issueToken(target());
  });

  it.each(contentTypes)('echoes length, type and digest of a body of %s', async (contentType) => {
    const response = await callApi(target(), token, '/echo/', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: 'neither=JSON&nor a form',
    });

    expect(response.status).toBe(200);
    expect(jsonOf(response)).toEqual({
      bytes: 23,
      content_type: contentType,
      sha256: sha256('neither=JSON&nor a form'),
    });
  });

  it('takes PUT as well', async () => {
    const response = await callApi(target(), token, '/echo/', {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: 'ab',
    });

    expect(jsonOf(response)).toMatchObject({ bytes: 2, sha256: sha256('ab') });
  });

  it('takes an empty body', async () => {
    const response = await callApi(target(), token, '/echo/', { method: 'POST' });

    expect(response.status).toBe(200);
    expect(jsonOf(response)).toMatchObject({ bytes: 0, sha256: sha256('') });
  });

  it('takes a chunked stream', async () => {
    const response = await callApi(target(), token, '/echo/', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Readable.from([block, block, block]),
    });

    expect(response.status).toBe(200);
    expect(jsonOf(response)).toMatchObject({
      bytes: 3 * MIB,
      sha256: sha256(Buffer.concat([block, block, block])),
    });
  });

  it.each([0, 1, 3 * MIB + 7])('exports %d bytes', async (size) => {
    const response = await callApi(target(), token, `/export/?bytes=${size}`);

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/octet-stream');
    expect(response.body).toHaveLength(size);
  });

  it.each(['', '?bytes=', '?bytes=many', '?bytes=-1', '?bytes=%D9%A3'])(
    'the export %j is 400',
    async (query) => {
      const response = await callApi(target(), token, `/export/${query}`);

      expect(response.status).toBe(400);
      expect(jsonOf(response)).toMatchObject({ error: { code: 'invalid_request' } });
    },
  );
}

function sha256(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
