/** Recorded steps in which the fake differs on purpose, by id, and why. They count as different. */
export const DELIBERATE: Readonly<Record<string, string>> = {};
