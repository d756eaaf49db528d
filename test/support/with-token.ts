import type { TransportFactory } from '../../lib/index.js';

const HEADERS = { 'content-type': 'application/json' };
const GRANT = { access_token: 'token', token_type: 'Bearer', expires_in: 3_600 };

/** Returns a transport that answers token requests itself; everything else goes to that of `factory`. */
export function withToken(factory: TransportFactory): TransportFactory {
  return (settings) => {
    const transport = factory(settings);
    const granted = { status: 200, headers: HEADERS, body: Buffer.from(JSON.stringify(GRANT)) };
    return {
      send: (request) =>
        request.lane === 'token' ? Promise.resolve(granted) : transport.send(request),
      close: () => {
        transport.close();
      },
    };
  };
}
