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
 * Returns an Observable of the response of an axios method, the last of whose `args` is its configuration. Each
 * subscription sends the call again and counts as `work` until it ends. Unsubscribing aborts the call until its response
 * is delivered: a stream then belongs to its reader.
 */
export function observeCall<T>(
  send: Send<T>,
  args: readonly unknown[],
  work: WorkInFlight,
): Observable<AxiosResponse<T>> {
  return new Observable((subscriber) => {
    const { config, end } = cancellableCall(args.at(-1) as AxiosRequestConfig | undefined);
    let isDelivered = false;
    // The application's axios interceptors count as work too.
    work
      .during(() => send(...args.slice(0, -1), config))
      .then(
        (response) => {
          isDelivered = !subscriber.closed;
          // A request interceptor may have removed the signal or token that aborts the call.
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

/** Returns `stated` with another way to cancel it: axios accepts one token and one signal. */
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

/** Joins both signals; anything that is no `AbortSignal` is kept, and refused later. */
function joinSignals(
  stated: AxiosRequestConfig['signal'],
  end: AbortSignal,
): NonNullable<AxiosRequestConfig['signal']> {
  if (!stated) return end;
  return stated instanceof AbortSignal ? AbortSignal.any([stated, end]) : stated;
}
