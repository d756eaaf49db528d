import type { SandboxFault, StatusFault } from './faults.js';
import {
  type Answer,
  type AnswerHeaders,
  emptyAnswer,
  htmlPage,
  jsonAnswer,
  withHeaders,
} from './response.js';

/** What is to happen to one request. */
export type FaultEffect =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'delay'; readonly delay: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset'; readonly acts: boolean }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'headers'; readonly headers: AnswerHeaders };

/** A request that no fault meets. */
export const NO_FAULT: FaultEffect = { kind: 'headers', headers: {} };

/** @throws {TypeError} where the fault does not say what is to happen */
export function effectOf(fault: SandboxFault): FaultEffect {
  const answer = answerOf(fault);
  if (answer !== undefined) {
    return { kind: 'answer', answer };
  }
  if ('delay' in fault) {
    return { kind: 'delay', delay: fault.delay };
  }
  if ('reset' in fault) {
    return { kind: 'reset', acts: fault.reset === 'after' };
  }
  if ('hang' in fault) {
    return { kind: 'hang' };
  }
  if ('truncate' in fault) {
    return { kind: 'truncate' };
  }
  if ('headers' in fault && fault.headers !== undefined) {
    return { kind: 'headers', headers: fault.headers };
  }
  throw new TypeError(
    'A fault needs one of `status`, `html`, `delay`, `hang`, `reset`, `truncate` and `headers`.',
  );
}

/** The answer in the server's place, where the fault has one. */
function answerOf(fault: SandboxFault): Answer | undefined {
  if ('html' in fault && fault.html) {
    return htmlPage(fault.status ?? 502);
  }
  return 'status' in fault && fault.status !== undefined ? statedAnswer(fault) : undefined;
}

function statedAnswer({ status, body, headers = {} }: StatusFault): Answer {
  if (body === undefined) {
    return withHeaders(emptyAnswer(status), headers);
  }
  if (typeof body === 'string') {
    const text = { 'content-type': 'text/plain; charset=utf-8' };
    return withHeaders({ status, headers: text, body: Buffer.from(body) }, headers);
  }
  return withHeaders(jsonAnswer(status, body), headers);
}
