import { CryptofuseHttpService } from 'nestjs-cryptofuse';
import { firstValueFrom } from 'rxjs';
import { openCryptofuse } from '../open-cryptofuse.mjs';

export const name = 'CryptofuseHttpService on undici';

export async function open(url) {
  const context = await openCryptofuse(url, 'undici');
  const http = context.get(CryptofuseHttpService);
  return {
    call: async () => (await firstValueFrom(http.get('/user/me/'))).data,
    close: () => context.close(),
  };
}
