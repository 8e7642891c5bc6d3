import type { KubeObject } from '@gibbon/contracts/resource';
import { describe, expect, it } from 'vitest';
import { readAnnotation, type Annotation } from './annotation.ts';
import {
  FORCE_SSL_REDIRECT,
  HOST_ALIASES,
  HTTPS_REDIRECT_STATUS_CODE,
  METHODS,
  PATH_HANDLING,
  PROTOCOLS_OF_ROUTE,
  REGEX_PREFIX,
  REGEX_PRIORITY,
  SNIS,
  STRIP_PATH,
} from './route-annotations.ts';
import {
  CA_CERTIFICATES_SECRETS,
  CONNECT_TIMEOUT,
  PROTOCOL_OF_SERVICE,
  RETRIES,
  SERVICE_PATH,
  SERVICE_UPSTREAM,
  TLS_VERIFY_DEPTH,
} from './service-annotations.ts';

function annotated(key: string, text: string): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'shop', name: 'web', annotations: { [key]: text } },
  };
}

function read<T>(annotation: Annotation<T>, text: string): T | null {
  return readAnnotation(annotated(annotation.key, text), annotation).value;
}

describe('readAnnotation', () => {
  it.each<[Annotation<unknown>, string, unknown]>([
    [STRIP_PATH, 'TRUE', true],
    [STRIP_PATH, 'false', false],
    [FORCE_SSL_REDIRECT, 'true', true],
    [SERVICE_UPSTREAM, 'true', true],
    [PROTOCOLS_OF_ROUTE, 'https, http ,,http', ['http', 'https']],
    [METHODS, 'get, Post', ['GET', 'POST']],
    [SNIS, 'a.com,b.c.com', ['a.com', 'b.c.com']],
    [HOST_ALIASES, '*.a.com,b.*,c', ['*.a.com', 'b.*', 'c']],
    [HTTPS_REDIRECT_STATUS_CODE, '308', 308],
    [REGEX_PRIORITY, '-7', -7],
    [PATH_HANDLING, 'v1', 'v1'],
    [REGEX_PREFIX, '/@', '/@'],
    [PROTOCOL_OF_SERVICE, 'grpcs', 'grpcs'],
    [SERVICE_PATH, '/api', '/api'],
    [CONNECT_TIMEOUT, '250', 250],
    [RETRIES, '0', 0],
    [TLS_VERIFY_DEPTH, '64', 64],
    [CA_CERTIFICATES_SECRETS, 'one, two', ['one', 'two']],
  ])('$key of %#: %s', (annotation, text, value) => {
    expect(read(annotation, text)).toEqual(value);
  });

  it.each<[Annotation<unknown>, string]>([
    [STRIP_PATH, 'yes'],
    [PROTOCOLS_OF_ROUTE, 'http,ws'],
    [PROTOCOLS_OF_ROUTE, ' , '],
    [METHODS, 'GET,P0ST'],
    [SNIS, '*.a.com'],
    [HOST_ALIASES, 'a.*.com'],
    [HOST_ALIASES, 'a.com:80'],
    [HTTPS_REDIRECT_STATUS_CODE, '303'],
    [REGEX_PRIORITY, '1.5'],
    [PATH_HANDLING, 'v2'],
    [SERVICE_PATH, 'api'],
    [CONNECT_TIMEOUT, '0'],
    [CONNECT_TIMEOUT, '5s'],
    [RETRIES, '32768'],
    [TLS_VERIFY_DEPTH, '65'],
  ])('refuses $key of %#: %s', (annotation, text) => {
    const { value, failure } = readAnnotation(annotated(annotation.key, text), annotation);
    expect(value).toBeNull();
    expect(failure).toEqual({
      refs: [{ kind: 'Ingress', namespace: 'shop', name: 'web' }],
      field: `metadata.annotations.${annotation.key}`,
      reason: 'InvalidAnnotation',
      message: `${annotation.key} annotation has invalid value: ${text}; expected ${annotation.expected}`,
    });
  });

  it('takes an absent and an empty annotation as unset', () => {
    expect(readAnnotation(annotated('other', 'x'), STRIP_PATH)).toEqual({ value: null, failure: null });
    expect(readAnnotation(annotated(STRIP_PATH.key, ''), STRIP_PATH)).toEqual({ value: null, failure: null });
  });
});
