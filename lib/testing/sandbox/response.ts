/** Response headers by name. `undefined` removes one. */
export type ResponseHeaders = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>;

/** A body too large to hold in memory: its bytes are made while they are sent. @internal */
export interface StreamedBody {
  /** Bytes. */
  readonly length: number;
  chunks(): Iterable<Buffer>;
}

/** A response before it is sent: a value, so that a fault can still change it or hold it back. @internal */
export interface SandboxResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer | StreamedBody;
}

/** What responses of the token endpoint carry (RFC 6749 §5.1). @internal */
export const NO_STORE: ResponseHeaders = { 'cache-control': 'no-store', pragma: 'no-cache' };

const NO_BYTES = Buffer.alloc(0);

const TITLES: Readonly<Record<number, string>> = {
  200: 'Welcome',
  400: 'Bad Request (400)',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Server Error (500)',
  502: 'Bad Gateway',
};

const TEXTS: Readonly<Record<number, string>> = {
  404: 'The requested resource was not found on this server.',
};

/** @internal */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: ResponseHeaders = {},
): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Django's empty response, which is `text/html`. @internal */
export function emptyResponse(status: number, headers: ResponseHeaders = {}): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    body: NO_BYTES,
  };
}

/**
 * A page such as Django, or a proxy in front of it, shows when there is no response of the API (FACTS 1.4).
 *
 * @internal
 */
export function htmlPage(status: number): SandboxResponse {
  const title = TITLES[status] ?? `Error ${status}`;
  const page = `
<!doctype html>
<html lang="en">
<head>
  <title>${title}</title>
</head>
<body>
  <h1>${title}</h1><p>${TEXTS[status] ?? ''}</p>
</body>
</html>
`;
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(page) };
}

/** An error of the API: `{"error": {"code", "message", "details"}}` (FACTS 1.2). @internal */
export function apiError(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  headers: ResponseHeaders = {},
): SandboxResponse {
  return jsonResponse(status, { error: { code, message, details } }, headers);
}

/** An error under `/o/`, where `error` is a string (FACTS 1.2). @internal */
export function oauthError(error: string, description?: string): SandboxResponse {
  return jsonResponse(400, { error, error_description: description }, NO_STORE);
}

/** The error of a client that did not authenticate (FACTS 1.3). @internal */
export function invalidClient(): SandboxResponse {
  const headers = { ...NO_STORE, 'www-authenticate': 'Bearer error="invalid_client"' };
  return jsonResponse(401, { error: 'invalid_client' }, headers);
}

/** Returns `response` with further headers, which replace its own whatever the case of their names. @internal */
export function withHeaders(response: SandboxResponse, headers: ResponseHeaders): SandboxResponse {
  const merged: Record<string, ResponseHeaders[string]> = { ...response.headers };
  for (const [name, value] of Object.entries(headers)) merged[name.toLowerCase()] = value;
  return { ...response, headers: merged };
}
