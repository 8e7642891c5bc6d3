export { sourceKubernetes as default } from './module.ts';
