export { resourceIngress as default } from './module.ts';
