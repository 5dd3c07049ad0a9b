import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Recording } from '../../src/recording/recording.ts';
import { writeRecording } from '../../src/recording/ndjson.ts';
import { built } from '../build.ts';
import { untilNow } from '../bulk/readable-text.ts';
import { brokenSpan, event } from '../report/samples.ts';
import { bad, csv, good, ndjson, row, tableRow } from './rows.ts';
import { type Ended, whyopsTestkit } from './spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(built, 120_000);

const SPAN = ['--rule', 'span-reuse'];

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const rulesFound = ({ stdout }: Ended) =>
  JSON.parse(stdout).findings.map(({ rule, kind, traceId }: Record<string, string>) => ({
    rule,
    kind,
    traceId,
  }));

const found = [{ rule: 'span-reuse', kind: 'no-such-request', traceId: 'bad' }];

describe('check reads', () => {
  const events = [...good(), ...bad()];
  const reply = (list: unknown[], total = list.length) => ({
    events: list,
    pagination: { total, limit: 100, offset: 0, hasMore: total > list.length },
  });
  const noisy = [
    ...good('g2'),
    ...bad().map((e) => ({ ...e, content: { text: 'a "quoted", \n"line" \\n \u2028 , [}' } })),
  ];
  const forms: [string, string | Buffer][] = [
    ['NDJSON of events', ndjson(events)],
    ['events newest first', ndjson([...events].reverse())],
    [
      'NDJSON without a line break at the end, with CRLF and blank lines',
      `\r\n${ndjson(events).replaceAll('\n', '\r\n\n').trimEnd()}`,
    ],
    ['NDJSON with a byte order mark', `\ufeff${ndjson(events)}`],
    ['a JSON array in one line', JSON.stringify(events)],
    ['a JSON array over many lines', JSON.stringify(events, null, 2)],
    ['a JSON array with an event a line', `[${events.map((e) => JSON.stringify(e)).join(',\n')}]`],
    ['a reply of the read API', JSON.stringify(reply(events))],
    ['a reply over many lines', JSON.stringify(reply(events), null, 2)],
    [
      'a reply over many lines, pagination first',
      JSON.stringify({ pagination: { total: 4, hasMore: false }, events }, null, 2),
    ],
    ['replies, one a line', ndjson([reply(good()), reply(bad())])],
    [
      'events one after the other, as jq prints them',
      events.map((e) => JSON.stringify(e, null, 2)).join('\n'),
    ],
    ['arrays in an array, as jq --slurp makes them', JSON.stringify([good(), [bad()]])],
    ['replies in an array', JSON.stringify([reply(good()), reply(bad())])],
    ['replies in an array over many lines', JSON.stringify([reply(good()), reply(bad())], null, 2)],
    [
      'replies over many lines',
      [good(), bad()].map((list) => JSON.stringify(reply(list), null, 2)).join('\n'),
    ],
    ['rows as row_to_json gives them', ndjson(events.map(tableRow))],
    ['rows in a JSON array', JSON.stringify(events.map(tableRow), null, 1)],
    ['COPY … CSV HEADER', csv(events)],
    ['CSV with its columns in another order', csv(events, (columns) => [...columns].reverse())],
    ['CSV with the names of columns in capitals', csv(events).replace(/^.*/, (names) => names.toUpperCase())],
    ['CSV with a column that nobody needs', csv(events, (columns) => [...columns, 'note'])],
    [
      'CSV of programs that separate by semicolons, with CRLF',
      csv(events, undefined, ';').replaceAll('\n', '\r\n'),
    ],
    ['CSV with quotes and line breaks in the content', csv(noisy)],
    ['gzip', gzipSync(ndjson(events))],
    ['gzip of CSV', gzipSync(csv(events))],
    ['gzip in several members', Buffer.concat([gzipSync(ndjson(good())), gzipSync(ndjson(bad()))])],
    [
      'gzip in several members with zeros between them',
      Buffer.concat([gzipSync(ndjson(good())), Buffer.alloc(512), gzipSync(ndjson(bad()))]),
    ],
    ['gzip filled up with zeros', Buffer.concat([gzipSync(ndjson(events)), Buffer.alloc(512)])],
    ['NDJSON filled up with zeros', ndjson(events) + '\0'.repeat(512)],
  ];

  test.each(forms)('%s', async (name, content) => {
    const ended = await whyopsTestkit(['check', ...SPAN, '--format', 'json', file('input', content)]);
    expect({ stderr: ended.stderr, code: ended.code }, name).toEqual({ stderr: '', code: 1 });
    expect(rulesFound(ended)).toEqual(found);
    expect(JSON.parse(ended.stdout)).toMatchObject({ traces: 2, events: 4 });
  });

  test('a recording of its own', async () => {
    const ended = await whyopsTestkit([
      'check',
      ...SPAN,
      '--format',
      'json',
      file('r.ndjson', writeRecording(brokenSpan)),
    ]);
    expect(ended.code).toBe(1);
    expect(rulesFound(ended)).toEqual([{ ...found[0], traceId: 't1' }]);
  });

  test('the line of a request that a finding is about', async () => {
    const text = readFileSync('fixtures/traces/single-base-url/bad-a-second-address.ndjson', 'utf8');
    const path = file('requests.ndjson', text);
    const ended = await whyopsTestkit(['check', '--rule', 'single-base-url', '--format', 'sarif', path]);
    const [result] = JSON.parse(ended.stdout).runs[0].results;
    const line = text
      .split('\n')
      .findIndex((one) => one.includes(`{"exchange":{"id":"${result.properties.witness.at(-1)}"`));
    expect(result.locations[0].physicalLocation.region).toEqual({ startLine: line + 1 });
  });

  test('recordings one by one: the same trace id in two of them is two traces', async () => {
    const half = (eventType: 'tool_call_request' | 'tool_call_response') =>
      new Recording({
        events: [event(1, { eventType, spanId: 's', metadata: { tool: 'search' }, traceId: 't' })],
      });
    const both = writeRecording(half('tool_call_request')) + writeRecording(half('tool_call_response'));
    const ended = await whyopsTestkit(['check', ...SPAN, '--format', 'json', '-'], { input: both });
    expect(rulesFound(ended).map(({ kind }: { kind: string }) => kind)).toEqual([
      'unanswered',
      'no-such-request',
    ]);
  });

  test('several files as one, and standard input', async () => {
    const [request, response] = good();
    const path = file('first.ndjson', ndjson([request]));
    const ended = await whyopsTestkit(['check', ...SPAN, path, '-'], { input: ndjson([response]) });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('No findings: 1 trace, 2 events, 1 rule checked.');
  });

  test('a file once that is named twice', async () => {
    const path = file('twice.ndjson', ndjson(bad()));
    const ended = await whyopsTestkit(['check', ...SPAN, path, join(folder, '.', 'twice.ndjson')]);
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toMatch(/1 error: 1 trace, 2 events, 1 rule checked\.\n$/);
  });

  test('events without ids, also where several stand in one line', async () => {
    const rows = [...good('t'), ...good('u'), ...bad('t')].map(({ id: _, ...others }) => others);
    const ended = await whyopsTestkit(['check', ...SPAN, '--format', 'json', '-'], {
      input: JSON.stringify(rows),
    });
    expect(JSON.parse(ended.stdout)).toMatchObject({ traces: 2, events: 6 });
    const [{ witness }] = JSON.parse(ended.stdout).findings;
    expect(new Set(witness).size).toBe(witness.length);
  });

  test('an event that comes twice, as on overlapping pages, once', async () => {
    const events = good();
    const ended = await whyopsTestkit(['check', ...SPAN, '-'], { input: ndjson([...events, ...events]) });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('2 events came more than once in the input and were checked once.');
  });
});

