import { transportUnderTest } from '../support/transport-under-test.js';

/** Members that an attacker has added to `Object.prototype`, to send our requests to the port `sink`. */
export type Gadget = (sink: number) => Readonly<Record<string, unknown>>;

const refuse = (): never => {
  throw new Error('A polluted function was called.');
};

/** Gadgets that may change requests, or their destination. */
export const GADGETS: Readonly<Record<string, Gadget>> = {
  // The options of axios (its advisories, FACTS 3).
  auth: () => ({ auth: { username: 'evil', password: 'evil' } }),
  'auth as text': () => ({ auth: 'evil:evil' }),
  username: () => ({ username: 'evil', password: 'evil' }),
  baseURL: (sink) => ({ baseURL: `http://127.0.0.1:${sink}/` }),
  allowAbsoluteUrls: (sink) => ({
    allowAbsoluteUrls: false,
    baseURL: `http://127.0.0.1:${sink}/`,
  }),
  proxy: (sink) => ({ proxy: { protocol: 'http', host: '127.0.0.1', port: sink } }),
  'proxy as text': (sink) => ({ proxy: `http://127.0.0.1:${sink}` }),
  proxyEnv: (sink) => ({ proxyEnv: { HTTP_PROXY: `http://127.0.0.1:${sink}` } }),
  'environment variables': (sink) => ({
    HTTP_PROXY: `http://127.0.0.1:${sink}`,
    http_proxy: `http://127.0.0.1:${sink}`,
    NODE_USE_ENV_PROXY: '1',
  }),
  socketPath: () => ({ socketPath: '/tmp/evil.sock' }),
  transport: () => ({ transport: { request: refuse } }),
  lookup: () => ({ lookup: refuse }),
  family: () => ({ family: 6 }),
  adapter: () => ({ adapter: refuse }),
  'adapter by name': () => ({ adapter: 'fetch' }),
  httpAgent: () => ({ httpAgent: { addRequest: refuse } }),
  httpsAgent: () => ({ httpsAgent: { addRequest: refuse } }),
  maxRedirects: () => ({ maxRedirects: 21 }),
  beforeRedirect: () => ({ beforeRedirect: refuse, beforeRedirects: { config: refuse } }),
  sensitiveHeaders: () => ({ sensitiveHeaders: [] }),
  validateStatus: () => ({ validateStatus: () => true }),
  transformRequest: () => ({ transformRequest: [() => 'evil'] }),
  transformResponse: () => ({ transformResponse: [() => 'evil'] }),
  parseReviver: () => ({ parseReviver: () => 'evil' }),
  params: () => ({ params: { evil: '1' } }),
  paramsSerializer: () => ({ paramsSerializer: () => 'evil=1' }),
  formSerializer: () => ({ formSerializer: { visitor: refuse } }),
  headers: () => ({ headers: { 'x-evil': '1', host: 'evil.example' } }),
  common: () => ({ common: { 'x-evil': '1' } }),
  'the name of a header': () => ({ 'x-evil': '1', cookie: 'evil=1', 'proxy-authorization': 'x' }),
  'our own headers': () => ({ authorization: 'Bearer evil', accept: 'evil', 'user-agent': 'evil' }),
  'a transfer header': () => ({ 'transfer-encoding': 'chunked', 'content-length': '1' }),
  'content-type': () => ({ 'content-type': 'text/evil', 'content-encoding': 'gzip' }),
  data: () => ({ data: 'evil' }),
  method: () => ({ method: 'DELETE' }),
  url: (sink) => ({ url: `http://127.0.0.1:${sink}/` }),
  responseType: () => ({ responseType: 'stream' }),
  responseEncoding: () => ({ responseEncoding: 'base64' }),
  withXSRFToken: () => ({ withXSRFToken: true, xsrfHeaderName: 'x-evil', xsrfCookieName: 'evil' }),
  cancelToken: () => ({ cancelToken: { subscribe: refuse, throwIfRequested: refuse } }),
  env: () => ({ env: { FormData: refuse, fetch: refuse } }),
  maxContentLength: () => ({ maxContentLength: 1 }),
  maxBodyLength: () => ({ maxBodyLength: 1 }),
  maxRate: () => ({ maxRate: 1 }),
  decompress: () => ({ decompress: true }),
  transitional: () => ({ transitional: { forcedJSONParsing: false } }),
  onUploadProgress: () => ({ onUploadProgress: refuse, onDownloadProgress: refuse }),
  httpVersion: () => ({ httpVersion: 2, http2Options: {} }),
  synchronous: () => ({ synchronous: true, runWhen: () => false }),

  // The options of Node's http, net and tls.
  agent: () => ({ agent: false }),
  'agents and defaultPort': (sink) => ({ agents: {}, defaultPort: sink, _defaultAgent: {} }),
  host: () => ({ host: '127.0.0.2' }),
  hostname: () => ({ hostname: '127.0.0.2' }),
  port: (sink) => ({ port: sink }),
  path: () => ({ path: '/evil/' }),
  pathname: () => ({ pathname: '/evil/', search: '?evil=1', href: '/evil/' }),
  protocol: () => ({ protocol: 'https:' }),
  localAddress: () => ({ localAddress: '192.0.2.1' }),
  createConnection: () => ({ createConnection: refuse }),
  setHost: () => ({ setHost: false }),
  joinDuplicateHeaders: () => ({ joinDuplicateHeaders: true, uniqueHeaders: [['x']] }),
  insecureHTTPParser: () => ({ insecureHTTPParser: true }),
  maxHeaderSize: () => ({ maxHeaderSize: 1 }),
  'the options of TLS': () => ({
    rejectUnauthorized: false,
    ca: 'evil',
    servername: 'evil.example',
    checkServerIdentity: () => undefined,
  }),
  'the environment of TLS': () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
  'the context of TLS': () => ({ secureContext: {}, requestCert: false, minVersion: 'TLSv1' }),
  'the sockets of an agent': () => ({ keepAlive: false, maxSockets: 1, maxTotalSockets: 1 }),
  noDelay: () => ({ noDelay: false, onread: { buffer: Buffer.alloc(1), callback: refuse } }),
  'the methods of a socket': () => ({ write: refuse, final: refuse, handle: {} }),
  'the address of a socket': () => ({ localPort: 1, fd: 0, autoSelectFamily: 'evil', hints: 1 }),
  timeout: () => ({ timeout: 1 }),
  signal: () => ({ signal: 'evil' }),

  // The options of undici.
  'the options of undici': () => ({
    dispatcher: { dispatch: refuse },
    connections: 1,
    pipelining: 0,
  }),
  'what keeps connections': () => ({ keepAliveTimeout: 1, keepAliveMaxTimeout: 1, clientTtl: 1 }),
  'what connects': () => ({ factory: refuse, tls: { ca: 'evil' }, httpSocket: {} }),
  'the limits of a client': () => ({ maxRequestsPerClient: 1, strictContentLength: false }),
  'what undici refuses': () => ({ socketTimeout: 1, requestTimeout: 1, idleTimeout: 1 }),
  'another HTTP': () => ({ allowH2: true, useH2c: true, expectContinue: true, upgrade: 'evil' }),
  'the options of a request': () => ({ reset: true, throwOnError: true, maxRedirections: 9 }),
  'more options of a request': (sink) => ({
    ...{ idempotent: true, blocking: false, headersTimeout: 1, bodyTimeout: 1, typeOfService: 9 },
    origin: `http://127.0.0.1:${sink}`,
    servername: 'evil.example',
  }),
  'the methods of a stream': () => ({ pipe: refuse, on: refuse }),

  // The package's options of a call and of the module.
  query: () => ({ query: { evil: '1' } }),
  body: () => ({ body: { evil: 1 } }),
  retry: () => ({ retry: { attempts: 9 } }),
  'the members of retry': () => ({ attempts: 9, methods: ['POST'], statuses: [422] }),
  clientId: () => ({ clientId: 'evil', clientSecret: 'evil-secret' }),
  baseUrl: (sink) => ({ baseUrl: `http://127.0.0.1:${sink}` }),
  scopes: () => ({ scopes: ['admin'], scope: 'admin' }),
  token: () => ({ token: { eager: true }, eager: 'required', budget: 1 }),
  interceptors: () => ({ interceptors: [{ intercept: refuse }], intercept: refuse }),
  'the name of the client': () => ({ name: 'evil', isGlobal: true }),
  'the environment of ours': (sink) => ({
    CRYPTOFUSE_BASE_URL: `http://127.0.0.1:${sink}`,
    CRYPTOFUSE_CLIENT_SECRET: 'evil-secret',
  }),
  stream: () => ({ stream: true, lane: 'token' }),
  maxResponseSize: () => ({ maxResponseSize: 1 }),
  accepts: () => ({ accepts: () => true, attempt: {} }),

  // The members of bodies and responses.
  'a member of bodies': () => ({ amount: '0.01', currency: 'EVIL', evil: 1 }),
  'a member of a token answer': () => ({
    access_token: 'evil-token',
    token_type: 'mac',
    expires_in: 1,
  }),
  'a member of an error': () => ({
    code: 'evil',
    detail: 'evil',
    message: 'evil',
    details: {},
    error: 'evil',
  }),
  'most members of an error': () => ({
    code: 'evil',
    detail: 'evil',
    message: 'evil',
    details: {},
  }),
  toJSON: () => ({ toJSON: () => 'evil' }),
  status: () => ({ status: 401 }),
  location: (sink) => ({ location: `http://127.0.0.1:${sink}/` }),
  getHeaders: () => ({ getHeaders: refuse }),
};

