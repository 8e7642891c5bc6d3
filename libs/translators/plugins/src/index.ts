export { translatorPlugins as default } from './module.ts';
