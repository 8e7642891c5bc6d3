import type { TestRequest } from './test-exchange.ts';

const form = (body: string): TestRequest => ({ method: 'POST', headers: ['Content-Type', 'application/x-www-form-urlencoded'], body });
const json = (body: string): TestRequest => ({ method: 'POST', headers: ['Content-Type', 'application/json'], body });
const multipart = (body: string, boundary = 'b'): TestRequest => ({
  method: 'POST',
  headers: ['Content-Type', `multipart/form-data; boundary=${boundary}`],
  body,
});

/** Requests that clients may send and that plugins must survive, by name. */
export const HOSTILE_REQUESTS: Readonly<Record<string, TestRequest>> = {
  'no route and no service': { route: null, service: null },
  'a service without name': { service: null },
  'a preflight': { method: 'OPTIONS', headers: ['Origin', 'https://a.test', 'Access-Control-Request-Method', 'PUT'] },
  'an origin that is none': { headers: ['Origin', '://[::1]:99999/%00 null'] },
  'an unknown method': { method: 'PROPFIND' },
  'broken escapes in path and query': { url: 'http://gateway.test/%zz%/%c3%28?%=%&a=%e9&=&&=x&a' },
  'escaped control characters': { url: 'http://gateway.test/%0d%0aX:1?a=%0d%0aSet-Cookie:x&apikey=%00%0d%0a' },
  'names of prototypes': {
    url: 'http://gateway.test/?__proto__=1&constructor=2&toString=3',
    headers: ['__proto__', 'x', 'constructor', 'y'],
  },
  'ten thousand arguments': { url: `http://gateway.test/?${Array.from({ length: 10_000 }, (_, n) => `a${n}=${n}`).join('&')}` },
  'a long argument': { url: `http://gateway.test/?apikey=${'%41'.repeat(20_000)}` },
  'repeated fields': {
    headers: Array.from({ length: 100 }, (_, n) => ['apikey', String(n), 'X-A', String(n), 'Origin', `http://a${n}.test`]).flat(),
  },
  'empty fields': { headers: ['apikey', '', 'Origin', '', 'Content-Type', '', 'X-A', ''] },
  'bytes beyond ASCII in fields': { headers: ['apikey', '\xff\xfe\xe9', 'Origin', 'http://\xe9.test', 'Cookie', '\x80'] },
  'a form that is none': form('%=&&=%zz&a[]=1&a[]=2&\0'),
  'an empty form': form(''),
  'JSON that is cut off': json('{"a":[1,{"b":'),
  'JSON that is not an object': json('[1,2]'),
  'JSON null': json('null'),
  'JSON nested deeply': json(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
  'JSON with names of prototypes': json('{"__proto__":{"a":1},"constructor":1,"a":"b"}'),
  'an empty JSON body': json(''),
  'multipart that is cut off': multipart('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'),
  'multipart without boundary': { method: 'POST', headers: ['Content-Type', 'multipart/form-data'], body: '--b--' },
  'multipart of another boundary': multipart('--c\r\n\r\n--c--\r\n'),
  'multipart without names': multipart('--b\r\n\r\nx\r\n--b--\r\n'),
  'a body that is not UTF-8': { ...json(''), body: new Uint8Array([0xff, 0xfe, 0x00, 0x7b]) },
};