/** Gadgets with which nothing is sent: Node, axios and undici read such members of objects that have a prototype. */
const HALTS: Readonly<Record<typeof transportUnderTest, readonly string[]>> = {
  axios: ['timeout', 'signal', 'the methods of a stream', 'joinDuplicateHeaders'],
  undici: [
    ...['signal', 'a member of an error', 'the methods of a stream'],
    ...['the address of a socket', 'the options of a request'],
  ],
};

/** Gadgets with which fewer requests succeed: Node drops a header found in the prototype, or all of them. */
const DROPPED: Readonly<Record<typeof transportUnderTest, readonly string[]>> = {
  axios: ['location', 'maxHeaderSize'],
  undici: [],
};

/** Gadgets with which a call is refused if it states what they would change: a JSON body. */
const REFUSED: readonly string[] = ['toJSON'];

/** Returns the gadgets by their expected effect on the transport of this run. */
export function gadgetsByEffect(): Readonly<Record<Effect, readonly string[]>> {
  const unusable = HALTS[transportUnderTest];
  const dropped = DROPPED[transportUnderTest];
  const others = [...unusable, ...dropped, ...REFUSED];
  const harmless = Object.keys(GADGETS).filter((name) => !others.includes(name));
  return { unusable, refused: REFUSED, dropped, harmless };
}

type Effect = 'unusable' | 'refused' | 'dropped' | 'harmless';
