import type { RequestOutcome } from './exception-facts.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** They say to ask elsewhere; a 302 or 303 may as well say where to see what was done (RFC 9110 §15.4). */
const REFUSING = new Set([301, 307, 308]);

/** Returns whether `status` sends the client elsewhere (RFC 9110 §15.4). */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/** Returns what became of a request that was answered with the redirect `status`. */
export function outcomeOfRedirect(status: number): RequestOutcome {
  return REFUSING.has(status) ? 'refused' : 'unknown';
}
