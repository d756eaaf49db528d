import { createHash } from 'node:crypto';
import { type Answer, jsonAnswer } from './response.js';
import type { ApiResource } from './api-resource.js';
import type { Call } from './call.js';

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
