import type { Reading } from '../clock/deadline-timers.js';

/** Counts what this process reads of responses, for who must know whether more of what has arrived is to come. */
class ResponseReading implements Reading {
  /** Pieces of bodies that have come. */
  pieces = 0;
  /** Bodies that are being decoded, in other threads. */
  decoding = 0;

  watch(): () => boolean {
    let before = this.pieces;
    return () => {
      const hasRead = this.pieces !== before || this.decoding > 0;
      before = this.pieces;
      return hasRead;
    };
  }
}

/** That of all connections of this process. */
export const responseReading = new ResponseReading();
