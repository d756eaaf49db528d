import http from 'node:http';
import https from 'node:https';
import { isPrototypePolluted, withCleanPrototype } from '../config/clean-prototype.js';

type Answered = (answer: http.IncomingMessage) => void;

/** What Node would take from a polluted `Object.prototype` for a request that axios does not state. */
const UNSTATED = {
  _defaultAgent: undefined,
  defaultPort: undefined,
  highWaterMark: undefined,
  host: undefined,
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
    const { request } = options.protocol === 'https:' ? https : http;
    // The copy is dear to read, and nothing but a polluted prototype needs it.
    const stated = isPrototypePolluted() ? { ...UNSTATED, ...options } : options;
    const sent = request(stated, (answer) => {
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
