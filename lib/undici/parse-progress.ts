import type { Socket } from 'node:net';
import { TransportFailure } from '../contracts/transport.js';

/** Bytes: the headers that undici takes, with all that may stand between them. */
const MOST_BYTES = 65_536;

interface Unparsed {
  bytes: number;
}

/**
 * Ends a connection on which bytes come and nothing comes of them: undici has no limit for a reason phrase or for
 * the extensions of a chunk.
 */
class ParseProgress {
  /** Of the connection that was read last: undici parses at once what it has read. */
  #unparsed: Unparsed | undefined;

  /** Counts what is read of `socket`. */
  watch(socket: Socket): void {
    const unparsed: Unparsed = { bytes: 0 };
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size) => {
      if (unparsed.bytes > MOST_BYTES) {
        socket.destroy(endless());
        return null;
      }
      const chunk = read(size);
      if (chunk === null) return null;
      unparsed.bytes += chunk.length;
      this.#unparsed = unparsed;
      return chunk;
    };
  }

  /** Says that headers or a part of a body have come of what was read. */
  mark(): void {
    if (this.#unparsed !== undefined) this.#unparsed.bytes = 0;
  }
}

function endless(): TransportFailure {
  const message = `More than ${MOST_BYTES} bytes came that are neither headers nor a body.`;
  return new TransportFailure('response_malformed', 'unknown', message);
}

/** That of all connections of this process. */
export const parseProgress = new ParseProgress();
