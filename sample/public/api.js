/* global fetch */

/** What went wrong with a call, in the words of the server. */
export class Problem extends Error {
  /**
   * @param {string[]} messages one sentence each
   * @param {{ status?: number, code?: string }} facts `status` is missing where no answer came
   */
  constructor(messages, { status, code } = {}) {
    super(messages.join(' '));
    this.messages = messages;
    this.status = status;
    this.code = code;
  }
}

/** Calls the application behind the page; resolves to the parsed answer, rejects with a Problem. */
export async function call(path, { method = 'GET', body } = {}) {
  const answer = await send(path, {
    method,
    cache: 'no-store',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  const { status } = answer;
  throw new Problem([content.message ?? `HTTP ${status}`].flat().map(String), {
    status,
    code: content.code,
  });
}

async function send(path, request) {
  try {
    return await fetch(path, request);
  } catch {
    throw new Problem(['This application does not answer.']);
  }
}
