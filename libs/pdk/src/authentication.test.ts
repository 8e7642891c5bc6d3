import { createTestExchange, testConsumer, testKeyAuthCredential } from '@gibbon/testing-contract-kits';
import { describe, expect, it } from 'vitest';
import { continueAsAnonymous, identify, isAuthenticatedElsewhere } from './index.ts';

const SPOOFED = [
  'X-Consumer-ID',
  'spoofed',
  'X-Consumer-Custom-ID',
  'spoofed',
  'X-Consumer-Username',
  'spoofed',
  'X-Credential-Identifier',
  'spoofed',
  'X-Anonymous-Consumer',
  'spoofed',
  'Host',
  'h',
];

describe('identify', () => {
  it('tells the upstream who the client is and nothing that the client made up', () => {
    const exchange = createTestExchange({ headers: SPOOFED });
    const consumer = testConsumer({ username: 'zoé', custom_id: null });
    identify(exchange, consumer, testKeyAuthCredential(), 'the-key-id');
    expect(exchange.requestHeaders.toObject()).toEqual({
      host: 'h',
      'x-consumer-id': consumer.id,
      'x-consumer-username': 'zo\xc3\xa9',
      'x-credential-identifier': 'the-key-id',
    });
    expect(exchange.consumer).toBe(consumer);
    expect(exchange.credential).toEqual(testKeyAuthCredential());
  });

  it('tells of a credential without consumer', () => {
    const exchange = createTestExchange({ headers: SPOOFED });
    identify(exchange, null, { id: 'c' }, 'c');
    expect(exchange.requestHeaders.toObject()).toEqual({ host: 'h', 'x-credential-identifier': 'c' });
  });
});

describe('continueAsAnonymous', () => {
  const consumer = testConsumer({ username: 'guest', custom_id: 'g' });

  it.each([consumer.id, 'guest'])('goes on as the consumer %s', (anonymous) => {
    const exchange = createTestExchange({ headers: SPOOFED, entities: { consumers: [consumer] } });
    continueAsAnonymous(exchange, anonymous);
    expect(exchange.requestHeaders.toObject()).toEqual({
      host: 'h',
      'x-consumer-id': consumer.id,
      'x-consumer-custom-id': 'g',
      'x-consumer-username': 'guest',
      'x-anonymous-consumer': 'true',
    });
    expect([exchange.consumer, exchange.credential, exchange.exited]).toEqual([consumer, null, false]);
  });

  it('answers 500 when there is no such consumer', () => {
    const exchange = createTestExchange();
    continueAsAnonymous(exchange, 'nobody');
    expect([exchange.responseStatus, exchange.exitMessage]).toEqual([500, "anonymous consumer nobody is configured but doesn't exist"]);
  });
});

it('leaves requests alone that another plugin authenticated, where either suffices', () => {
  const authenticated = createTestExchange({ credential: { id: 'c' } });
  expect(isAuthenticatedElsewhere(authenticated, 'guest')).toBe(true);
  expect(isAuthenticatedElsewhere(authenticated, null)).toBe(false);
  expect(isAuthenticatedElsewhere(createTestExchange(), 'guest')).toBe(false);
});
