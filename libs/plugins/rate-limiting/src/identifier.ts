import type { Exchange } from '@gibbon/contracts/plugin';

/** What requests are counted by. */
export const LIMIT_BY = ['consumer', 'credential', 'ip', 'service', 'header', 'path'] as const;

/** The part of the configuration that says whose requests are counted together. */
export interface IdentifierConfig {
  readonly limit_by: (typeof LIMIT_BY)[number];
  readonly header_name: string | null;
  readonly path: string | null;
}

/** Finds whom to count a request for; the client's address where what is asked for is not there. */
export function identifierOf(config: IdentifierConfig): (exchange: Exchange) => string {
  const find = finderOf(config);
  return (exchange) => find(exchange) ?? exchange.forwardedAddress;
}

function finderOf({ limit_by: by, header_name: header, path }: IdentifierConfig): (exchange: Exchange) => string | null | undefined {
  switch (by) {
    case 'consumer':
      return (exchange) => exchange.consumer?.id ?? exchange.credential?.id;
    case 'credential':
      return (exchange) => exchange.credential?.id;
    case 'service':
      return (exchange) => exchange.service?.id;
    case 'header': {
      const lowerName = (header ?? '').toLowerCase();
      return (exchange) => exchange.requestHeaders.get(lowerName);
    }
    case 'path':
      return (exchange) => (exchange.path === path ? path : null);
    case 'ip':
      return () => null;
    default:
      return by satisfies never;
  }
}
