import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a certificate of 127.0.0.1 with openssl, for a day. `file` is for NODE_EXTRA_CA_CERTS; `remove()` when done. */
export function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'cryptofuse-bench-'));
  const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const output = ['-days', '1', '-keyout', keyFile, '-out', file];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...output], { stdio: 'pipe' });
  return {
    file,
    keyFile,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
