/** A token in an event: its scopes, and a fingerprint that tells it apart from others; never its value. */
export interface AuditedToken {
  /** 12 hex digits, keyed anew in each process: of use within it alone. */
  readonly token: string;
  readonly scopes: readonly string[];
}

/** What an operator is warned of. */
export type CryptofuseWarning =
  | { readonly kind: 'token-request-failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'revocation-failed'; readonly code: string; readonly message: string }
  /** Milliseconds the server's clock is ahead of this machine's. */
  | { readonly kind: 'clock-skew'; readonly skew: number }
  /** Why certificates are not verified. */
  | { readonly kind: 'tls-unverified'; readonly reason: string }
  /** Events that the audit sink was too slow for, since it last kept up. */
  | { readonly kind: 'audit-events-dropped'; readonly count: number };

/** What became of a token. */
export type TokenEvent =
  /** `lifetime`: seconds. */
  | ({ readonly kind: 'token-issued'; readonly lifetime: number } & AuditedToken)
  | ({ readonly kind: 'token-renewed'; readonly lifetime: number } & AuditedToken)
  | ({ readonly kind: 'token-refused' } & AuditedToken)
  | ({ readonly kind: 'token-invalidated' } & AuditedToken)
  | ({ readonly kind: 'token-revoked' } & AuditedToken);

/** What a token was used for. */
export type RequestEvent =
  | ({
      readonly kind: 'request-authorised';
      readonly method: string;
      /** The path with `{id}` for what looks like an identifier, without its query. */
      readonly path: string;
      /** Of the response; `undefined` if none came. */
      readonly status: number | undefined;
      /** Milliseconds from sending to the response, or to the failure. */
      readonly duration: number;
    } & AuditedToken)
  | { readonly kind: 'destination-refused'; readonly reason: string };

/** What an audit sink is told of a client. It never holds a secret. */
export type CryptofuseEvent = CryptofuseWarning | TokenEvent | RequestEvent;

/** An event as an audit sink gets it. */
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

/** Returns whether `event` is one that an operator is warned of. */
export function isWarning(event: CryptofuseEvent): event is CryptofuseWarning {
  return WARNINGS.has(event.kind);
}

/** Returns `event` as one line of a log. */
export function eventLine(event: CryptofuseAuditEvent): string {
  return clientLine(event, isWarning(event) ? warning(event) : record(event));
}

/** Returns `text` as a line of a log about a client. */
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
