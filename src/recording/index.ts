export * from './event.ts';
export * from './exchange.ts';
export * from './recording.ts';
export * from './trace.ts';
export { readRecording, RecordingError, writeRecording } from './ndjson.ts';
