/** What users may say under `settings.whyops`; every list adds nothing on its own, it replaces its default. */
export interface Settings {
  modules: readonly string[];
  clientFactories: readonly string[];
  traceFactories: readonly string[];
  retryWrappers: readonly string[];
  queueHandlers: readonly string[];
}

const list = (description: string) => ({
  type: 'array' as const,
  items: { type: 'string' as const, minLength: 1 },
  description,
});

/** JSON schema of `settings.whyops`: the README's table is generated from it. */
export const settingsSchema = {
  type: 'object' as const,
  additionalProperties: false,
  properties: {
    modules: list(
      'Modules that export `WhyOps`, `WhyOpsTrace` or a ready client (then a lower-case name), as they are written in an import. `*` stands for anything.',
    ),
    clientFactories: list('Functions that return a WhyOps client.'),
    traceFactories: list('Functions that return a trace; the first argument is taken for its id.'),
    retryWrappers: list('Functions that may call the function they are given more than once.'),
    queueHandlers: list('Functions or constructors that get a handler which is called again when it fails.'),
  },
};

export const defaultSettings: Settings = {
  modules: ['@whyops/sdk'],
  clientFactories: [],
  traceFactories: [],
  retryWrappers: ['pRetry', 'asyncRetry', 'retry', 'withRetry', 'backOff'],
  queueHandlers: ['Worker', 'queue.process', 'consumer.run'],
};

const known = new WeakMap<object, Settings>();

/**
 * Reads `settings.whyops`.
 *
 * @throws TypeError that quotes the entry and says what to write, when a key is unknown or not a list of strings.
 */
export function readSettings(shared: Readonly<Record<string, unknown>>): Settings {
  const given = shared['whyops'];
  if (given === undefined) return defaultSettings;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(
      `settings.whyops is ${JSON.stringify(given)}: write an object, for example { modules: ['@whyops/sdk'] }.`,
    );
  }
  const cached = known.get(given);
  if (cached) return cached;
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(settingsSchema.properties, key)) {
      const names = Object.keys(settingsSchema.properties).join(', ');
      throw new TypeError(`settings.whyops has no "${key}": write one of ${names}.`);
    }
    if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string' && entry !== '')) {
      throw new TypeError(
        `settings.whyops.${key} is ${JSON.stringify(value)}: write a list of names, for example ["name"].`,
      );
    }
  }
  const settings = { ...defaultSettings, ...given };
  known.set(given, settings);
  return settings;
}
