export { translatorHttpRoute as default } from './module.ts';
