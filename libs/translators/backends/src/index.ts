export { translatorBackends as default } from './module.ts';
