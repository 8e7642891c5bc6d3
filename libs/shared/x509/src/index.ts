export { createCertificate, type CertificateOptions, type Identity } from './certificate.ts';
