/** One of the two OAuth endpoints of the API. */
export interface OAuthEndpoint {
  /** Below `baseUrl`. */
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
}

export const TOKEN_ENDPOINT: OAuthEndpoint = { path: '/o/token/', name: 'token endpoint' };
export const REVOCATION_ENDPOINT: OAuthEndpoint = {
  path: '/o/revoke_token/',
  name: 'revocation endpoint',
};
