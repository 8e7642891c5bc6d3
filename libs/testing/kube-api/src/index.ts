export { definitionOf } from './custom-kinds.ts';
export type { Fault, Faults, Hold, RequestFacts, RequestMatch } from './faults.ts';
export { KubeApi, type KubeApiOptions, type ReceivedRequest, type WatchChoice } from './kube-api.ts';
export { BUILT_IN_KINDS, type ServedKind } from './kinds.ts';
export { ApiFailure, type Json, type SentObject, type StoredMetadata, type StoredObject } from './stored-object.ts';
export type { WatchScope, WatchStream } from './watch-stream.ts';
