import type { RawAnswer } from '../support/raw-answers.js';
import { transportUnderTest } from '../support/transport-under-test.js';

/** The face of a call: `CryptofuseService`, or `CryptofuseHttpService` with a response type. */
export type Face = 'service' | 'json' | 'text' | 'bytes' | 'stream';

/** The expected result of a call: the value as text, or the exception. */
export type Ending =
  | { readonly value: string }
  | {
      readonly exception: string;
      readonly code: string;
      readonly outcome: string;
      /** The milliseconds that the exception says to wait, if they matter. */
      readonly retryAfter?: number | null;
    };

/** The expected result of a call, by its face. */
type Endings = Partial<Readonly<Record<Face, Ending>>>;

/** The expected result on one transport alone, and why it is acceptable. */
interface Otherwise {
  readonly because: string;
  readonly endings: Endings;
}

/** A response that a server may send, and its expected results. */
export interface AnswerRow {
  readonly name: string;
  readonly answer: RawAnswer;
  readonly method?: string;
  /** Milliseconds for the call; few for a row that never ends. */
  readonly timeout?: number;
  readonly endings: Endings;
  /** The result on undici, if it differs. */
  readonly onUndici?: Otherwise;
}

/** Returns the expected results of a row on the transport of this run. */
export function endingsOf({ endings, onUndici }: AnswerRow): Endings {
  return transportUnderTest === 'undici' ? (onUndici?.endings ?? endings) : endings;
}

/** The reason why bad bytes after a response do not affect it. */
const WHOLE_FIRST = 'it is whole, and what is behind it closes the connection';

/** The reason why a response after a 100 is not accepted. */
export const UNASKED_100 = 'undici takes a 100 for an error where it has asked for none';

/** The reason why only the deadline ends what undici reads and drops. */
export const UNLIMITED =
  'undici drops it as it comes, however much: the deadline of the call ends it';

/** Returns the result of a response that is delivered before the bytes after it are read. */
export function wholeFirst(endings: Endings): Otherwise {
  return { because: WHOLE_FIRST, endings };
}

/** Returns `ending` for the faces that read JSON. */
export function asJson(ending: Ending): Endings {
  return { service: ending, json: ending };
}

/** Returns `ending` for every face. */
export function everywhere(ending: Ending): Endings {
  return { ...asJson(ending), text: ending, bytes: ending, stream: ending };
}

/** Returns the ending of a body that is accepted unchanged. */
export function value(text: string): Ending {
  return { value: text };
}

/** Returns the ending with `CryptofuseServerException`. */
export function server(code: string, outcome = 'unknown'): Ending {
  return { exception: 'CryptofuseServerException', code, outcome };
}

/** Returns the ending with `CryptofuseUnavailableException`. */
export function unavailable(code: string, outcome = 'unknown'): Ending {
  return { exception: 'CryptofuseUnavailableException', code, outcome };
}

/** Returns the ending with `CryptofuseRequestException`. */
export function refused(code: string): Ending {
  return { exception: 'CryptofuseRequestException', code, outcome: 'refused' };
}

export const MALFORMED = everywhere(server('response_malformed'));
export const CUT = everywhere(unavailable('response_truncated'));
export const RESET = everywhere(unavailable('connection_reset'));
export const UNDECODABLE = everywhere(unavailable('response_undecodable'));
export const TOO_LARGE = server('response_too_large');
export const NOT_JSON = server('invalid_response');
export const TOO_SLOW: Ending = {
  exception: 'CryptofuseTimeoutException',
  code: 'timeout',
  outcome: 'unknown',
};

/** The endings of a response without a body, for the faces that read all of it. */
export const NOTHING: Endings = {
  ...asJson(value('nothing')),
  text: value(''),
  bytes: value(''),
};
/** Milliseconds for a call whose response never ends. */
export const SHORT = 700;
