import type { Clock } from '../clock/clock.js';
import type { SecretRedactor } from '../config/secret-redactor.js';
import type { Secret } from '../config/secret.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-exceptions.js';
import { readErrorBody } from '../exceptions/error-body.js';
import { hintFor } from '../exceptions/hints.js';
import {
  type AbortSignalLike,
  type Transport,
  TransportFailure,
  type TransportResponse,
  USER_AGENT,
} from '../contracts/transport.js';
import { ACCEPTED_ENCODINGS } from '../transport/content-decoding.js';
import { readErrorJson, readJson, UnreadableBody } from '../transport/response-content.js';
import type { ClockSkew } from './clock-skew.js';
import type { Credentials } from './credentials.js';
import {
  type OAuthEndpoint,
  REVOCATION_ENDPOINT,
  TOKEN_ENDPOINT,
  type TokenFailure,
  tokenFailure,
} from './token-failure.js';
import { failureForRefusal } from './token-refusal.js';
import { readTokenGrant, type TokenGrant } from './token-response.js';

const LARGEST_RESPONSE = 64 * 1_024;
const TOKEN = 'access_token';
const INVALID_RESPONSE = 'invalid_token_response';

/** The client that requests a token, and the secret it uses. */
export interface TokenClient {
  readonly credentials: Credentials;
  readonly secret: Secret;
  /** Remembers every secret that is sent or received. */
  readonly redactor: SecretRedactor;
}

/** The OAuth endpoints of the API: `/o/token/` and `/o/revoke_token/`. */
export class TokenEndpoint {
  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
    /** The wait for a `Retry-After` that cannot be read, in milliseconds. */
    private readonly maxDelay: number,
  ) {}

  /**
   * Requests a token with the client's credentials (RFC 6749 §4.4).
   *
   * @throws {TokenFailure} if the response is not a grant
   * @throws {TransportFailure} if there is no response
   */
  async requestToken(client: TokenClient, signal: AbortSignalLike): Promise<TokenGrant> {
    const { credentials, redactor } = client;
    const { scopes } = credentials;
    const form = { grant_type: 'client_credentials', scope: scopes.join(' ') };
    const response = await this.#post(TOKEN_ENDPOINT, form, client, signal);
    const { status, body: bytes, headers } = response;
    if (bytes instanceof TransportFailure) {
      // A grant needs its body; for any other status, the status is enough.
      throw status === 200 ? bytes : this.#refusal(TOKEN_ENDPOINT, response, undefined, client);
    }
    const body = status === 200 ? readJson(bytes, headers) : readErrorJson(bytes, headers);
    // A token in a refusal is still a secret.
    if (hasToken(body)) redactor.remember(body.access_token);
    if (status !== 200 || hasError(body)) {
      throw this.#refusal(TOKEN_ENDPOINT, response, body, client);
    }
    const grant = grantFrom(body, scopes);
    if (typeof grant === 'string') throw invalidResponse(grant, credentials.clientId);
    redactor.remember(grant.value);
    return { ...grant, scopes: grant.scopes.map((scope) => redactedScope(scope, client)) };
  }

  /**
   * Revokes `token` (RFC 7009). The response is the same for a valid, expired or revoked token.
   *
   * @throws {TokenFailure} if the server refuses
   * @throws {TransportFailure} if there is no response
   */
  async revokeToken(token: string, client: TokenClient, signal: AbortSignalLike): Promise<void> {
    const form = { token, token_type_hint: 'access_token' };
    const response = await this.#post(REVOCATION_ENDPOINT, form, client, signal);
    const { status, body, headers } = response;
    if (status >= 200 && status < 300) return;
    const error = body instanceof TransportFailure ? undefined : readErrorJson(body, headers);
    throw this.#refusal(REVOCATION_ENDPOINT, response, error, client);
  }

  async #post(
    { path }: OAuthEndpoint,
    form: Record<string, string>,
    { credentials, secret, redactor }: TokenClient,
    signal: AbortSignalLike,
  ): Promise<TransportResponse & { readonly body: Buffer | TransportFailure }> {
    const { clientId, baseUrl } = credentials;
    const authorization = basicCredentials(clientId, secret.reveal());
    redactor.remember(secret.reveal());
    redactor.remember(authorization.slice('Basic '.length));
    const asked = this.clock.now();
    const response = await this.transport.send({
      method: 'POST',
      url: `${baseUrl}${path}`,
      headers: {
        authorization,
        accept: 'application/json',
        'accept-encoding': ACCEPTED_ENCODINGS,
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': USER_AGENT,
      },
      body: Buffer.from(new URLSearchParams(form).toString(), 'utf8'),
      signal,
      maxResponseSize: LARGEST_RESPONSE,
      stream: false,
      lane: 'token',
    });
    this.skew.observe(response.headers['date'], asked, this.clock.now(), credentials);
    const { body } = response;
    const isComplete = Buffer.isBuffer(body) || body instanceof TransportFailure;
    return { ...response, body: isComplete ? body : Buffer.alloc(0) };
  }

  #refusal(
    endpoint: OAuthEndpoint,
    { status, headers }: TransportResponse,
    body: unknown,
    { credentials, redactor }: TokenClient,
  ): TokenFailure {
    const readable = body instanceof UnreadableBody ? undefined : body;
    return failureForRefusal({
      status,
      error: readErrorBody(readable, status, redactor),
      endpoint,
      headers,
      time: this.skew.readingTime(),
      maxDelay: this.maxDelay,
      askedScopes: credentials.scopes,
      clientId: credentials.clientId,
    });
  }
}

/** Redacts a scope that was not asked for: scopes are shown in logs and exceptions. */
function redactedScope(scope: string, { credentials, redactor }: TokenClient): string {
  return credentials.scopes.includes(scope) ? scope : redactor.redact(scope);
}

function invalidResponse(reason: string, clientId: string): TokenFailure {
  const message = `The response of the token endpoint ${reason}.`;
  const facts = {
    code: INVALID_RESPONSE,
    message,
    hint: hintFor(INVALID_RESPONSE),
    clientId,
    upstreamStatus: 200,
    outcome: 'not-sent',
  } as const;
  return tokenFailure('passing', facts, CryptofuseServerException);
}

/** Returns the grant in the body of a 200, or what is wrong with it. */
function grantFrom(body: unknown, asked: readonly string[]): TokenGrant | string {
  if (body instanceof UnreadableBody) return body.reason;
  return readTokenGrant(body ?? null, asked);
}

function hasToken(body: unknown): body is { readonly access_token: string } {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, TOKEN)) return false;
  return typeof Reflect.get(body, TOKEN) === 'string';
}

/** Returns whether `body` has an `error`, even beside a token; `null` and empty text do not count. */
function hasError(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'error')) return false;
  const error: unknown = Reflect.get(body, 'error');
  return error !== null && error !== '';
}

/**
 * Returns the value of the `Authorization` header for a client (RFC 7617), each half
 * form-urlencoded first (RFC 6749 §2.3.1). FACTS 1.1 explains why the raw form fails.
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** Returns `value` as `application/x-www-form-urlencoded` writes it (RFC 6749 appendix B). */
export function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
