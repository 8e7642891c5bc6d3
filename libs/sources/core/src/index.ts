export { resourceCore as default } from './module.ts';
