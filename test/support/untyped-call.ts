import { CryptofuseConfigException, type ConfigProblem } from '../../lib/index.js';
import { rejectionOf } from './rejection-of.js';
import type { SandboxClient } from './sandbox-client.js';

/** A method of `CryptofuseService` that makes a call. */
export type CallMethod = 'request' | 'get' | 'post' | 'put' | 'patch' | 'delete' | 'me';

/** Makes a call as JavaScript may: with arguments that the types do not admit. */
export function untypedCall(
  { api }: SandboxClient,
  method: CallMethod,
  ...args: unknown[]
): Promise<unknown> {
  const face: Record<CallMethod, (...args: never[]) => Promise<unknown>> = api;
  return face[method](...(args as never[]));
}

/** Returns what is wrong with a call; throws where it was not refused, or anything was sent. */
export async function problemsOfCall(
  client: SandboxClient,
  method: CallMethod,
  ...args: unknown[]
): Promise<readonly ConfigProblem[]> {
  const before = client.sandbox.requests.length;
  const error = await rejectionOf(untypedCall(client, method, ...args));
  const sent = client.sandbox.requests.slice(before).map(({ path }) => path);
  if (sent.length > 0) throw new Error(`It sent something: ${sent.join(', ')}.`);
  if (error instanceof CryptofuseConfigException) return error.problems;
  throw new Error('It rejected with another error.', { cause: error });
}
