import type { ClientCredentials, ContractTarget } from './contract-target.js';
import { jsonOf } from './json-body.js';
import { type RawAnswer, sendRaw } from './raw-request.js';

/** What a token request states; without a member the client does it as it should. */
export interface TokenRequest {
  /** The value of `Authorization`; `null` for none. */
  readonly authorization?: string | null;
  /** The body, as it goes over the wire. */
  readonly form?: string;
  readonly contentType?: string;
  readonly method?: string;
  /** Under the base URL. */
  readonly path?: string;
}

export const FORM = 'application/x-www-form-urlencoded';

/** Returns `Basic …` of the two halves as they are, in UTF-8 or in another encoding. */
export function rawBasic(id: string, secret: string, encoding: BufferEncoding = 'utf8'): string {
  return `Basic ${Buffer.from(`${id}:${secret}`, encoding).toString('base64')}`;
}

/** Returns `Basic …` as RFC 6749 §2.3.1 wants it: each half form-urlencoded. */
export function encodedBasic({ clientId, clientSecret }: ClientCredentials): string {
  return rawBasic(formEncoded(clientId), formEncoded(clientSecret));
}

/** Sends a token request of the target's first client, or what `request` makes of it. */
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

/** Sends a revocation request of the target's first client, or what `request` makes of it. */
export async function revoke(
  target: ContractTarget,
  token: string,
  request: TokenRequest = {},
): Promise<RawAnswer> {
  return sendOauth(target, { path: '/o/revoke_token/', form: `token=${token}`, ...request });
}

/** Returns a new access token of the first client; throws where the server issues none. */
export async function issueToken(target: ContractTarget, scope?: string): Promise<string> {
  const scopeMember = scope === undefined ? '' : `&scope=${scope}`;
  const answer = await requestToken(target, {
    form: `grant_type=client_credentials${scopeMember}`,
  });
  return tokenOf(answer);
}

/** Returns the `access_token` of an answer; throws where there is none. */
export function tokenOf(answer: RawAnswer): string {
  const { access_token: token } = jsonOf(answer);
  if (typeof token !== 'string') {
    throw new Error(`No token: ${answer.status} ${answer.body.toString()}`);
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
