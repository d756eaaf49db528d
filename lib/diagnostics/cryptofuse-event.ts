/** A notable moment in the life of a client. It never holds a secret. */
export type CryptofuseEvent =
  | { readonly kind: 'token-issued'; readonly scopes: readonly string[]; readonly lifetime: number }
  | { readonly kind: 'token-request-failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'token-refused' }
  /** Milliseconds the server's clock is ahead of this machine's. */
  | { readonly kind: 'clock-skew'; readonly skew: number }
  | { readonly kind: 'token-invalidated' }
  | { readonly kind: 'token-revoked' }
  | { readonly kind: 'revocation-failed'; readonly code: string; readonly message: string };
