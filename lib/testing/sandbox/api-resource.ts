import type { Answer } from './response.js';
import type { Call } from './call.js';

/** Answers a call that was let in. `id` is what the path captured, decoded; empty where it captures nothing. */
export type ApiHandler = (call: Call, id: string) => Answer | Promise<Answer>;

/** A resource of the API. */
export interface ApiResource {
  /** Of the whole path below the prefix; one group at most. */
  readonly path: RegExp;
  /** By method. `HEAD` goes with `GET`. */
  readonly methods: Readonly<Record<string, ApiHandler>>;
  /** Whether it reads the request's stream itself, whose body is then held nowhere. */
  readonly streamed?: boolean;
}
