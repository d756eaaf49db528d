import { rmSync } from 'node:fs';

/** Takes away what pack-for-tests.mjs made. */
export default function removePacked() {
  rmSync(process.env.PACKED_FOLDER, { recursive: true, force: true });
}
