import type { Readable } from 'node:stream';
import { readErrorJson, readJson, UnreadableBody } from '../transport/json-body.js';
import type { ReadableBody, ResponseHeaders, TransportResponse } from '../transport/transport.js';
import type { CryptofuseRequest } from './cryptofuse-request.js';

/** Of an error's body no more is read than an exception can show. */
const LARGEST_ERROR = 64 * 1_024;

/** Returns the body of an answer as the request wants it; that of an error as JSON, once it is there. */
export function answerBody(
  { responseType, accepts }: Pick<CryptofuseRequest, 'responseType' | 'accepts'>,
  { status, headers }: Pick<TransportResponse, 'status' | 'headers'>,
  body: ReadableBody,
): unknown {
  if (!accepts(status)) {
    return Buffer.isBuffer(body) ? readErrorJson(body, headers) : errorOf(body, headers);
  }
  if (!Buffer.isBuffer(body) || responseType === 'bytes') return body;
  if (responseType === 'text') return body.toString('utf8');
  const json = readJson(body, headers);
  return json instanceof UnreadableBody && isNoContent(status) ? undefined : json;
}

function isNoContent(status: number): boolean {
  return status === 204 || status === 205;
}

async function errorOf(stream: Readable, headers: ResponseHeaders): Promise<unknown> {
  return readErrorJson(await firstBytes(stream), headers);
}

async function firstBytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST_ERROR) break;
    }
  } catch {
    // A broken error's body still leaves its status.
  }
  return Buffer.concat(chunks);
}
