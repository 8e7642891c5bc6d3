export * from './address.ts';
export * from './address-matcher.ts';
export * from './host-port.ts';
export * from './listen.ts';
