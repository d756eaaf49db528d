import type { ContractTarget } from './contract-target.js';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.js';

/** Sends a request with a bearer token; with no credentials if there is no token. */
export async function callApi(
  target: ContractTarget,
  token: string | undefined,
  path: string,
  request: RawRequest = {},
): Promise<RawAnswer> {
  const bearer: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  return sendRaw(`${target.url}${path}`, {
    ...request,
    headers: { ...bearer, ...request.headers },
  });
}

/** Returns a request of `method` with a JSON body. */
export function jsonRequest(method: string, body: unknown): RawRequest {
  return {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
