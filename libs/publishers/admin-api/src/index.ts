export { publisherAdminApi as default } from './module.ts';
export { findProfile } from './find-profile.ts';
export { clientSettings, type AdminApiOptions } from './options.ts';
export { TargetSet } from './target-set.ts';
