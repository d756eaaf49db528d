/** A token in an event: what was granted, and a fingerprint that tells it apart from others, never itself. */
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
      /** Of the answer; `undefined` where none came. */
      readonly status: number | undefined;
      /** Milliseconds from sending to the answer, or to its failure. */
      readonly duration: number;
    } & AuditedToken)
  | { readonly kind: 'destination-refused'; readonly reason: string };

/** A notable moment in the life of a client. It never holds a secret. */
export type CryptofuseEvent = CryptofuseWarning | TokenEvent | RequestEvent;

/** An event as an audit sink gets it. */
export type CryptofuseAuditEvent = CryptofuseEvent & {
  readonly at: Date;
  /** The client's name; `undefined` if it has none. */
  readonly client: string | undefined;
  readonly clientId: string;
};
