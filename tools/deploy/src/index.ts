export { deploymentFiles, GENERATED_FOLDERS } from './generate.ts';
export { ensureHelm, helmProgram } from './helm.ts';
