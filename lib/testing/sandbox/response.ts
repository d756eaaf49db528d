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
