import type { Suite } from '../harness/marked.ts';

/** The id of the header, that of the trace, and what stands before: perhaps the same, as far as the code tells. */
const perhapsSame: [header: string, id: string, before?: string][] = [
  ["'a'", "'a'"],
  ['x', 'x'],
  ['x', 'z'],
  ['x.id', 'x'],
  ['x.id', 'y.id'],
  ['x.id', "'a'"],
  ['id', 'x', 'const id = make();'],
  ['id', 'x', 'let id = crypto.randomUUID(); id = x;'],
  ['id', 'x.id', 'const id = crypto.randomUUID();'],
  ['id', '`a-${x}`', 'const id = crypto.randomUUID();'],
  ['id', 'two', 'const id = crypto.randomUUID(); const two = id;'],
  ['one', 'x', "const one = 'a'; if (x === one) log();"],
  ['x', 'one', "const one = 'a'; log(one);"],
  ['x', 'y', 'if (x === y) log();'],
  ['x', 'y', 'if (y !== x) log();'],
  ['`a-${x}`', '`b-${x}`'],
  ['KEY', "'a'"],
  ['KEY', 'OTHER'],
  ['process.env.ONE', "'a'"],
  ['process.env.ONE', 'x'],
  ['make()', "'a'"],
];

/** Ids that may be the same: for another id to be told, it must be another one whatever the caller gives. */
export function addIds({ valid }: Suite): void {
  for (const [header, id, before = ''] of perhapsSame)
    valid(
      `ids that may be the same: ${header} and ${id} ${before}`,
      `const ask = async (x, y, z = 'z') => { ${before} await whyops.trace(${id}).error('e');
  await openai.responses.create(body, { headers: { 'X-Trace-ID': ${header} } }); };`,
    );
}
