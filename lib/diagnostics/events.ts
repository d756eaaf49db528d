/** A token in an event: its scopes, and a fingerprint that tells it apart from others; never its value. */
export interface AuditedToken {
  /** 12 hex digits, keyed per process: comparable only within one process. */
  readonly token: string;
  readonly scopes: readonly string[];
}

/** An event that operators are warned about. */
export type CryptofuseWarning =
  | { readonly kind: 'token-request-failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'revocation-failed'; readonly code: string; readonly message: string }
  /** Milliseconds the server's clock is ahead of this machine's. */
  | { readonly kind: 'clock-skew'; readonly skew: number }
  /** Why certificates are not verified. */
  | { readonly kind: 'tls-unverified'; readonly reason: string }
  /** Events dropped because the audit sink was too slow, since it last kept up. */
  | { readonly kind: 'audit-events-dropped'; readonly count: number };

/** An event in the life of a token. */
export type TokenEvent =
  /** `lifetime` is in seconds. */
  | ({ readonly kind: 'token-issued'; readonly lifetime: number } & AuditedToken)
  | ({ readonly kind: 'token-renewed'; readonly lifetime: number } & AuditedToken)
  | ({ readonly kind: 'token-refused' } & AuditedToken)
  | ({ readonly kind: 'token-invalidated' } & AuditedToken)
  | ({ readonly kind: 'token-revoked' } & AuditedToken);

/** An event about a call that used a token. */
export type RequestEvent =
  | ({
      readonly kind: 'request-authorised';
      readonly method: string;
      /** The path without its query, with `{id}` for each segment that looks like an identifier. */
      readonly path: string;
      /** The response's status; `undefined` if there was no response. */
      readonly status: number | undefined;
      /** Milliseconds from sending the request to the response or the failure. */
      readonly duration: number;
    } & AuditedToken)
  | { readonly kind: 'destination-refused'; readonly reason: string };

/** Everything reported to an audit sink about a client. Never contains a secret. */
export type CryptofuseEvent = CryptofuseWarning | TokenEvent | RequestEvent;

/** An event as an audit sink receives it. */
export type CryptofuseAuditEvent = CryptofuseEvent & {
  /** When it happened, by this machine's clock. */
  readonly at: Date;
  /** The client's name; `undefined` if it has none. */
  readonly client: string | undefined;
  readonly clientId: string;
};

const WARNINGS: ReadonlySet<CryptofuseEvent['kind']> = new Set<CryptofuseWarning['kind']>([
  'token-request-failed',
  'revocation-failed',
  'clock-skew',
  'tls-unverified',
  'audit-events-dropped',
]);

/** Returns whether `event` is logged as a warning. */
export function isWarning(event: CryptofuseEvent): event is CryptofuseWarning {
  return WARNINGS.has(event.kind);
}

/** Returns `event` as a log line. */
export function eventLine(event: CryptofuseAuditEvent): string {
  return clientLine(event, isWarning(event) ? warning(event) : record(event));
}

/** Returns `text` as a log line about a client. */
export function clientLine(
  { client, clientId }: Pick<CryptofuseAuditEvent, 'client' | 'clientId'>,
  text: string,
): string {
  const which = client === undefined ? clientId : `${client} (${clientId})`;
  return `client ${which}: ${text}`;
}

function warning(event: CryptofuseWarning): string {
  switch (event.kind) {
    case 'token-request-failed':
      return `no new token: ${event.code}, ${event.message}`;
    case 'revocation-failed':
      return `the token could not be revoked: ${event.code}, ${event.message}`;
    case 'clock-skew':
      return `this machine's clock and the server's differ by ${event.skew} ms: check time synchronisation`;
    case 'tls-unverified':
      return `the server's certificate is not verified: ${event.reason}`;
    case 'audit-events-dropped':
      return `the audit sink is too slow: ${event.count} events were dropped`;
  }
}

function record(event: TokenEvent | RequestEvent): string {
  switch (event.kind) {
    case 'token-issued':
    case 'token-renewed': {
      const how = event.kind === 'token-issued' ? 'issued' : 'renewed';
      return `token ${event.token} ${how} for ${event.lifetime} s, scopes: ${event.scopes.join(' ')}`;
    }
    case 'token-refused':
      return `the API refused the token ${event.token}`;
    case 'token-invalidated':
      return `token ${event.token} invalidated`;
    case 'token-revoked':
      return `token ${event.token} revoked`;
    case 'request-authorised':
      return `${event.method} ${event.path} ${event.status ?? 'no response'} ${Math.round(event.duration)} ms, token ${event.token}`;
    case 'destination-refused':
      return `a call was refused: its URL ${event.reason}`;
  }
}
