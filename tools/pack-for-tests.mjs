// Packs the package once for all test files, as `npm publish` would.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function packForTests() {
  const folder = mkdtempSync(join(tmpdir(), 'cryptofuse-packed-'));
  process.env.PACKED_FOLDER = folder;
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(folder);
  process.env.PACKED_TARBALL = join(folder, tarball);
}
