export { resourceKong as default } from './module.ts';
