// Imported (`--import`) by the processes of tests, so that they can run TypeScript.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
