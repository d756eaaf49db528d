import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- npm run bench writes from here -->';
const END = '<!-- to here -->';
const PLOT = '![CPU time of one GET, by client and by calls in flight](performance.svg)';
const docs = new URL('../docs/', import.meta.url);

/** Puts the figures and the plot of a run into docs/. */
export function writePerformancePage(figures, svg, folder = docs) {
  const path = new URL('performance.md', folder);
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined)
    throw new Error('docs/performance.md has lost the marks of its figures.');
  writeFileSync(path, `${before}${BEGIN}\n\n${PLOT}\n\n${figures}\n\n${END}${after}`);
  writeFileSync(new URL('performance.svg', folder), svg);
}
