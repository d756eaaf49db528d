import { CryptofuseSandbox } from '../../lib/testing/cryptofuse-sandbox.js';

// A sandbox in a separate process, so that its memory is not counted with that of its clients.
const sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
/** The options of a client of this sandbox. */
export type ClientOptions = typeof sandbox.moduleOptions;

process.on('disconnect', () => {
  void sandbox.stop();
});
process.send?.(sandbox.moduleOptions);
