import type { Socket } from 'node:net';

/** A socket that is in no such set, a mock's for instance, counts as established. */
const connecting = new WeakSet<object>();

/** Takes note that `socket` is made, and established with the event `established`. */
export function noteConnecting(socket: Socket, established: 'connect' | 'secureConnect'): void {
  connecting.add(socket);
  socket.once(established, () => {
    connecting.delete(socket);
  });
}

/** Returns whether `socket` is known to be not established: nothing was sent over it. */
export function isConnecting(socket: object): boolean {
  return connecting.has(socket);
}
