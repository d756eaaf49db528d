// What a process of a test is started with (`--import`), so that it can run TypeScript.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
