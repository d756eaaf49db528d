import { AsyncResource } from 'node:async_hooks';
import type { Readable } from 'node:stream';

/** Has `stream`, one of our own, tell its events in the async context of now: not in that of whoever reads or fills it. */
export function keepContext<Stream extends Readable>(stream: Stream): Stream {
  const emit: Readable['emit'] = stream.emit.bind(stream);
  stream.emit = AsyncResource.bind(emit);
  return stream;
}
