import type http from 'node:http';
import type https from 'node:https';
import { isIP } from 'node:net';
import type { Peer, TransportSettings } from '../contracts/transport.js';
import { IsolatedHttpAgent, IsolatedHttpsAgent, unverifiedReason } from './node-http.js';
import { proxyAddress, type ProxyAddress, TunnelAgent, tunnelAuthority } from './proxy-tunnel.js';

/** The sockets that requests to an origin take, and what they ask for there. */
export interface NodeRoute {
  readonly agent: http.Agent;
  /** Whom the sockets are with. */
  readonly peer: Peer;
  /** Returns what Node is told of a request that axios has made. */
  readonly address: (options: https.RequestOptions) => https.RequestOptions;
}

/** What axios sets on each socket: the same value here spares a system call a request. */
const KEEP_ALIVE = 60_000;

/**
 * Returns sockets of their own for `settings`, at most `connections`; further requests wait for one. Whether they verify
 * certificates is settled now: the environment that an operator was told of, and no later one.
 */
export function nodeRoute(settings: TransportSettings, connections: number): NodeRoute {
  const { origin, proxy } = settings;
  const rejectUnauthorized = unverifiedReason(process.env) === undefined;
  const options = {
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE,
    maxSockets: connections,
    rejectUnauthorized,
  };
  const isSecure = origin.startsWith('https:');
  if (proxy === undefined) return { agent: agentOf(isSecure, options), peer: 'server', address };
  const throughProxy = proxyAddress(proxy);
  if (!isSecure) return forwardThroughProxy(origin, throughProxy, options);
  const tunnel = { proxy: throughProxy, authority: tunnelAuthority(origin), rejectUnauthorized };
  return { agent: new TunnelAgent(tunnel, options), peer: 'server', address };
}

function agentOf(isSecure: boolean, options: https.AgentOptions): http.Agent {
  return isSecure ? new IsolatedHttpsAgent(options) : new IsolatedHttpAgent(options);
}

/** Has a proxy pass each request on: it is told the whole URL (RFC 9112 §3.2.2). */
function forwardThroughProxy(
  origin: string,
  proxy: ProxyAddress,
  agentOptions: https.AgentOptions,
): NodeRoute {
  const { host } = new URL(origin);
  const { isSecure, authorization } = proxy;
  const protocol = isSecure ? 'https:' : 'http:';
  const { host: hostname, port } = proxy;
  // Node would take the name of the server that the request is for.
  const servername = isIP(hostname) === 0 ? hostname : '';
  const place = { protocol, host: hostname, hostname, port, servername };
  return {
    agent: agentOf(isSecure, agentOptions),
    peer: 'proxy',
    address: (options) => ({
      ...options,
      ...place,
      path: `${origin}${options.path}`,
      headers: { ...(options.headers as http.OutgoingHttpHeaders), host, ...authorization },
    }),
  };
}

function address(options: https.RequestOptions): https.RequestOptions {
  return options;
}
