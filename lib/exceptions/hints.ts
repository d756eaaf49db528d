const CREDENTIALS =
  'Verify clientId and clientSecret against Settings → API Credentials in the merchant dashboard.';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['invalid_client', CREDENTIALS],
  ['invalid_grant', CREDENTIALS],
  ['authentication_failed', CREDENTIALS],
  ['unauthorized', CREDENTIALS],
  [
    'unauthorized_client',
    'This client may not use the client credentials flow. Create an OAuth2 application for it in the merchant dashboard.',
  ],
  [
    'unsupported_grant_type',
    'The token endpoint must accept grant_type=client_credentials. Verify that baseUrl is the Cryptofuse API.',
  ],
  [
    'invalid_scope',
    'The client may not have a scope that was asked for. Set scopes to those granted in the merchant dashboard.',
  ],
  [
    'insufficient_scope',
    'Grant the client the scope in the merchant dashboard, and name it in the scopes option.',
  ],
  [
    'invalid_request',
    'The token endpoint did not understand the request. Verify baseUrl and clientId.',
  ],
  [
    'redirect_refused',
    'Only GET and HEAD follow a redirect, and only below baseUrl. Keep the trailing slash of the path.',
  ],
  [
    'destination_refused',
    "Give a path relative to baseUrl without dot segments. CryptofuseService takes its values in params: get('/payments/{id}/', { params: { id } }).",
  ],
  [
    'response_too_large',
    'Ask for less at once, read the response as a stream, or raise maxResponseSize.',
  ],
  [
    'rate_limit_exceeded',
    'The limit counts an address or a token, so processes share it. Wait as long as retryAfter says.',
  ],
  [
    'client_closed',
    'The application is shutting down. Await calls in a shutdown hook, or raise drainTimeout.',
  ],
  [
    'credentials_unavailable',
    'The clientSecret function failed or gave no secret. It must return a string or [current, previous].',
  ],
  [
    'dns_failure',
    'The host of baseUrl does not resolve. Verify baseUrl and the DNS of this machine.',
  ],
  ['connection_refused', 'Nothing listens at baseUrl, or a firewall refuses the connection.'],
  [
    'tls_failure',
    'TLS was not set up. Verify baseUrl. When its certificate is self-signed, or signed by an authority of your own or by a proxy that inspects TLS, name the file of that authority in NODE_EXTRA_CA_CERTS before the process starts.',
  ],
  [
    'connection_failed',
    'This machine cannot reach baseUrl. Verify baseUrl, the network and its firewalls.',
  ],
  [
    // Sent only by proxies (RFC 9110 §15.5.8).
    'http_407',
    'A proxy asks for a user and password, or refuses those it was given. Verify the option proxy.',
  ],
  [
    'connections_busy',
    'Every connection was taken by other calls. Raise connections of the transport, or make fewer calls at once.',
  ],
  [
    'token_budget_spent',
    'All clients of this process share the token requests of an origin. Use one client for one merchant; raise token.budget if the server allows more.',
  ],
  ['invalid_token_response', 'Verify that baseUrl is the Cryptofuse API.'],
  [
    'quota_spent',
    "Call less often, lower quota.reserve, or set quota.policy to 'wait' or 'observe'.",
  ],
  ['invalid_interceptor', 'Return what next(request) resolves to, or { status, headers, body }.'],
]);

export const INVALID_OPTIONS_HINT = 'Correct the options that the message names.';

/** For a successful response of the API whose body cannot be read. */
export const UNREADABLE_BODY_HINT = 'Verify baseUrl and the path, or ask for text or bytes.';

/** For a 403, which may or may not name the missing scopes. */
export const MISSING_SCOPE_HINT =
  'Grant the client the required scopes in the merchant dashboard, and name them in the scopes option.';

/** For a refused call that was not retried because its body cannot be sent again. */
export const REPLAY_HINT =
  'The body is a stream, which cannot be sent again. State a function that returns a new stream as the body, and the call is retried.';

const SLOW_SECRET_HINT =
  'The clientSecret function has not returned a secret yet. It must return within timeout.';

/** Hints for a connection that failed between this machine and its proxy. */
const PROXY_HINTS: ReadonlyMap<string, string> = new Map([
  [
    'dns_failure',
    'The host of proxy does not resolve. Verify the option proxy and the DNS of this machine.',
  ],
  [
    'connection_refused',
    'Nothing listens at the address in the option proxy, or a firewall refuses the connection.',
  ],
  [
    'connection_failed',
    'The proxy opened no connection to baseUrl. Verify the option proxy, its user and password, and that the proxy may connect to the host of baseUrl.',
  ],
  [
    'connection_reset',
    'The proxy broke the connection. Verify the scheme, http or https, and the port of the option proxy.',
  ],
  [
    'tls_failure',
    'TLS with the proxy was not set up. Verify the scheme of the option proxy. When its certificate is self-signed, or signed by an authority of your own, name the file of that authority in NODE_EXTRA_CA_CERTS before the process starts.',
  ],
]);

/** Returns the hint for `code`; `undefined` if there is none. */
export function hintFor(code: string): string | undefined {
  return HINTS.get(code);
}

/** Returns the hint for `code` when the failure was between this machine and its proxy. */
export function proxyHintFor(code: string): string | undefined {
  return PROXY_HINTS.get(code) ?? HINTS.get(code);
}

/** Returns the hint for a connection that was not established in time. */
export function connectHint(hasProxy: boolean): string {
  const remedy = 'A firewall may drop what this machine sends.';
  return hasProxy
    ? `Verify that the option proxy can be reached from here, and baseUrl from the proxy. ${remedy}`
    : `Verify that baseUrl can be reached from here. ${remedy}`;
}

/** Returns the hint for a token timeout when no token request is known to have failed. */
export function tokenTimeoutHint(isAwaitingSecret: boolean, hasProxy: boolean): string {
  return isAwaitingSecret ? SLOW_SECRET_HINT : connectHint(hasProxy);
}

/** Returns the hint for a response of an OAuth endpoint, at `path` below `baseUrl`, that is not an OAuth response. */
export function oauthEndpointHint(
  { path, name }: { readonly path: string; readonly name: string },
  status: number,
): string {
  return status >= 500
    ? `The ${name} is in trouble: try later. If that does not help, verify baseUrl: ${path} must be right below it.`
    : `No OAuth response came from the ${name}. Verify baseUrl: ${path} must be right below it.`;
}

/** Returns the hint for a refused token that should be valid; `skew` is a notable clock difference in milliseconds. */
export function refusedTokenHint(skew: number | undefined): string {
  const clocks =
    skew === undefined
      ? 'Check time synchronisation of this machine'
      : `This machine's clock and the server's differ by ${Math.round(Math.abs(skew) / 1_000)} s: check time synchronisation`;
  return `The API refused a token it had issued. ${clocks}, and that the client is still active.`;
}
