export { translatorConsumers as default } from './module.ts';
