const PROTOTYPE = membersOfPrototype();
const unhandled: string[] = [];

process.on('unhandledRejection', (reason) => {
  unhandled.push(`unhandled rejection: ${String(reason)}`);
});
process.on('uncaughtException', (error) => {
  unhandled.push(`uncaught exception: ${error.message}`);
});

/** Returns the troubles of this process since the last call; empty if there were none. */
export function seenTroubles(): readonly string[] {
  const isPolluted = membersOfPrototype() !== PROTOTYPE;
  return [...unhandled.splice(0), ...(isPolluted ? ['Object.prototype has changed'] : [])];
}

function membersOfPrototype(): string {
  return Object.getOwnPropertyNames(Object.prototype).join();
}
