import { AccessToken } from './access-token.js';
import { IssuedToken } from './issued-token.js';
import type { TokenGrant } from './token-grant.js';
import { tokenTiming, type Moment } from './token-timing.js';

/** Returns the token of `grant`, whose life began when the request for it was sent. */
export function issueToken(grant: TokenGrant, sentAt: Moment, isCure: boolean): IssuedToken {
  const life = grant.lifetime * 1_000;
  const scopes = Object.freeze([...grant.scopes]);
  const issuedAt = new Date(sentAt.wall);
  const expiresAt = new Date(sentAt.wall + life);
  const token = new AccessToken(grant.value, scopes, issuedAt, expiresAt);
  const timing = tokenTiming(sentAt, life, Math.random());
  return new IssuedToken(token, timing, isCure, grant.namesScopes);
}
