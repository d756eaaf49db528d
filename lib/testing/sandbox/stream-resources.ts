import { createHash } from 'node:crypto';
import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import { type Answer, apiError, jsonAnswer, type StreamedBody } from './response.js';

/** `/echo/`: takes a body of any size, and holds none of it. */
export const ECHO_RESOURCE: ApiResource = {
  path: /^\/echo\/$/,
  methods: { POST: digest, PUT: digest },
  streamed: true,
};

async function digest(call: Call): Promise<Answer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of call.stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return jsonAnswer(200, {
    bytes,
    content_type: call.headers['content-type'] ?? 'text/plain',
    sha256: hash.digest('hex'),
  });
}

const CHUNK = Buffer.alloc(64 * 1024);

/** `/export/?bytes=N`: an answer of any size, never held as a whole. Of several sizes the last one counts. */
export const EXPORT_RESOURCE: ApiResource = {
  path: /^\/export\/$/,
  methods: { GET: exportBytes },
};

function exportBytes(call: Call): Answer {
  const size = call.query.getAll('bytes').at(-1) ?? '';
  if (!/^[0-9]{1,15}$/.test(size)) {
    const details = { bytes: ['A number of bytes is required.'] };
    return apiError(400, 'invalid_request', 'The request is not valid', details);
  }
  const headers = { 'content-type': 'application/octet-stream' };
  return { status: 200, headers, body: zeros(Number(size)) };
}

function zeros(length: number): StreamedBody {
  return {
    length,
    *chunks() {
      for (let rest = length; rest > 0; rest -= CHUNK.length) {
        yield CHUNK.subarray(0, rest);
      }
    },
  };
}
