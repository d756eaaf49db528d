const STRUCTURE = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Returns whether the JSON object `json` names a member of its own more than once, in whatever spelling:
 * readers of such a text disagree on what it says, and RFC 6749 §3.2 forbids it.
 */
export function repeatsMember(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  let text = '';
  for (const [part] of json.matchAll(STRUCTURE)) {
    if (part.startsWith('"')) text = part;
    else if (part === '{' || part === '[') depth += 1;
    else if (part === '}' || part === ']') depth -= 1;
    else if (depth === 1) {
      const name = String(JSON.parse(text));
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}
