const WIDTH = 860;
const LABELS = 250;
const BAR = 18;
const GAP = 8;
const MARGIN = 30;
const CURVES_HEIGHT = 260;
const COLOURS = ['#94a3b8', '#2563eb', '#ea580c', '#64748b', '#16a34a'];

/** Returns an SVG: the cost of each client as bars, and the cost by calls in flight as curves. */
export function plot({ requests, curves }) {
  const bars = barsOf(requests.figures.filter(({ label }) => !label.endsWith(', again')));
  const below = bars.height + MARGIN;
  const height = below + CURVES_HEIGHT + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    bars.content,
    `<g transform="translate(0 ${below})">${curvesOf(curves)}</g>`,
    '</svg>\n',
  ].join('\n');
}

function barsOf(figures) {
  const sorted = [...figures].sort((one, other) => one.best - other.best);
  const scale = (WIDTH - LABELS - 2 * MARGIN) / Math.max(...sorted.map((one) => one.best));
  const rows = sorted.map(({ label, best }, index) => {
    const y = 2 * MARGIN + index * (BAR + GAP);
    const colour = label.startsWith('Cryptofuse') ? '#2563eb' : '#94a3b8';
    const width = best * scale;
    return [
      text(LABELS - 8, y + BAR - 5, label, 'end'),
      `<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
      text(LABELS + width + 6, y + BAR - 5, best.toFixed(0)),
    ].join('');
  });
  const title = text(MARGIN, MARGIN, 'CPU time of one GET, 64 in flight, µs (best round)');
  const height = 2 * MARGIN + sorted.length * (BAR + GAP);
  return { content: [title, ...rows].join('\n'), height };
}

function curvesOf({ levels, curves }) {
  const top = Math.max(...curves.flatMap(({ costs }) => costs));
  const right = WIDTH - LABELS;
  const x = (index) => 2 * MARGIN + (index * (right - 2 * MARGIN)) / (levels.length - 1);
  const y = (cost) => MARGIN + CURVES_HEIGHT * (1 - cost / top);
  const axes = [0, top / 2, top].map(
    (cost) =>
      `<line x1="${x(0)}" x2="${right}" y1="${y(cost)}" y2="${y(cost)}" stroke="#cbd5e1"/>` +
      text(x(0) - 6, y(cost) + 4, cost.toFixed(0), 'end'),
  );
  const ticks = levels.map((level, index) =>
    text(x(index), MARGIN + CURVES_HEIGHT + 18, level, 'middle'),
  );
  const lines = curves.map(({ label, costs }, number) => {
    const colour = COLOURS[number % COLOURS.length];
    const points = costs.map((cost, index) => `${x(index).toFixed(1)},${y(cost).toFixed(1)}`);
    const legend = 2 * MARGIN + number * 22;
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${right + 16}" y="${legend - 10}" width="12" height="12" fill="${colour}"/>`,
      text(right + 34, legend, label),
    ].join('');
  });
  const title = text(MARGIN, 12, 'CPU time of one GET by calls in flight, µs (best round)');
  return [title, ...axes, ...ticks, ...lines].join('\n');
}

function text(x, y, content, anchor = 'start') {
  const escaped = String(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#0f172a">${escaped}</text>`;
}
