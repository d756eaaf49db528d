import { CryptofuseSandbox } from '../../lib/testing/cryptofuse-sandbox.js';

// A sandbox whose memory does not count as that of its clients.
const sandbox = await CryptofuseSandbox.start({ tokenLimit: false, apiLimit: false });
/** What a client needs to work with it. */
export type ClientOptions = typeof sandbox.moduleOptions;

process.on('disconnect', () => {
  void sandbox.stop();
});
process.send?.(sandbox.moduleOptions);
