/** Where a proxy is, and what it is told of who asks. */
export interface ProxyAddress {
  readonly origin: string;
  readonly isSecure: boolean;
  /** An IPv6 address has no brackets. */
  readonly host: string;
  readonly port: number;
  /** The header `proxy-authorization`, when there are credentials. */
  readonly authorization: Readonly<Record<string, string>>;
}

/** Returns the address in `proxy`, a valid http or https URL that may hold credentials. */
export function proxyAddress(proxy: string): ProxyAddress {
  const url = new URL(proxy);
  const isSecure = url.protocol === 'https:';
  return {
    origin: url.origin,
    isSecure,
    host: withoutBrackets(url.hostname),
    port: Number(url.port) || (isSecure ? 443 : 80),
    authorization: authorizationOf(url),
  };
}

/** Returns what a proxy is asked for a tunnel to: host and port of `origin` (RFC 9110 §9.3.6). */
export function tunnelAuthority(origin: string): string {
  const { hostname, port } = new URL(origin);
  return `${hostname}:${port || '443'}`;
}

/** An IPv6 address has them in a URL, and nowhere below it. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function authorizationOf({ username, password }: URL): ProxyAddress['authorization'] {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const token = Buffer.from(credentials, 'utf8').toString('base64');
  return { 'proxy-authorization': `Basic ${token}` };
}
