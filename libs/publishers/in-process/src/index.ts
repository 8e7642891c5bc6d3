export { publisherInProcess as default } from './module.ts';
