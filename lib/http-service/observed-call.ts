import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios';
import { Observable } from 'rxjs';
import { disposeBody } from '../request/body-stream.js';
import type { WorkInFlight } from '../transport/work-in-flight.js';

type Send<T> = (...args: unknown[]) => Promise<AxiosResponse<T>>;

interface CancellableCall {
  readonly config: AxiosRequestConfig;
  readonly end: () => void;
}

/**
 * Returns the response to come of a method of axios, the last of whose `args` is its configuration. Each subscription
 * sends the call anew, and counts as `work` until it has ended. Unsubscribing ends it until its response is delivered: a stream is its reader's from then on.
 */
export function observeCall<T>(
  send: Send<T>,
  args: readonly unknown[],
  work: WorkInFlight,
): Observable<AxiosResponse<T>> {
  return new Observable((subscriber) => {
    const { config, end } = cancellableCall(args.at(-1) as AxiosRequestConfig | undefined);
    let isDelivered = false;
    // The application's own interceptors of axios take their time too.
    work
      .during(() => send(...args.slice(0, -1), config))
      .then(
        (response) => {
          isDelivered = !subscriber.closed;
          // A request interceptor may have taken away what ends the call.
          if (!isDelivered) disposeBody(response.data);
          subscriber.next(response);
          subscriber.complete();
        },
        (error: unknown) => {
          subscriber.error(error);
        },
      );
    return () => {
      if (!isDelivered) end();
    };
  });
}

/** Returns a call that states `stated`, and another end beside: axios takes one token and one signal. */
function cancellableCall(stated: AxiosRequestConfig = {}): CancellableCall {
  if (!stated.cancelToken) {
    const { token, cancel } = axios.CancelToken.source();
    return { config: { ...stated, cancelToken: token }, end: cancel };
  }
  const controller = new AbortController();
  const end = (): void => {
    controller.abort();
  };
  return { config: { ...stated, signal: joinSignals(stated.signal, controller.signal) }, end };
}

/** What is no signal stays what it is, and is refused. */
function joinSignals(
  stated: AxiosRequestConfig['signal'],
  end: AbortSignal,
): NonNullable<AxiosRequestConfig['signal']> {
  if (!stated) return end;
  return stated instanceof AbortSignal ? AbortSignal.any([stated, end]) : stated;
}
