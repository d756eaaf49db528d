const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Returns whether `status` sends the client elsewhere (RFC 9110 §15.4). */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}
