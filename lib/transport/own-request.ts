import http from 'node:http';
import https from 'node:https';
import { isBodiless } from './answer-codings.js';
import { isPrototypePolluted, withCleanPrototype } from '../config/clean-prototype.js';

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

/** Has Node send what axios has made of a request; a redirect is not followed. */
export function ownRequest(options: https.RequestOptions, answered: Answered): http.ClientRequest {
  const { request } = options.protocol === 'https:' ? https : http;
  const stated = isPrototypePolluted() ? { ...UNSTATED, ...needed(options) } : needed(options);
  const sent = request(stated, (answer) => {
    // What is wrong behind the headers is told of the request; whoever reads the body must hear of it.
    sent.once('error', (error) => {
      if (!isWholeWithoutBody(sent, answer)) answer.destroy(error);
    });
    // Node writes them at the first look, and drops one that it finds in the prototype.
    withCleanPrototype(() => answer.headers);
    answered(answer);
  });
  return sent;
}

/** Servers send a body, or an empty chunk, behind an answer that has none; Node then takes those bytes for another one. */
function isWholeWithoutBody(
  { method }: http.ClientRequest,
  { complete, statusCode: status = 0, headers }: http.IncomingMessage,
): boolean {
  return complete && isBodiless(method, { status, headers });
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
  servername,
}: https.RequestOptions): https.RequestOptions {
  const insecureHTTPParser = false;
  const place = { protocol, host, hostname, port, servername };
  return { ...place, path, method, headers, agent, insecureHTTPParser };
}
