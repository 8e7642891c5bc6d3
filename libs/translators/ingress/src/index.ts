export { translatorIngress as default } from './module.ts';
