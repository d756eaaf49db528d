import { createHash } from 'node:crypto';
import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';
import { apiError, jsonResponse, type SandboxResponse, type StreamedBody } from './response.js';

const CHUNK = Buffer.alloc(64 * 1024);

/** `/echo/`: takes a body of any size, and holds none of it in memory. @internal */
export const ECHO_RESOURCE: ApiResource = {
  path: /^\/echo\/$/,
  methods: { POST: digest, PUT: digest },
  isStreamed: true,
};

/** `/export/?bytes=N`: sends N bytes, never held as a whole. If `bytes` is repeated, the last one counts. @internal */
export const EXPORT_RESOURCE: ApiResource = {
  path: /^\/export\/$/,
  methods: { GET: exportBytes },
};

async function digest(call: Call): Promise<SandboxResponse> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of call.stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return jsonResponse(200, {
    bytes,
    content_type: call.headers['content-type'] ?? 'text/plain',
    sha256: hash.digest('hex'),
  });
}

function exportBytes(call: Call): SandboxResponse {
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
      for (let rest = length; rest > 0; rest -= CHUNK.length) yield CHUNK.subarray(0, rest);
    },
  };
}
