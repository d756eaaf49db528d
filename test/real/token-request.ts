import type { ClientCredentials, ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { type RawAnswer, sendRaw } from './raw-request.js';

/** The parts of a token request; a missing one takes its correct value. */
export interface TokenRequest {
  /** The value of `Authorization`; `null` for none. */
  readonly authorization?: string | null;
  /** The body, as it is sent. */
  readonly form?: string;
  readonly contentType?: string;
  readonly method?: string;
  /** Under the base URL. */
  readonly path?: string;
}

export const FORM = 'application/x-www-form-urlencoded';

/** Returns `Basic …` with both halves unchanged, in UTF-8 or in another encoding. */
export function rawBasic(id: string, secret: string, encoding: BufferEncoding = 'utf8'): string {
  return `Basic ${Buffer.from(`${id}:${secret}`, encoding).toString('base64')}`;
}

/** Returns `Basic …` as RFC 6749 §2.3.1 requires: each half form-urlencoded. */
export function encodedBasic({ clientId, clientSecret }: ClientCredentials): string {
  return rawBasic(formEncoded(clientId), formEncoded(clientSecret));
}

/** Sends a token request of the target's first client, overridden by `request`. */
export async function requestToken(
  target: ContractTarget,
  request: TokenRequest = {},
): Promise<RawAnswer> {
  return sendOauth(target, {
    path: '/o/token/',
    form: 'grant_type=client_credentials&scope=read+write',
    ...request,
  });
}

/** Sends a revocation request of the target's first client, overridden by `request`. */
export async function revoke(
  target: ContractTarget,
  token: string,
  request: TokenRequest = {},
): Promise<RawAnswer> {
  return sendOauth(target, { path: '/o/revoke_token/', form: `token=${token}`, ...request });
}

/** Returns a new access token of the first client; throws if the server issues none. */
export async function issueToken(target: ContractTarget, scope?: string): Promise<string> {
  const scopeMember = scope === undefined ? '' : `&scope=${scope}`;
  const response = await requestToken(target, {
    form: `grant_type=client_credentials${scopeMember}`,
  });
  return tokenOf(response);
}

/** Returns the `access_token` of a response; throws if there is none. */
export function tokenOf(response: RawAnswer): string {
  const { access_token: token } = jsonOf(response);
  if (typeof token !== 'string') {
    throw new Error(`No token: ${response.status} ${response.body.toString()}`);
  }
  return token;
}

async function sendOauth(target: ContractTarget, request: TokenRequest): Promise<RawAnswer> {
  const authorization = request.authorization ?? encodedBasic(target);
  return sendRaw(`${target.url}${request.path ?? ''}`, {
    method: request.method ?? 'POST',
    headers: {
      ...(request.authorization === null ? {} : { authorization }),
      'content-type': request.contentType ?? FORM,
    },
    body: request.form,
  });
}

function formEncoded(half: string): string {
  return new URLSearchParams([['', half]]).toString().slice(1);
}
