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
    'Ask for less at once, read the answer as a stream, or raise maxResponseSize.',
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
    // Of a proxy alone (RFC 9110 §15.5.8).
    'http_407',
    'A proxy asks for a user and password, or refuses those it was given. Verify the option proxy.',
  ],
  [
    'connections_busy',
    'Every connection was taken by other calls. Raise connections of the transport, or make fewer calls at once.',
  ],
]);

/** The same where the connection that failed was the one to the proxy. */
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

/** Returns what to do about `code`; `undefined` where there is no general remedy. */
export function hintFor(code: string): string | undefined {
  return HINTS.get(code);
}

/** Returns what to do about `code` when it came up between this machine and its proxy. */
export function proxyHintFor(code: string): string | undefined {
  return PROXY_HINTS.get(code) ?? HINTS.get(code);
}

/** Returns what to do when no connection came about in time. */
export function connectHint(hasProxy: boolean): string {
  const remedy = 'A firewall may drop what this machine sends.';
  return hasProxy
    ? `Verify that the option proxy can be reached from here, and baseUrl from the proxy. ${remedy}`
    : `Verify that baseUrl can be reached from here. ${remedy}`;
}
