import type net from 'node:net';
import type { RawAnswer } from '../support/raw-answers.js';

const JSON_TYPE = 'Content-Type: application/json';
/** Bytes of each piece of a flood. */
const PIECE = 64 * 1_024;
/** Milliseconds between the bytes of a drip. */
const DRIP_PAUSE = 20;
/** Milliseconds within which a client has read what was sent. */
const READING = 100;

/** Returns a head: the status line, `lines`, and the empty line. */
export function head(statusLine: string, ...lines: readonly string[]): string {
  return [statusLine, ...lines, '', ''].join('\r\n');
}

/** Returns a response with `body` and its true length. */
export function answer(
  status: number | string,
  body: string | Buffer,
  ...lines: readonly string[]
): Buffer {
  const bytes = Buffer.from(body);
  const length = `Content-Length: ${bytes.length}`;
  return Buffer.concat([Buffer.from(head(`HTTP/1.1 ${status} S`, ...lines, length)), bytes]);
}

/** Returns a 200 that says it is JSON. */
export function ok(body: string | Buffer, ...lines: readonly string[]): Buffer {
  return answer(200, body, JSON_TYPE, ...lines);
}

/** Returns a response of any status that says it is JSON. */
export function json(status: number, body: string | Buffer, ...lines: readonly string[]): Buffer {
  return answer(status, body, JSON_TYPE, ...lines);
}

/** Returns a 200 with only `lines` in its head, followed by `rest` unchanged. */
export function loose(lines: readonly string[], rest: string | Buffer = ''): Buffer {
  return Buffer.concat([
    Buffer.from(head('HTTP/1.1 200 OK', JSON_TYPE, ...lines), 'latin1'),
    Buffer.from(rest),
  ]);
}

/** Sends `bytes` and closes the connection. */
export function closing(bytes: string | Buffer): RawAnswer {
  return (socket) => {
    socket.end(bytes, 'latin1');
  };
}

/** Sends `bytes`, and resets the connection once they have been read. */
export function resetting(bytes: string | Buffer): RawAnswer {
  return (socket) => {
    socket.write(bytes, 'latin1', () => {
      setTimeout(() => socket.resetAndDestroy(), READING);
    });
  };
}

/** Sends `bytes`, and then `piece` again and again, with a pause, until the connection ends. */
export function dripping(bytes: string | Buffer, piece: string): RawAnswer {
  return (socket) => {
    socket.write(bytes, 'latin1');
    const timer = setInterval(() => socket.write(piece, 'latin1'), DRIP_PAUSE);
    socket.once('close', () => {
      clearInterval(timer);
    });
  };
}

/** Sends `bytes`, and then `piece` as fast as the client reads it, until the connection ends. */
export function flooding(bytes: string | Buffer, piece: string): RawAnswer {
  const pieces = Buffer.from(piece.repeat(Math.ceil(PIECE / piece.length)), 'latin1');
  return (socket) => {
    const pour = (): void => {
      while (!socket.destroyed && socket.write(pieces));
    };
    socket.on('drain', pour);
    socket.write(bytes, 'latin1');
    pour();
  };
}

/** Sends `bytes` in pieces of `size` bytes, one at a time. */
export function inPieces(bytes: Buffer, size: number): RawAnswer {
  return (socket: net.Socket) => {
    socket.setNoDelay(true);
    const next = (start: number): void => {
      if (start >= bytes.length) return;
      socket.write(bytes.subarray(start, start + size), () => {
        next(start + size);
      });
    };
    next(0);
  };
}
