/* global fetch */

/** What went wrong with a call, in the words of the server. */
export class Problem extends Error {
  /**
   * @param {string[]} messages one sentence each
   * @param {{ status?: number, code?: string }} facts `status` is missing if no response came
   */
  constructor(messages, { status, code } = {}) {
    super(messages.join(' '));
    this.messages = messages;
    this.status = status;
    this.code = code;
  }
}

/** Calls the application behind the page; resolves to the parsed response, rejects with a Problem. */
export async function call(path, { method = 'GET', body } = {}) {
  const response = await send(path, {
    method,
    cache: 'no-store',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const content = await response.json().catch(() => ({}));
  if (response.ok) return content;
  const { status } = response;
  throw new Problem([content.message ?? `HTTP ${status}`].flat().map(String), {
    status,
    code: content.code,
  });
}

async function send(path, request) {
  try {
    return await fetch(path, request);
  } catch {
    throw new Problem(['This application does not respond.']);
  }
}
