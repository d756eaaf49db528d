import type { Call } from './call.js';
import { type Answer, emptyAnswer, htmlPage } from './response.js';

/** Who answers at a path. */
export interface Route {
  /** Of the whole path below the prefix. */
  readonly path: RegExp;
  /** Whether it reads the request's stream itself. */
  readonly streamed?: boolean;
  answer(call: Call): Answer | Promise<Answer>;
}

/** Finds who answers. A path that lacks but its last slash is redirected, whatever the method (FACTS 1.7). */
export class Router {
  constructor(
    private readonly routes: readonly Route[],
    private readonly prefix: string,
  ) {}

  /** `path`: below the prefix; `undefined`: not below it. */
  find(path: string | undefined): Route {
    if (path === undefined) {
      return NOT_FOUND;
    }
    return this.match(path) ?? this.redirectTo(`${path}/`) ?? NOT_FOUND;
  }

  private match(path: string): Route | undefined {
    return this.routes.find((route) => route.path.test(path));
  }

  private redirectTo(path: string): Route | undefined {
    const answer = (call: Call): Answer =>
      emptyAnswer(301, { location: `${this.prefix}${path}${call.search}` });
    return this.match(path) && { path: /$/, answer };
  }
}

const NOT_FOUND: Route = { path: /$/, answer: () => htmlPage(404) };
