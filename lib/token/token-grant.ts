/** What the token endpoint granted. */
export interface TokenGrant {
  readonly value: string;
  readonly scopes: readonly string[];
  /** Whether the server named the scopes; otherwise they are those that were asked for. */
  readonly namesScopes: boolean;
  /** Seconds; 0 or less: it serves those who waited for it and is not kept. */
  readonly lifetime: number;
}
