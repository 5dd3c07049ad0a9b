export { renderReport, renderTrace, type TextOptions } from './text.ts';
export { timelineOf, type Step, type Timeline } from './timeline.ts';
