import type { RawAnswer } from '../support/raw-answers.js';
import { transportUnderTest } from '../support/transport-under-test.js';

/** How a call is made: by `CryptofuseService`, or by `CryptofuseHttpService` with a response type. */
export type Face = 'service' | 'json' | 'text' | 'bytes' | 'stream';

/** What is to come of a call: the value as text, or the exception. */
export type Ending =
  | { readonly value: string }
  | {
      readonly exception: string;
      readonly code: string;
      readonly outcome: string;
      /** Where it matters: the milliseconds that the exception says to wait. */
      readonly retryAfter?: number | null;
    };

/** What comes of a call, by how it is made. */
type Endings = Partial<Readonly<Record<Face, Ending>>>;

/** What comes of a call on one transport alone, and why that will do. */
interface Otherwise {
  readonly because: string;
  readonly endings: Endings;
}

/** An answer that a server may send, and what comes of it. */
export interface AnswerRow {
  readonly name: string;
  readonly answer: RawAnswer;
  readonly method?: string;
  /** Milliseconds for the call; a row that never ends has few. */
  readonly timeout?: number;
  readonly endings: Endings;
  /** Where undici takes it otherwise. */
  readonly onUndici?: Otherwise;
}

/** Returns what is to come of a row's calls on the transport of this run. */
export function endingsOf({ endings, onUndici }: AnswerRow): Endings {
  return transportUnderTest === 'undici' ? (onUndici?.endings ?? endings) : endings;
}

/** Why what is wrong behind an answer does not matter to it. */
const WHOLE_FIRST = 'it is whole, and what is behind it closes the connection';

/** Why an answer after a 100 is none. */
export const UNASKED_100 = 'undici takes a 100 for an error where it has asked for none';

/** Why no limit but the deadline ends what undici reads and drops. */
export const UNLIMITED =
  'undici drops it as it comes, however much: the deadline of the call ends it';

/** What comes of an answer that is given out before what is behind it is looked at. */
export function wholeFirst(endings: Endings): Otherwise {
  return { because: WHOLE_FIRST, endings };
}

/** What those faces see that read JSON. */
export function asJson(ending: Ending): Endings {
  return { service: ending, json: ending };
}

/** What every face sees. */
export function everywhere(ending: Ending): Endings {
  return { ...asJson(ending), text: ending, bytes: ending, stream: ending };
}

/** Returns the ending of a body that is taken as it is. */
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

/** What those faces see that read the whole of an answer without a body. */
export const NOTHING: Endings = {
  ...asJson(value('nothing')),
  text: value(''),
  bytes: value(''),
};
/** Milliseconds for a call whose answer never ends. */
export const SHORT = 700;
