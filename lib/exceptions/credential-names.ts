/** As OAuth (RFC 6749, RFC 7521) and HTTP name them, without what their spelling differs in. */
const CREDENTIALS = new Set([
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'clientsecret',
  'clientassertion',
  'authorization',
  'proxyauthorization',
]);

/** Returns whether a member called `name` holds what is nobody's to see, such as a token that was just made. */
export function isCredential(name: string): boolean {
  if (name.length > 40) return false;
  const spelt = name
    .toLowerCase()
    .replace(/^http_/, '')
    .replace(/[_-]/g, '');
  return CREDENTIALS.has(spelt);
}
