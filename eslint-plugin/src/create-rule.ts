import type { TSESLint } from '@typescript-eslint/utils';
import type { Sdk } from './sdk/index.ts';
import { whenRead } from './sdk/when-read.ts';

/**
 * The page of a rule: editors and formatters take it for the link of a finding, so it is an absolute URL.
 *
 * The package has no public home yet, and an address that does not exist is no link. So the build puts the pages
 * beside the compiled rules, and the link is that file: it opens in an editor, offline, and fits the installed version.
 */
const pageOf = (id: string): string => new URL(`docs/rules/${id}.md`, import.meta.url).href;

/** In which presets a rule is on: `recommended` (and so also `strict`), `strict` alone, or neither. */
export type Preset = 'recommended' | 'strict' | false;

export interface RuleDocs {
  description: string;
  preset: Preset;
  url: string;
}

export type Rule<
  MessageIds extends string = string,
  Options extends readonly unknown[] = readonly unknown[],
> = TSESLint.RuleModule<MessageIds, Options, RuleDocs> & { name: string };

/** Any rule, whatever its options and messages: what a list of rules holds. */
export interface AnyRule {
  name: string;
  meta: { docs?: RuleDocs; messages: Record<string, string>; schema: unknown; hasSuggestions?: boolean };
}

interface RuleDefinition<MessageIds extends string, Options extends readonly unknown[]> {
  /** The id of the catalogue, without the plugin prefix: `span-reuse`. */
  name: string;
  meta: Omit<TSESLint.RuleMetaData<MessageIds, RuleDocs, Options>, 'docs' | 'defaultOptions'> & {
    docs: { description: string; preset: Preset };
  };
  /** Read `context.options` through {@link optionsOf}: ESLint 9.15+ merges these defaults, oxlint does too. */
  defaultOptions: Options;
  /** Looks at a file that uses the SDK, once it has been walked: from then on every node has a parent. */
  check: (sdk: Sdk, context: Readonly<TSESLint.RuleContext<MessageIds, Options>>) => void;
}

/**
 * Builds a rule that runs unchanged in ESLint 9, ESLint 10 and oxlint.
 *
 * Our own, because `RuleCreator` of `@typescript-eslint/utils` would make a second TypeScript a dependency of
 * everybody who installs the plugin.
 */
export function createRule<MessageIds extends string, Options extends readonly unknown[]>(
  definition: RuleDefinition<MessageIds, Options>,
): Rule<MessageIds, Options> {
  type RuleContext = Readonly<TSESLint.RuleContext<MessageIds, Options>>;
  const { name, meta, defaultOptions, check } = definition;
  return {
    name,
    meta: {
      ...meta,
      defaultOptions,
      docs: { ...meta.docs, url: pageOf(name) },
    },
    create: (context: RuleContext) => whenRead(context, (sdk) => check(sdk, context)),
  } as Rule<MessageIds, Options>;
}

/** The first option object, with the defaults for what the user left out. */
export function optionsOf<Option extends object>(
  context: { readonly options: readonly [] | readonly [Partial<Option>?, ...unknown[]] },
  defaults: Option,
): Option {
  return { ...defaults, ...context.options[0] };
}
