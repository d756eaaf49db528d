import http from 'node:http';
import https from 'node:https';
import { inBackground } from '../clock/background.js';
import { unverifiedReason } from '../diagnostics/tls-verification.js';

type Connect = Parameters<http.Agent['createConnection']>;
type SecureConnect = Parameters<https.Agent['createConnection']>;

/** What it takes to connect over http and https. */
export interface OwnAgents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

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

class OwnHttpAgent extends http.Agent {
  override createConnection(
    ...[options, connected]: Connect
  ): ReturnType<http.Agent['createConnection']> {
    return inBackground(() => super.createConnection(allStated(options), connected));
  }
}

class OwnHttpsAgent extends https.Agent {
  override createConnection(
    ...[options, connected]: SecureConnect
  ): ReturnType<https.Agent['createConnection']> {
    return inBackground(() => super.createConnection(allStated(options), connected));
  }
}

function allStated<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as object, UNSTATED, options);
}

/**
 * Returns agents that nobody else uses, and that take nothing from a prototype. Whether they verify certificates is
 * settled now: the environment that an operator was told of, and no later one.
 */
export function ownAgents(options: http.AgentOptions): OwnAgents {
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  return {
    httpAgent: new OwnHttpAgent(options),
    httpsAgent: new OwnHttpsAgent({ ...options, rejectUnauthorized }),
  };
}
