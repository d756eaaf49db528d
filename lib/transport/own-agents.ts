import http from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import { inBackground } from '../clock/background.js';
import { noteConnecting } from './connecting-sockets.js';

type Connect = Parameters<http.Agent['createConnection']>;
type SecureConnect = Parameters<https.Agent['createConnection']>;

/** What Node would take from a polluted `Object.prototype` for a new socket, which copies its options. */
const UNSTATED: Readonly<Record<string, undefined>> = Object.fromEntries(
  [
    ...['signal', 'onread', 'fd', 'handle', 'readable', 'writable', 'read', 'write', 'writev'],
    ...['destroy', 'final', 'construct', 'objectMode', 'readableObjectMode', 'writableObjectMode'],
    ...['highWaterMark', 'readableHighWaterMark', 'writableHighWaterMark', 'defaultEncoding'],
    ...['allowHalfOpen', 'pauseOnCreate', 'manualStart', 'blockList', 'localAddress', 'localPort'],
    ...['lookup', 'family', 'hints', 'autoSelectFamily', 'autoSelectFamilyAttemptTimeout'],
    ...['timeout', 'socket', 'secureContext', 'ca', 'cert', 'key', 'pfx', 'passphrase', 'crl'],
    ...['dhparam', 'ecdhCurve', 'sigalgs', 'minVersion', 'maxVersion', 'secureProtocol'],
    ...['secureOptions', 'sessionIdContext', 'sessionTimeout', 'ticketKeys', 'honorCipherOrder'],
    ...['privateKeyEngine', 'privateKeyIdentifier', 'clientCertEngine', 'requestOCSP'],
    ...['allowPartialTrustChain', 'enableTrace', 'pskCallback', 'SNICallback', 'SNIContext'],
  ].map((name) => [name, undefined]),
);

/** Sockets for http that nobody else uses, and that take nothing from a prototype. */
export class OwnHttpAgent extends http.Agent {
  override createConnection(
    ...[options, connected]: Connect
  ): ReturnType<http.Agent['createConnection']> {
    const connect = (): ReturnType<http.Agent['createConnection']> =>
      super.createConnection(allStated(options), connected);
    return noted(inBackground(connect), 'connect');
  }
}

/** The same for https. */
export class OwnHttpsAgent extends https.Agent {
  override createConnection(
    ...[options, connected]: SecureConnect
  ): ReturnType<https.Agent['createConnection']> {
    const connect = (): ReturnType<https.Agent['createConnection']> =>
      super.createConnection(allStated(options), connected);
    return noted(inBackground(connect), 'secureConnect');
  }
}

function noted<T>(socket: T, established: 'connect' | 'secureConnect'): T {
  if (socket instanceof Socket) noteConnecting(socket, established);
  return socket;
}

/** Returns `options` of a socket with all else that Node would take from a prototype. */
export function allStated<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, UNSTATED, options);
}
