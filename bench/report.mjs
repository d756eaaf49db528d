/** Returns the figures as Markdown. */
export function report({ requests, curves, secureCurves, probes, ground }) {
  return [
    ground,
    requestTable(requests),
    curveTable('From 1 to 1 000 in flight', curves),
    curveTable('From 1 to 1 000 in flight, over TLS', secureCurves),
    ...probes.map((probe) => probeTable(probe)),
  ].join('\n\n');
}

function requestTable({ bases, figures, error }) {
  const header = ['client', 'best', 'median', ...bases.map((base) => `× ${base}`), 'target'];
  const rows = figures.map((figure) => [
    figure.label,
    digits(figure.best),
    digits(figure.median),
    ...figure.ratios.map((ratio) => ratio.toFixed(2)),
    figure.limit === undefined ? '' : verdict(figure.ratio, figure.limit, ` × ${figure.against}`),
  ]);
  return section('A GET of 300 bytes, 64 in flight', 'CPU time a call, µs', header, rows, error);
}

function curveTable(title, { levels, curves }) {
  const header = ['in flight', ...curves.map(({ label }) => label)];
  const rows = levels.map((level, index) => [
    level,
    ...curves.map(({ costs }) => digits(costs[index])),
  ]);
  return section(title, 'CPU time a call, µs, best', header, rows);
}

function probeTable({
  title,
  unit,
  limit,
  isAbsolute,
  statistic,
  figures,
  compared,
  value,
  error,
}) {
  const header = ['', 'best', 'median', ...(isAbsolute ? [] : [`ratio of ${statistic}`]), 'target'];
  const rows = figures.map((figure) => [
    figure.label,
    digits(figure.best),
    digits(figure.median),
    ...(isAbsolute ? [] : [figure.ratios[0].toFixed(2)]),
    figure === compared ? verdict(value, limit, isAbsolute ? ' ms' : '') : '',
  ]);
  return section(title, unit, header, rows, error);
}

function verdict(value, limit, unit) {
  return `≤ ${limit}${unit}: ${value <= limit ? 'met' : 'missed'}`;
}

function section(title, unit, header, rows, error) {
  const lines = [header, header.map((_, column) => (column === 0 ? '---' : '--:')), ...rows];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const heading = `### ${title}\n\n${unit}.`;
  const remark =
    error === undefined
      ? ''
      : ` Error, from what was measured twice: ${(error * 100).toFixed(1)} %.`;
  return `${heading}${remark}\n\n${table}`;
}

/** Three digits that count, and no more. */
function digits(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
