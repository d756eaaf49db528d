/** RFC 6749 §5.2, for servers that name a code and say nothing. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'The client credentials were not accepted.'],
  ['invalid_grant', 'The client credentials were not accepted.'],
  ['unauthorized_client', 'The client may not use the client credentials flow.'],
  ['unsupported_grant_type', 'The token endpoint does not support the client credentials flow.'],
  ['invalid_scope', 'A scope is unknown, or the client may not have it.'],
  ['invalid_request', 'The token endpoint did not understand the request.'],
]);

/** Returns what the OAuth error `code` means; empty for any other code. */
export function oauthMessage(code: string): string {
  return MESSAGES.get(code) ?? '';
}
