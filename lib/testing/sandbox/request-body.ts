import type { IncomingMessage } from 'node:http';

/** The largest body that is held in memory: one megabyte. */
const LARGEST_BODY = 1024 * 1024;

/** Reads a body to its end; `undefined` where it is larger than what is held in memory. */
export async function collectBody(stream: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LARGEST_BODY) {
      chunks.push(chunk);
    }
  }
  return length <= LARGEST_BODY ? Buffer.concat(chunks) : undefined;
}
