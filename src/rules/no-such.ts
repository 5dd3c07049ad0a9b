/** An id that is not in the list: quoted, with the known ones and, where one is much like it, that one. */
export function noSuch(what: string, id: string, known: readonly string[]): string {
  const list = `${what[0]!.toUpperCase()}${what.slice(1)}s: ${known.join(', ')}.`;
  const alike = mostAlike(id, known);
  return `There is no ${what} "${id}". ${list}${alike === null ? '' : ` Did you mean "${alike}"?`}`;
}

/** The one that takes the fewest changes, unless these are so many that it may as well be another. */
function mostAlike(id: string, known: readonly string[]): string | null {
  let best: { readonly id: string; readonly changes: number } | null = null;
  for (const candidate of known) {
    const changes = changesBetween(id.toLowerCase(), candidate);
    if (changes <= candidate.length / 3 && (best === null || changes < best.changes))
      best = { id: candidate, changes };
  }
  return best?.id ?? null;
}

/** How many letters are added, left out, replaced or swapped with the next one. */
function changesBetween(from: string, to: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = last[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      let changes = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1] && row > 1 && column > 1)
        changes = Math.min(changes, beforeLast[column - 2]! + 1);
      current.push(changes);
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length]!;
}
