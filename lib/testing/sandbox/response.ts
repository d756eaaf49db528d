/** Response headers, names in lower case. `undefined` removes one. */
export type AnswerHeaders = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>;

/** A body too large to hold: its bytes are made while they are sent. */
export interface StreamedBody {
  /** Bytes. */
  readonly length: number;
  chunks(): Iterable<Buffer>;
}

/** What the sandbox is going to say: a value, so that a fault can still change it or keep it back. */
export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Buffer | StreamedBody;
}

const NOTHING = Buffer.alloc(0);

export function jsonAnswer(status: number, body: unknown, headers: AnswerHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Django's empty answer, which is `text/html`. */
export function emptyAnswer(status: number, headers: AnswerHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    body: NOTHING,
  };
}

/** `answer` with further headers; those of `headers` win, whatever the case of their names. */
export function withHeaders(answer: Answer, headers: AnswerHeaders): Answer {
  const merged: Record<string, AnswerHeaders[string]> = { ...answer.headers };
  for (const [name, value] of Object.entries(headers)) {
    merged[name.toLowerCase()] = value;
  }
  return { ...answer, headers: merged };
}

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

/** A page such as Django, or a proxy before it, shows where no answer of the API is to be had (FACTS 1.4). */
export function htmlPage(status: number): Answer {
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

/** An error of the API: `{"error": {"code", "message", "details"}}` (FACTS 1.2). */
export function apiError(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  headers: AnswerHeaders = {},
): Answer {
  return jsonAnswer(status, { error: { code, message, details } }, headers);
}

/** What answers of the token endpoint carry (RFC 6749 §5.1). */
export const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** An error under `/o/`, where `error` is a string (FACTS 1.2). */
export function oauthError(error: string, description?: string): Answer {
  return jsonAnswer(400, { error, error_description: description }, NO_STORE);
}

export function invalidClient(): Answer {
  const headers = { ...NO_STORE, 'www-authenticate': 'Bearer error="invalid_client"' };
  return jsonAnswer(401, { error: 'invalid_client' }, headers);
}
