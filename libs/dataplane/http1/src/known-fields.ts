import { isToken, TOKEN_LOWER } from '@gibbon/http';

/**
 * Fields that the codec or the pipeline looks at, by small numbers: the parser recognises them once, and everything
 * later works with bits and table entries instead of comparing names. At most 30.
 */
export const Field = {
  none: 0,
  host: 1,
  connection: 2,
  contentLength: 3,
  transferEncoding: 4,
  te: 5,
  trailer: 6,
  upgrade: 7,
  expect: 8,
  keepAlive: 9,
  proxyConnection: 10,
  proxy: 11,
  via: 12,
  server: 13,
  date: 14,
  xForwardedFor: 15,
  xForwardedProto: 16,
  xForwardedHost: 17,
  xForwardedPort: 18,
  xForwardedPath: 19,
  xForwardedPrefix: 20,
  xRealIp: 21,
  xKongRequestId: 22,
  xKongProxyLatency: 23,
  xKongUpstreamLatency: 24,
  xKongResponseLatency: 25,
  xKongUpstreamStatus: 26,
  http2Settings: 27,
  /** Not a name: marks a field that was taken out. */
  removed: 31,
} as const;

/** A number of {@link Field}. */
export type FieldId = (typeof Field)[keyof typeof Field];

const NAMES: Readonly<Record<string, FieldId>> = {
  host: Field.host,
  connection: Field.connection,
  'content-length': Field.contentLength,
  'transfer-encoding': Field.transferEncoding,
  te: Field.te,
  trailer: Field.trailer,
  upgrade: Field.upgrade,
  expect: Field.expect,
  'keep-alive': Field.keepAlive,
  'proxy-connection': Field.proxyConnection,
  proxy: Field.proxy,
  via: Field.via,
  server: Field.server,
  date: Field.date,
  'x-forwarded-for': Field.xForwardedFor,
  'x-forwarded-proto': Field.xForwardedProto,
  'x-forwarded-host': Field.xForwardedHost,
  'x-forwarded-port': Field.xForwardedPort,
  'x-forwarded-path': Field.xForwardedPath,
  'x-forwarded-prefix': Field.xForwardedPrefix,
  'x-real-ip': Field.xRealIp,
  'x-kong-request-id': Field.xKongRequestId,
  'x-kong-proxy-latency': Field.xKongProxyLatency,
  'x-kong-upstream-latency': Field.xKongUpstreamLatency,
  'x-kong-response-latency': Field.xKongResponseLatency,
  'x-kong-upstream-status': Field.xKongUpstreamStatus,
  'http2-settings': Field.http2Settings,
};

const BY_NAME = new Map<string, FieldId>(Object.entries(NAMES));

/** The number of a field name in lower case; `Field.none` for all that are not known. */
export function fieldId(lowerName: string): FieldId {
  return BY_NAME.get(lowerName) ?? Field.none;
}

/** A field name as somebody wrote it. */
export interface FieldName {
  readonly lower: string;
  readonly id: FieldId;
}

/** Names written by plugins are the same few constants again and again; names that clients make up must not fill memory. */
const REMEMBERED_NAMES = 512;
const rememberedNames = new Map<string, FieldName>();

/** What is to know of a name, worked out once. @throws TypeError when it is not a field name. */
export function fieldName(name: string): FieldName {
  const known = rememberedNames.get(name);
  if (known !== undefined) return known;
  if (!isToken(name)) throw new TypeError(`'${name}' is not a field name: use letters, digits and !#$%&'*+-.^_\`|~`);
  const lower = name.toLowerCase();
  const facts: FieldName = { lower, id: fieldId(lower) };
  if (rememberedNames.size >= REMEMBERED_NAMES) rememberedNames.clear();
  rememberedNames.set(name, facts);
  return facts;
}

/** A table for {@link HeaderBlock.serialise}: 1 for the given fields and for those removed. */
export function fieldSet(...ids: readonly FieldId[]): Uint8Array {
  const set = new Uint8Array(32);
  set[Field.removed] = 1;
  for (const id of ids) set[id] = 1;
  return set;
}

const SLOTS = 1024;
const SLOT_TO_ID = new Uint8Array(SLOTS);
const NAME_BYTES: Uint8Array[] = [];
for (const [name, id] of BY_NAME) {
  const bytes = Uint8Array.from(name, (character) => character.charCodeAt(0));
  const slot = slotOf(bytes.length, bytes[0] ?? 0, bytes[bytes.length >> 1] ?? 0, bytes[bytes.length - 2] ?? 0);
  if (SLOT_TO_ID[slot] !== 0) throw new Error(`known-fields: '${name}' shares slot ${slot}: choose other factors`);
  SLOT_TO_ID[slot] = id;
  NAME_BYTES[id] = bytes;
}

/** Perfect over the known names: length, first, middle and last but one byte, all in lower case. */
function slotOf(length: number, first: number, middle: number, lastButOne: number): number {
  return (length * 53 + first * 7 + middle * 31 + lastButOne * 101) & (SLOTS - 1);
}

/** Recognises the name in `bytes[start..end)`, which the caller has found to be a token, in any case. */
export function recogniseField(bytes: Uint8Array, start: number, end: number): FieldId {
  const length = end - start;
  const slot = slotOf(
    length,
    TOKEN_LOWER[bytes[start] as number] as number,
    TOKEN_LOWER[bytes[start + (length >> 1)] as number] as number,
    TOKEN_LOWER[bytes[end - 2] as number] as number,
  );
  const id = SLOT_TO_ID[slot] as FieldId;
  if (id === 0) return Field.none;
  const name = NAME_BYTES[id] as Uint8Array;
  if (name.length !== length) return Field.none;
  for (let index = 0; index < length; index++) {
    if (name[index] !== TOKEN_LOWER[bytes[start + index] as number]) return Field.none;
  }
  return id;
}
