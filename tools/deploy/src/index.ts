export { deploymentFiles, GENERATED_FOLDERS } from './generate.ts';
