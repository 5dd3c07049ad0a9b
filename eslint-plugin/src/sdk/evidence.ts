import type { Settings } from './settings.ts';

const fragments = new WeakMap<Settings, readonly string[]>();

/** The longest literal part of a module pattern: what the text of a file must contain for the module to match. */
function literalPart(pattern: string): string {
  return pattern.split('*').reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

function fragmentsOf(settings: Settings): readonly string[] {
  let known = fragments.get(settings);
  if (!known) {
    const factories = [...settings.clientFactories, ...settings.traceFactories];
    // Of a dotted factory only the last name counts: a call may be written over several lines.
    known = [
      ...settings.modules.map(literalPart),
      ...factories.map((name) => name.slice(name.lastIndexOf('.') + 1)),
    ];
    fragments.set(settings, known);
  }
  return known;
}

let last: { text: string; settings: Settings; answer: boolean } | null = null;

/**
 * Whether a file can concern us at all. Reads nothing but its text, so that foreign files cost next to nothing; the
 * answer for the last file is kept, because each of our rules asks in turn.
 */
export function mayUseSdk(text: string, settings: Settings): boolean {
  if (last?.text === text && last.settings === settings) return last.answer;
  const answer = fragmentsOf(settings).some((fragment) => text.includes(fragment));
  last = { text, settings, answer };
  return answer;
}

const patterns = new Map<string, RegExp>();

/** Whether an import source is one of the configured modules. */
export function isSdkModule(source: unknown, settings: Settings): boolean {
  if (typeof source !== 'string') return false;
  if (settings.modules.includes(source)) return true;
  return settings.modules.some((pattern) => {
    if (!pattern.includes('*')) return false;
    let regex = patterns.get(pattern);
    if (!regex) {
      const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
      patterns.set(pattern, (regex = new RegExp(`^${escaped.join('.*')}$`)));
    }
    return regex.test(source);
  });
}
