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
    'The certificate was not accepted. Verify baseUrl and the certificate authorities of this machine.',
  ],
]);

/** Returns what to do about `code`; `undefined` where there is no general remedy. */
export function hintFor(code: string): string | undefined {
  return HINTS.get(code);
}
