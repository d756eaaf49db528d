import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { SecretRedactor } from '../config/secret-redactor.js';
import type { Secret } from '../config/secret.js';
import { longestPause } from '../config/settings.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-exceptions.js';
import { readErrorBody } from '../exceptions/error-body.js';
import type { EndSignal } from '../transport/cancellation.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { OriginLease } from '../transport/origins.js';
import { readErrorJson, readJson, UnreadableBody } from '../transport/response-json.js';
import { TransportFailure } from '../transport/transport-failure.js';
import { type TransportResponse, USER_AGENT } from '../transport/transport.js';
import { ClockSkew } from './clock-skew.js';
import {
  type OAuthEndpoint,
  REVOCATION_ENDPOINT,
  TOKEN_ENDPOINT,
  TokenFailure,
} from './token-failure.js';
import { failureOfRefusal } from './token-refusal.js';
import { readTokenGrant, type TokenGrant } from './token-response.js';

const LARGEST_ANSWER = 64 * 1_024;
const TOKEN = 'access_token';
const INVALID_ANSWER = 'invalid_token_response';

/** The OAuth endpoints of the API: `/o/token/` and `/o/revoke_token/`. */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly config: CryptofuseConfig,
    private readonly lease: OriginLease,
    private readonly redactor: SecretRedactor,
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
  ) {}

  /**
   * Asks for a token with the client's credentials (RFC 6749 §4.4).
   *
   * @throws {TokenFailure} where the answer is no grant
   * @throws {TransportFailure} where there is no answer
   */
  async requestToken(secret: Secret, signal: EndSignal): Promise<TokenGrant> {
    const { scopes } = this.config;
    const form = { grant_type: 'client_credentials', scope: scopes.join(' ') };
    const response = await this.#post(TOKEN_ENDPOINT, form, secret, signal);
    const { status, body: bytes, headers } = response;
    if (bytes instanceof TransportFailure) {
      // Without its body a grant is none; any other status says enough by itself.
      throw status === 200 ? bytes : this.#refusal(TOKEN_ENDPOINT, response, undefined);
    }
    const body = status === 200 ? readJson(bytes, headers) : readErrorJson(bytes, headers);
    // A token in a refusal is a secret all the same, in whatever writing it is repeated.
    if (hasToken(body)) this.redactor.remember(body.access_token);
    if (status !== 200 || hasError(body)) throw this.#refusal(TOKEN_ENDPOINT, response, body);
    const grant = grantIn(body, scopes);
    if (typeof grant === 'string') throw this.#invalidAnswer(grant);
    this.redactor.remember(grant.value);
    return { ...grant, scopes: grant.scopes.map((scope) => this.#showable(scope)) };
  }

  /**
   * Revokes `token` (RFC 7009). Any token of ours is answered alike: valid, expired or revoked.
   *
   * @throws {TokenFailure} where the server refuses
   * @throws {TransportFailure} where there is no answer
   */
  async revokeToken(token: string, secret: Secret, signal: EndSignal): Promise<void> {
    const form = { token, token_type_hint: 'access_token' };
    const response = await this.#post(REVOCATION_ENDPOINT, form, secret, signal);
    const { status, body, headers } = response;
    if (status >= 200 && status < 300) return;
    const said = body instanceof TransportFailure ? undefined : readErrorJson(body, headers);
    throw this.#refusal(REVOCATION_ENDPOINT, response, said);
  }

  /** A server may name anything as a scope, and scopes are shown in logs and exceptions. */
  #showable(scope: string): string {
    return this.config.scopes.includes(scope) ? scope : this.redactor.redact(scope);
  }

  async #post(
    { path }: OAuthEndpoint,
    form: Record<string, string>,
    secret: Secret,
    signal: EndSignal,
  ): Promise<TransportResponse & { readonly body: Buffer | TransportFailure }> {
    const { clientId, baseUrl } = this.config;
    const credentials = basicCredentials(clientId, secret.reveal());
    this.redactor.remember(secret.reveal());
    this.redactor.remember(credentials.slice('Basic '.length));
    const asked = this.clock.now();
    const response = await this.lease.transport.send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: {
        authorization: credentials,
        accept: 'application/json',
        'accept-encoding': ACCEPTED_ENCODINGS,
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': USER_AGENT,
      },
      body: Buffer.from(new URLSearchParams(form).toString(), 'utf8'),
      signal,
      maxResponseSize: LARGEST_ANSWER,
      stream: false,
      lane: 'token',
    });
    this.skew.observe(response.headers['date'], asked, this.clock.now());
    const { body } = response;
    const isTold = Buffer.isBuffer(body) || body instanceof TransportFailure;
    return { ...response, body: isTold ? body : Buffer.alloc(0) };
  }

  #refusal(
    endpoint: OAuthEndpoint,
    { status, headers }: TransportResponse,
    body: unknown,
  ): TokenFailure {
    const readable = body instanceof UnreadableBody ? undefined : body;
    return failureOfRefusal({
      status,
      error: readErrorBody(readable, status, this.redactor),
      endpoint,
      headers,
      time: this.skew.readingTime(),
      maxDelay: longestPause(this.config.retry),
      askedScopes: this.config.scopes,
      clientId: this.config.clientId,
    });
  }

  #invalidAnswer(reason: string): TokenFailure {
    const message = `The answer of the token endpoint ${reason}.`;
    const hint = 'Verify that baseUrl is the Cryptofuse API.';
    const facts = {
      code: INVALID_ANSWER,
      message,
      hint,
      clientId: this.config.clientId,
      upstreamStatus: 200,
      outcome: 'not-sent',
    } as const;
    return new TokenFailure('passing', facts, (told) => new CryptofuseServerException(told));
  }
}

/** Returns the grant of a 200, or what is wrong with the answer. */
function grantIn(body: unknown, asked: readonly string[]): TokenGrant | string {
  if (body instanceof UnreadableBody) return body.reason;
  return readTokenGrant(body ?? null, asked);
}

function hasToken(body: unknown): body is { readonly access_token: string } {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, TOKEN)) return false;
  return typeof Reflect.get(body, TOKEN) === 'string';
}

/** An `error` beside a token is an error, unless it says that there is none. */
function hasError(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'error')) return false;
  const error: unknown = Reflect.get(body, 'error');
  return error !== null && error !== '';
}

/**
 * Returns the value of the `Authorization` header for a client (RFC 7617), each half
 * form-urlencoded first (RFC 6749 §2.3.1): FACTS 1.1 tells why the raw form fails.
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Returns `value` as `application/x-www-form-urlencoded` writes it (RFC 6749 appendix B). */
export function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
