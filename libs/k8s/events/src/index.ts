export { EventRecorder, type EventRecorderOptions } from './event-recorder.ts';
export type { EventSource } from './event.ts';
export type { Notice } from './notice.ts';
export { readObject, SubjectFinder, type Subject, type SubjectFinderOptions } from './subject.ts';
