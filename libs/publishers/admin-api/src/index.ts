export { publisherAdminApi as default } from './module.ts';
export { identify, type Identity } from './identify.ts';
export { TargetSet } from './target-set.ts';
