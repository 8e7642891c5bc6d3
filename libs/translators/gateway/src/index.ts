export { translatorGateway as default } from './module.ts';
