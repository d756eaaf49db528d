/** What the token endpoint granted. */
export interface TokenGrant {
  readonly value: string;
  readonly scopes: readonly string[];
  /** Seconds; 0 or less: it serves those who waited for it and is not kept. */
  readonly lifetime: number;
}
