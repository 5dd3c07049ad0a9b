export { createAnalyse, type Analyse } from './analyse.ts';
export { recordUnprocessed } from './arrivals.ts';
