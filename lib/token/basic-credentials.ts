import { formEncode } from '../config/form-encode.js';

/**
 * Returns the value of the `Authorization` header for a client (RFC 7617), each half
 * form-urlencoded first (RFC 6749 §2.3.1): FACTS 1.1 tells why the raw form fails.
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
