import http from 'node:http';
import https from 'node:https';
import { TLSSocket } from 'node:tls';
import { isPrototypePolluted, withCleanPrototype } from '../config/clean-prototype.js';
import { TransportFailure } from './transport-failure.js';

type Answered = (answer: http.IncomingMessage) => void;

/** What Node would take from a polluted `Object.prototype` for a request that states no more than it needs. */
const UNSTATED = {
  _defaultAgent: undefined,
  auth: undefined,
  createConnection: undefined,
  defaultPort: undefined,
  family: undefined,
  highWaterMark: undefined,
  joinDuplicateHeaders: undefined,
  maxHeaderSize: undefined,
  setHost: undefined,
  signal: undefined,
  socketPath: undefined,
  timeout: undefined,
  uniqueHeaders: undefined,
};

/** Has Node send what axios has made of a request; a redirect is not followed. For the option `transport` of axios. */
export const ownRequest = {
  request(options: https.RequestOptions, answered: Answered): http.ClientRequest {
    const isSecure = options.protocol === 'https:';
    const { request } = isSecure ? https : http;
    const stated = isPrototypePolluted() ? { ...UNSTATED, ...needed(options) } : needed(options);
    const sent = request(stated, (answer) => {
      if (isSecure && !(answer.socket instanceof TLSSocket)) {
        sent.destroy(refusedTunnel(answer.statusCode));
        return;
      }
      // What is wrong behind the headers is told of the request; whoever reads the body must hear of it.
      sent.once('error', (error) => {
        answer.destroy(error);
      });
      // Node writes them at the first look, and drops one that it finds in the prototype.
      withCleanPrototype(() => answer.headers);
      answered(answer);
    });
    return sent;
  },
};

/** Only a proxy that refuses a tunnel answers without TLS, and in the server's stead. The request was not sent to it. */
function refusedTunnel(status: number | undefined): TransportFailure {
  const message = `The proxy refused the connection (${status}).`;
  return new TransportFailure('connection_failed', 'not-sent', message);
}

/** Node copies what it is given several times, and axios gives three times as much. */
function needed({
  protocol,
  host,
  hostname,
  port,
  path,
  method,
  headers,
  agent,
}: https.RequestOptions): https.RequestOptions {
  const insecureHTTPParser = false;
  return { protocol, host, hostname, port, path, method, headers, agent, insecureHTTPParser };
}
