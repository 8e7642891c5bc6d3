import { forwardedScheme, type ClientFacts } from './client-facts.ts';
import type { GatewayExchange } from './exchange.ts';
import type { CompiledRoute } from './snapshot.ts';

/**
 * Answers requests whose protocol the matched route does not serve: HTTP where it wants HTTPS, HTTP/1 where it wants gRPC.
 * @param target the request target as received, for redirects.
 * @returns whether there is an answer.
 * @see https://developer.konghq.com/gateway/entities/route/#schema-route-https-redirect-status-code
 */
export function refusesProtocol({ route }: CompiledRoute, exchange: GatewayExchange, facts: ClientFacts, target: string): boolean {
  const protocols = route.protocols;
  if (protocols.includes('http')) return false;
  if (protocols.includes('https') && forwardedScheme(facts, exchange.requestHeaders) !== 'https') {
    askForHttps(route.https_redirect_status_code, exchange, facts, target);
    return true;
  }
  if (!protocols.includes('grpc') && !protocols.includes('grpcs')) return false;
  if (exchange.requestHeaders.get('content-type')?.startsWith('application/grpc') === true) {
    exchange.answer(426, 'Please use HTTP2 protocol', ['Connection', 'Upgrade', 'Upgrade', 'HTTP/2']);
  } else {
    exchange.answer(415, 'Non-gRPC request matched gRPC route');
  }
  return true;
}

function askForHttps(status: number, exchange: GatewayExchange, facts: ClientFacts, target: string): void {
  if (status === 426) {
    exchange.answer(426, 'Please use HTTPS protocol', ['Connection', 'Upgrade', 'Upgrade', 'TLS/1.2, HTTP/1.1']);
    return;
  }
  const host = (facts.trusted ? exchange.requestHeaders.get('x-forwarded-host') : null) ?? exchange.host;
  exchange.answer(status, null, ['Location', `https://${host}${target}`]);
}
