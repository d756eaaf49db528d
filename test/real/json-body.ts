import type { RawAnswer } from './raw-request.js';

/** Returns the members of a JSON body; throws if it is not a JSON object. */
export function jsonOf(answer: RawAnswer): Record<string, unknown> {
  const body: unknown = JSON.parse(answer.body.toString());
  if (typeof body !== 'object' || body === null) {
    throw new Error(`Not an object: ${answer.body.toString()}`);
  }
  return { ...body };
}