describe('check ends with', () => {
  test('0 when nothing is wrong', async () => {
    expect((await whyopsTestkit(['check', ...SPAN, '-'], { input: ndjson(good()) })).code).toBe(0);
  });

  test('1 for findings, told as a timeline', async () => {
    const { code, stdout } = await whyopsTestkit(['check', ...SPAN, '-'], { input: ndjson(bad()) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Trace bad · 2 events\n {2}✗1 /);
    expect(stdout).toContain('1) span-reuse error no-such-request');
    expect(stdout.split('\n').filter((line) => line.length > 80 && line.includes(' '))).toEqual([]);
  });

  test('3 when there was nothing to check', async () => {
    const nothing = await whyopsTestkit(['check', '-'], { input: '' });
    expect(nothing).toMatchObject({ code: 3 });
    expect(nothing.stdout).toContain('Nothing was checked');
    const noTools = await whyopsTestkit(['check', ...SPAN, '-'], { input: ndjson([row('t', 1, {})]) });
    expect(noTools.code).toBe(3);
  });

  test.each([
    [['nowhere.ndjson'], 'nowhere.ndjson: there is no such file.'],
    [['.'], '.: this is a folder; name the files in it.'],
    [['-', '-'], '- was given twice: standard input can be read once.'],
    [[], 'Nothing to check: name one or more files, - for standard input, or --from a backend.'],
    [['--rule', 'span-resue', '-'], 'There is no rule "span-resue". Rules: stable-trace-id, '],
    [['--rule', 'span-resue', '-'], 'Did you mean "span-reuse"?'],
    [
      ['--ignore', 'span-reuse:unanswerd=x', '-'],
      'There is no kind "unanswerd". Kinds: no-such-request, without-span, other-tool, answered-twice, requested-twice, unanswered. Did you mean "unanswered"?',
    ],
    [['--partition', '0/4', '-'], '--partition "0/4": give i/n with i from 1 to n, for instance 1/4.'],
    [['--format', 'jsno', '-'], "'jsno' is invalid. Allowed choices are text, json, junit, sarif"],
    [['--fromat', 'json', '-'], "unknown option '--fromat'\n(Did you mean --format?)"],
    [['--ignore', 'span-reuse', '-'], '--ignore "span-reuse": give the rule and why it is right here'],
    [['--ignore', 'span-reuse= ', '-'], '--ignore "span-reuse= ": give the rule'],
    [['--partition', '5/4', '-'], '--partition "5/4": give i/n with i from 1 to n, for instance 1/4.'],
    [['--jobs', '0', '-'], '--jobs "0": give a number of threads, 1 to 256.'],
    [
      ['--from', 'https://x.example/', '--trace-id', 't'],
      'the analyse base URL ends in /api; write https://x.example/api.',
    ],
    [['--from', 'https://x.example/api'], '--from needs the traces to read'],
    [
      ['--from', 'https://x.example/api', '--trace-id', 't', '--api-key-env', 'NO_SUCH'],
      'The environment variable NO_SUCH is not set',
    ],
    [
      ['--baseline', 'nowhere.json', '-'],
      "The baseline nowhere.json cannot be read: ENOENT: no such file or directory, open 'nowhere.json'. Write one with --write-baseline nowhere.json.",
    ],
    [
      ['--baseline', 'package.json', '-'],
      'package.json is no baseline (baseline: Invalid input: expected "whyops-testkit"). Write one with --write-baseline FILE.',
    ],
    [['--baseline', 'README.md', '-'], 'Write one with --write-baseline FILE.'],
    [
      ['-o', './package.json', 'package.json'],
      '--output ./package.json: this is the input, which would be lost',
    ],
    [
      ['--write-baseline', 'package.json', 'package.json'],
      '--write-baseline package.json: this is the input',
    ],
    [['--write-baseline', 'no/where', '-'], '--write-baseline no/where: ENOENT'],
    [['-o', 'no/where', '-'], '--output no/where: ENOENT'],
    [
      ['--partition', '1/4', '--format', 'html', '--ignore', 'span-reuse=x', '-'],
      '--partition prints a part, not a report: give --format html and --ignore to report merge instead.',
    ],
    [['--partial', '--baseline', 'x.json', '-'], '--partial prints a part, not a report: give --baseline'],
  ])('2 for wrong usage: %j', async (args, message) => {
    const { code, stdout, stderr } = await whyopsTestkit(['check', ...args], { input: ndjson(good()) });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0x0a, 0xff])],
    ['gzip twice', gzipSync(gzipSync('{}'))],
  ])('2 for a file that is %s', async (_name, content) => {
    const path = file('binary', content);
    const { code, stdout, stderr } = await whyopsTestkit(['check', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${path}: neither events nor a recording; it begins with "`);
  });

  test.each([
    ['as PowerShell writes it', Buffer.from('\ufeff{"traceId":"t"}\n', 'utf16le')],
    ['with the larger byte first', Buffer.from('\ufeff{"traceId":"t"}\n', 'utf16le').swap16()],
    ['without a mark', Buffer.from('{"traceId":"t"}\n', 'utf16le')],
  ])('2 for UTF-16, %s: says how to write it', async (_name, content) => {
    const path = file('utf16', content);
    const { code, stdout, stderr } = await whyopsTestkit(['check', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `whyops-testkit: ${path}: this is UTF-16; write it as UTF-8, as "iconv -f UTF-16 -t UTF-8" does.\n`,
    );
  });

  test.each([
    ['all lines', 'id,trace_id,event_type\r1,a,error\r'],
    ['the first one', `\r${csv(good('a'))}`],
  ])('2 for CSV in which %s end in a carriage return alone: says how to write it', async (_name, content) => {
    const path = file('old.csv', content);
    const { code, stdout, stderr } = await whyopsTestkit(['check', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${path}: the lines of this CSV end in \\r alone; end them in \\n, as "tr `);
  });

  const [many] = [ndjson(Array.from({ length: 60 }, (_, index) => good(`t${index}`)).flat())];
  const packed = gzipSync(many!);
  test.each([
    ['gzip', packed.subarray(0, 1500), 'the rest of the file cannot be unpacked: unexpected end of file'],
    [
      'JSON',
      `[${many!.trimEnd().split('\n').join(',\n').slice(0, 5000)}`,
      'the JSON ends here in the middle',
    ],
    [
      'CSV',
      csv(good())
        .replace(/"\n$/, '\n')
        .replace(/,([^,]*)\n$/, ',"$1'),
      'Quote Not Closed',
    ],
  ])(
    '2 for %s that was cut off: what was there is checked, and where it ends is told',
    async (form, content, problem) => {
      const path = file(`cut.${form}`, content);
      const { code, stdout, stderr } = await whyopsTestkit(['check', ...SPAN, '--format', 'json', path]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      const { events, unreadable } = JSON.parse(stdout);
      expect(events).toBeGreaterThan(0);
      // Every record of these inputs is one line, and CSV has a header.
      const last = unreadable.first.at(-1);
      expect(last.line).toBe(events + (form === 'CSV' ? 2 : 1));
      expect(last.problem).toContain(problem);
    },
  );

  const flipped = (bytes: Buffer, fromEnd: number) => {
    const copy = Buffer.from(bytes);
    copy[copy.length - fromEnd]! ^= 1;
    return copy;
  };
  /** The first 120 lines, and no end: then a block of a type that there is not. */
  const damagedWithin = Buffer.concat([gzipSync(many!, untilNow), Buffer.from([7]), packed.subarray(100)]);
  const second = gzipSync(ndjson(good('second')));
  const noGzip = 'what stands behind the end of the gzip data is no gzip';
  const badSum = 'the checksum is wrong, so the text before may be damaged too (incorrect data check)';

  describe.each(['a file', 'standard input'])(
    '2 for damaged gzip from %s: all before the damage is checked',
    (from) => {
      test.each<[string, Buffer, number, string]>([
        ['garbage behind the end', Buffer.concat([packed, Buffer.from('garbage')]), 120, noGzip],
        ['a line break behind the end', Buffer.concat([packed, Buffer.from('\n')]), 120, noGzip],
        [
          'garbage behind zeros behind the end',
          Buffer.concat([packed, Buffer.alloc(9), Buffer.from('x')]),
          120,
          noGzip,
        ],
        ['a wrong checksum', flipped(packed, 8), 120, badSum],
        [
          'a wrong length',
          flipped(packed, 4),
          120,
          'the length is wrong, so text before may be missing (incorrect length check)',
        ],
        ['damage within', damagedWithin, 120, 'invalid block type'],
        ['damage within a second member', Buffer.concat([second, damagedWithin]), 122, 'invalid block type'],
        ['a wrong checksum of a second member', Buffer.concat([packed, flipped(second, 8)]), 122, badSum],
        [
          'a second member that was cut off',
          Buffer.concat([packed, second.subarray(0, -8)]),
          122,
          'unexpected end of file',
        ],
        [
          'a header that was cut off',
          Buffer.concat([packed, second.subarray(0, 4)]),
          120,
          'unexpected end of file',
        ],
      ])('%s', async (_name, content, events, problem) => {
        const args = ['check', ...SPAN, '--format', 'json'];
        const { code, stdout, stderr } = await (from === 'a file'
          ? whyopsTestkit([...args, file('damaged.gz', content)])
          : whyopsTestkit([...args, '-'], { input: content }));
        expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
        const report = JSON.parse(stdout);
        expect(report.events).toBe(events);
        expect(report.unreadable.first).toMatchObject([
          { line: events + 1, problem: `the rest of the file cannot be unpacked: ${problem}` },
        ]);
      });
    },
  );

  test('2 for input of an unknown form', async () => {
    const { code, stderr } = await whyopsTestkit(['check', '-'], { input: 'Dear Sir,\nyours\n' });
    expect(code).toBe(2);
    expect(stderr).toContain('-: neither events nor a recording; it begins with "Dear Sir,"');
  });

  test('2 when something could not be read, and checks the rest', async () => {
    const [a, b] = bad();
    const lines = [
      JSON.stringify(a),
      '{"id":"x","traceId":"t',
      '{"traceId":"t","eventType":"nope"}',
      '',
      '42',
      JSON.stringify(b),
    ];
    const path = file('damaged.ndjson', lines.join('\n'));
    const { code, stdout } = await whyopsTestkit(['check', ...SPAN, path]);
    expect(code).toBe(2);
    expect(stdout).toContain('no-such-request');
    expect(stdout).toContain('Not everything was checked, for 3 reasons:');
    expect(stdout).toContain(`${path}:2: not JSON`);
    expect(stdout).toContain(`${path}:3: the event type "nope" is none of`);
    expect(stdout).toContain(`${path}:5: 42 is no event`);
  });

  test('2 when events were exported without content', async () => {
    const { content: _, ...without } = good()[0]!;
    const { code, stdout } = await whyopsTestkit(['check', '-'], { input: ndjson([without]) });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain('read it with ?include=content,metadata');
  });

  test.each([
    ['in one line', undefined],
    ['over many lines', 2],
  ])('2 when pages are missing: %s', async (_name, indent) => {
    const page = { events: good('t'), pagination: { total: 7, limit: 2, offset: 0, hasMore: true } };
    const input = JSON.stringify(page, null, indent);
    for (const how of [[], ['--grouped'], ['--jobs', '2']]) {
      const { code, stdout } = await whyopsTestkit(['check', ...SPAN, ...how, '-'], { input });
      expect(code).toBe(2);
      expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
        '-:1: GET /api/events has 7 events, the input has 2 of them (of the trace "t"); add the other pages',
      );
    }
  });

  test.each([
    ['"events" that is no array', '{"events":null}', '-:1: no event: it needs "traceId"'],
    ['a reply of another route', '{\n"data": {"events": []}\n}', '-:1: no event: it needs "traceId"'],
    ['a page that is no JSON behind its events', '{\n"events": [\n], oops}', '-:1: not JSON: '],
    ['an array in an array', '[[1]]', '-:1: 1 is no event'],
    [
      'a line of a recording in an array',
      `[${writeRecording(brokenSpan).split('\n')[1]}]`,
      '-:1: a line of a recording without its header',
    ],
    ['zeros before the first line', `\0\0\0${JSON.stringify(good()[0])}\n{}\n`, '-:1: not JSON: '],
    [
      'CSV without the column content',
      csv(good(), (columns) => columns.filter((name) => name !== 'content')),
      '-:2: the event was exported without its content',
    ],
    [
      'CSV with a number that is none',
      csv(good().map((e) => ({ ...e, stepId: 'one' as never }))),
      '-:2: "stepId" is "one"; it must be an integer or null',
    ],
    ['CSV with too few fields', `${csv(good())}x,y\n`, '-:4: no CSV row: '],
    [
      'CSV with a content that is no JSON',
      csv(good()).replaceAll('"{""toolCalls""', '"{""toolCalls'),
      '-:2: the column content holds "{',
    ],
  ])('2 for %s: it is named', async (_name, input, problem) => {
    const { code, stdout } = await whyopsTestkit(['check', ...SPAN, '-'], { input });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(problem);
  });
});

describe('check accepts', () => {
  test('findings for a reason', async () => {
    const args = ['check', ...SPAN, '--ignore', 'span-reuse:no-such-request=the legacy agent', '-'];
    const { code, stdout } = await whyopsTestkit(args, { input: ndjson(bad()) });
    expect(code).toBe(0);
    expect(stdout).toContain('Ignored 1 finding of span-reuse: the legacy agent');
  });

  test('what a baseline lists, and nothing else', async () => {
    const baseline = join(folder, 'baseline.json');
    const old = file('old.ndjson', ndjson(bad()));
    const more = file('more.ndjson', ndjson(bad('worse')));
    expect((await whyopsTestkit(['check', ...SPAN, '--write-baseline', baseline, old])).code).toBe(1);
    expect((await whyopsTestkit(['check', ...SPAN, '--baseline', baseline, old])).code).toBe(0);
    const ended = await whyopsTestkit([
      'check',
      ...SPAN,
      '--baseline',
      baseline,
      '--format',
      'json',
      more,
      old,
    ]);
    expect(ended.code).toBe(1);
    expect(rulesFound(ended)).toEqual([{ ...found[0], traceId: 'worse' }]);
    const gone = await whyopsTestkit(['check', ...SPAN, '--baseline', baseline, more]);
    expect(gone.stdout).toContain('matched nothing: delete it.');
  });

  test('warnings with --fail-on error', async () => {
    const input = ndjson(good().slice(0, 1));
    expect((await whyopsTestkit(['check', ...SPAN, '-'], { input })).code).toBe(1);
    expect((await whyopsTestkit(['check', ...SPAN, '--fail-on', 'error', '-'], { input })).code).toBe(0);
  });
});

describe('check at scale', () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    index % 7 === 3 ? bad(`t${index}`) : good(`t${index}`),
  );
  const grouped = ndjson(many.flat());
  const mixed = ndjson([...many.map(([request]) => request), ...many.map(([, response]) => response)]);

  test('gives one result for any number of threads and any order of work', async () => {
    const path = file('mixed.ndjson', mixed);
    const [one, two, four] = await Promise.all(
      ['1', '2', '4'].map((jobs) =>
        whyopsTestkit(['check', ...SPAN, '--jobs', jobs, '--format', 'json', path]),
      ),
    );
    expect(one!.code).toBe(1);
    expect(rulesFound(one!)).toHaveLength(43);
    expect(two).toEqual(one);
    expect(four).toEqual(one);
  });

  test('gives the same for grouped input', async () => {
    const path = file('grouped.ndjson', grouped);
    const plain = await whyopsTestkit(['check', ...SPAN, '--format', 'json', path]);
    for (const jobs of ['1', '3'])
      expect(
        await whyopsTestkit(['check', ...SPAN, '--grouped', '--jobs', jobs, '--format', 'json', path]),
      ).toEqual(plain);
  });

  test('notices that input is not grouped', async () => {
    const { code, stdout } = await whyopsTestkit(['check', ...SPAN, '--grouped', '-'], { input: mixed });
    expect(code).toBe(2);
    expect(stdout.replaceAll(/\n\s*/g, ' ')).toContain(
      'this input is not grouped by trace; check it without --grouped',
    );
  });

  test('shares the work between processes, and merges what they found', async () => {
    const path = file('shared.ndjson', mixed);
    const whole = await whyopsTestkit(['check', ...SPAN, '--format', 'json', path]);
    const parts = await Promise.all(
      [1, 2, 3].map(async (index) => {
        const part = join(folder, `part-${index}.json`);
        const args = ['check', ...SPAN, '--partition', `${index}/3`, '-o', part, path];
        expect(await whyopsTestkit(args)).toEqual({ code: 0, stdout: '', stderr: '' });
        return part;
      }),
    );
    expect(await whyopsTestkit(['report', 'merge', '--format', 'json', ...parts.reverse()])).toEqual(whole);
    const known = join(folder, 'known.json');
    expect((await whyopsTestkit(['report', 'merge', '--write-baseline', known, ...parts])).code).toBe(1);
    expect((await whyopsTestkit(['report', 'merge', '--baseline', known, ...parts])).code).toBe(0);
    const folderForFile = await whyopsTestkit(['report', 'merge', folder]);
    expect(folderForFile).toMatchObject({ code: 2, stdout: '' });
    expect(folderForFile.stderr).toContain(`${folder}: EISDIR`);
    const missing = await whyopsTestkit(['report', 'merge', ...parts.slice(1)]);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('Not all parts are here; missing: 3/3.');
  });

  test.each(['1', '2'])('says so when there is no room to sort in, with --jobs %s', async (jobs) => {
    const long = many.map((events, index) =>
      events.map((one) => ({ ...one, traceId: `${index}${'t'.repeat(60_000)}` })),
    );
    const path = file('large.ndjson', ndjson(long.flat()));
    const TMPDIR = join(folder, 'nowhere');
    const { code, stdout, stderr } = await whyopsTestkit(['check', '--jobs', jobs, path], {
      env: { TMPDIR },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^whyops-testkit: The input is sorted in the folder for temporary files, .*nowhere: ENOENT: .*\. Set TMPDIR to a folder with room for all of it, or give it sorted by trace, with --grouped\.\n$/,
    );
    const grouped = ['check', ...SPAN, '--grouped', '--jobs', jobs, '--format', 'json', path];
    expect(JSON.parse((await whyopsTestkit(grouped, { env: { TMPDIR } })).stdout)).toMatchObject({
      traces: 300,
    });
  });

  test.each([
    ['sorted', []],
    ['grouped', ['--grouped']],
  ])('tells what could not be read once, however many share the work: %s', async (_name, how) => {
    const damaged = `${grouped}{"traceId":"t0"\n[1,2]\n{"traceId":"t1","eventType":"no"}\n`;
    const reply = { events: good('of a reply'), pagination: { total: 7, offset: 0 } };
    const files = [
      file('damaged-share.ndjson', damaged),
      file('damaged-share.json', `[\n{"traceId": "x"`),
      file('damaged-share.csv', `${csv(good('of a table'))}x,y\n`),
      file('damaged-reply.json', JSON.stringify(reply, null, 1)),
    ];
    const whole = await whyopsTestkit(['check', ...SPAN, ...how, '--format', 'json', ...files]);
    expect(JSON.parse(whole.stdout).unreadable.count).toBe(7);
    const parts = await Promise.all(
      [1, 2, 3].map(
        async (index) =>
          (await whyopsTestkit(['check', ...SPAN, ...how, '--partition', `${index}/3`, ...files])).stdout,
      ),
    );
    const merged = await whyopsTestkit(['report', 'merge', '--format', 'json', '-'], {
      input: parts.join(''),
    });
    expect(merged).toEqual(whole);
  });

  test('works behind a pipe that sorts by trace, one part a line', async () => {
    const lines = await Promise.all(
      [many.slice(0, 100), many.slice(100), []].map((traces) =>
        whyopsTestkit(['check', ...SPAN, '--partial', '-'], { input: ndjson(traces.flat()) }),
      ),
    );
    for (const { code, stdout } of lines) expect([code, stdout.split('\n').length]).toEqual([0, 2]);
    const merged = await whyopsTestkit(['report', 'merge', '--format', 'json', '-'], {
      input: lines.map(({ stdout }) => stdout).join(''),
    });
    expect(rulesFound(merged)).toHaveLength(43);
    expect(JSON.parse(merged.stdout)).toMatchObject({ traces: 300, events: 600 });
  });
});
