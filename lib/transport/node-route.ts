import type http from 'node:http';
import type https from 'node:https';
import { isIP } from 'node:net';
import type { Peer, TransportSettings } from '../contracts/transport.js';
import { IsolatedHttpAgent, IsolatedHttpsAgent, unverifiedReason } from './node-http.js';
import { proxyAddress, type ProxyAddress, TunnelAgent, tunnelAuthority } from './proxy-tunnel.js';

/** The sockets for requests to an origin, and how requests are addressed on them. */
export interface NodeRoute {
  readonly agent: http.Agent;
  /** The peer the sockets are connected to. */
  readonly peer: Peer;
  /** Returns the options for Node from those axios prepared. */
  readonly address: (options: https.RequestOptions) => https.RequestOptions;
}

/** The value axios sets on each socket; using the same one saves a system call per request. */
const KEEP_ALIVE = 60_000;

/**
 * Returns private sockets for `settings`, at most `connections`; further requests wait for one. Certificate verification
 * is decided now, from the environment that operators were warned about, not later.
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

/** Sends each request to a proxy with its absolute URL (RFC 9112 §3.2.2). */
function forwardThroughProxy(
  origin: string,
  proxy: ProxyAddress,
  agentOptions: https.AgentOptions,
): NodeRoute {
  const { host } = new URL(origin);
  const { isSecure, authorization } = proxy;
  const protocol = isSecure ? 'https:' : 'http:';
  const { host: hostname, port } = proxy;
  // By default Node would use the name of the target server.
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
