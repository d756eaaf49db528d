import { type Answer, jsonAnswer } from './response.js';

/** What answers of the token endpoint carry (RFC 6749 §5.1). */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** An error under `/o/`, where `error` is a string (FACTS 1.2). */
export function oauthError(error: string, description?: string): Answer {
  return jsonAnswer(400, { error, error_description: description }, NO_STORE);
}

export function invalidClient(): Answer {
  const headers = { ...NO_STORE, 'www-authenticate': 'Bearer error="invalid_client"' };
  return jsonAnswer(401, { error: 'invalid_client' }, headers);
}
