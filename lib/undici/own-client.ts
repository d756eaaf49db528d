import type { AsyncResource } from 'node:async_hooks';
import { Client, type Dispatcher } from 'undici';

/** Whose request it is. A pool without a free connection takes it up later, in the async context of whoever had one. */
export interface Requester {
  /** Whether a client has it. */
  isTaken: boolean;
  /** That of its call, where it had to wait. */
  readonly context: AsyncResource | undefined;
}

type OwnOptions = Dispatcher.DispatchOptions & { readonly requester?: Requester | undefined };

/** A connection of undici's that takes up each request in the async context of its call. */
export class OwnClient extends Client {
  override dispatch(options: OwnOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { requester } = options;
    if (requester === undefined) return super.dispatch(options, handler);
    requester.isTaken = true;
    const { context } = requester;
    if (context === undefined) return super.dispatch(options, handler);
    return context.runInAsyncScope(() => super.dispatch(options, handler));
  }
}
