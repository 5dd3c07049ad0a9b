import plugin from '../../src/index.ts';
import type { AnyRule } from '../../src/create-rule.ts';
import { rules } from '../../src/rules/index.ts';
import { defaultSettings, settingsSchema } from '../../src/sdk/settings.ts';

/** The parts of the documentation that are written from the code, between `<!-- name -->` and `<!-- /name -->`. */

interface OptionSchema {
  properties?: Record<string, { type: string; description?: string }>;
}

const inPreset = (preset: 'recommended' | 'strict', id: string): boolean =>
  `whyops/${id}` in plugin.configs[preset].rules!;

/** What a rule page says about the rule in code: presets, suggestions, options. */
export function ruleSection(id: keyof typeof rules): string {
  const rule: AnyRule & { meta: { defaultOptions?: readonly unknown[] } } = rules[id];
  const preset = inPreset('recommended', id) ? '`recommended`' : inPreset('strict', id) ? '`strict`' : null;
  const facts = [
    `ESLint rule \`whyops/${id}\``,
    preset ? `on in ${preset}` : 'in no preset',
    rule.meta.hasSuggestions ? 'offers suggestions' : 'offers no suggestions',
  ];
  const [schema] = rule.meta.schema as OptionSchema[];
  const defaults = (rule.meta.defaultOptions?.[0] ?? {}) as Record<string, unknown>;
  const options = Object.entries(schema?.properties ?? {});
  const lines = [`${facts.join(', ')}.`];
  if (options.length > 0) {
    lines.push('', '| option | type | default | |', '| --- | --- | --- | --- |');
    for (const [name, { type, description }] of options) {
      lines.push(`| \`${name}\` | ${type} | \`${JSON.stringify(defaults[name])}\` | ${description ?? ''} |`);
    }
  }
  return lines.join('\n');
}

/** The table of rules in the README. */
export function rulesTable(): string {
  const lines = ['| rule | what it asks for | preset | suggestions |', '| --- | --- | --- | --- |'];
  for (const [id, { meta }] of Object.entries(rules) as [string, AnyRule][]) {
    const preset = inPreset('recommended', id) ? 'recommended' : inPreset('strict', id) ? 'strict' : '';
    const page = `[${id}](../docs/rules/${id}.md)`;
    lines.push(`| ${page} | ${meta.docs!.description} | ${preset} | ${meta.hasSuggestions ? 'yes' : ''} |`);
  }
  return lines.join('\n');
}

/** The table of settings in the README. */
export function settingsTable(): string {
  const lines = ['| setting | default | |', '| --- | --- | --- |'];
  for (const [name, { description }] of Object.entries(settingsSchema.properties)) {
    lines.push(
      `| \`${name}\` | \`${JSON.stringify(defaultSettings[name as keyof typeof defaultSettings])}\` | ${description} |`,
    );
  }
  return lines.join('\n');
}

/** A Markdown table without its padding, so that a formatter may align it. */
export const unpadded = (text: string): string =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .trim();

/** What stands between the marks of a section, or null. */
export function section(text: string, name: string): string | null {
  const end = `<!-- /${name.split(':')[0]} -->`;
  const start = text.indexOf(`<!-- ${name} -->`);
  const stop = text.indexOf(end, start);
  return start < 0 || stop < 0 ? null : text.slice(start + `<!-- ${name} -->`.length, stop).trim();
}
