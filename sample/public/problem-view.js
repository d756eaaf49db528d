/* global document */
import { adviceOn } from './advice.js';

/** Shows `problem` in `box`, an alert: what it means, what the server said, what to do. */
export function showProblem(box, problem, caution) {
  const { title, details, remedy } = adviceOn(problem);
  const [first, ...rest] = [title, ...details].filter(Boolean);
  const lines = [paragraph('strong', first), ...rest.map((text) => paragraph('span', text))];
  lines.push(paragraph('span', caution ?? remedy));
  if (problem.code !== undefined) lines.push(paragraph('small', `Code: ${problem.code}`));
  box.replaceChildren(...lines);
  box.hidden = false;
}

/** Hides the problem. */
export function hideProblem(box) {
  box.hidden = true;
  box.replaceChildren();
}

function paragraph(kind, text) {
  const line = document.createElement('p');
  const content = document.createElement(kind);
  content.textContent = text;
  line.append(content);
  return line;
}
