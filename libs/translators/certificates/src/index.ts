export { translatorCertificates as default } from './module.ts';
