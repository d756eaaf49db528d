import { TOKEN } from './leaks.js';
import { RawServer, type RawAnswer } from './raw-server.js';

/** The path of `baseUrl`. */
export const PREFIX = '/api/v1';

const GRANT = { access_token: TOKEN, token_type: 'Bearer', expires_in: 3_600, scope: 'read write' };

/** Returns the JSON response of a well-behaved server. */
export function usualAnswer(target: string): RawAnswer {
  const json = JSON.stringify(target.endsWith('/o/token/') ? GRANT : { ok: true });
  const head = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ];
  return { bytes: Buffer.from([...head, '', json].join('\r\n')), then: 'keep' };
}

/** Starts a well-behaved server, which the caller must stop. */
export function startUsualServer(): Promise<RawServer> {
  return RawServer.start(({ target }) => usualAnswer(target));
}
