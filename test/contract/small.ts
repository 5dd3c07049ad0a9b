import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('./drivers/small.mjs', import.meta.url));

export type Wrong = 'keyless' | 'boastful' | 'dies' | 'babbles' | 'stutters' | 'shuffles' | 'leaves';

/** The command of the small driver, with what is wrong with it. */
export const small = (...wrong: Wrong[]): string[] => [process.execPath, FILE, ...wrong];
