export { compareAges, compareObjects, compareStrings, createdMs, type Age } from './age-order.ts';
export { MultiMap } from './multi-map.ts';
export { indexKey, listKey, objectKey, type StoreKey } from './object-keys.ts';
export { ObjectStore, type ObjectReader, type ObjectTransition, type StoreBatch } from './object-store.ts';
export { SortedView } from './sorted-view.ts';
