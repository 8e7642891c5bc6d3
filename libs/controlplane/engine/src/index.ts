export type { OwnedEntity } from './assembly/assembler.ts';
export type { FailureChanges } from './failure-ledger.ts';
export type { PluginReferences } from './planes/placement.ts';
export type { StatusChanges } from './status-ledger.ts';
export { Translation, type TranslationOptions, type TranslationResult } from './translation.ts';
