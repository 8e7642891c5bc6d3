import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyFormatOf, JsonObject, MultipartForm } from './index.ts';

describe('JsonObject', () => {
  it('keeps the text of what is not edited', () => {
    const object = JsonObject.parse(' {"n": 12345678901234567890, "f":1.0 ,"s":"a\\u0041,}]\\"" , "o":{"x":[1,{"y":"}"}]},"gone":1} ')!;
    object.remove('gone');
    object.set('new', 'é"');
    expect(object.toString()).toBe('{"n":12345678901234567890,"f":1.0,"s":"a\\u0041,}]\\"","o":{"x":[1,{"y":"}"}]},"new":"é\\""}');
  });

  it('takes objects only', () => {
    for (const text of ['', 'null', '[]', '1', '"{}"', '{', '{"a":1}x', '{a:1}']) expect(JsonObject.parse(text), text).toBeNull();
    expect(JsonObject.parse('{ }')!.toString()).toBe('{}');
  });

  it('knows members by their decoded name, the last of one name', () => {
    const object = JsonObject.parse('{"a":1,"\\u0061":2,"__proto__":3}')!;
    expect([object.get('a'), object.get('__proto__'), object.get('toString')]).toEqual([2, 3, undefined]);
    expect(object.has('toString')).toBe(false);
  });

  it('renames over what is there, and appends as Kong does', () => {
    const object = JsonObject.parse('{"a":"x","b":[1],"c":7,"d":null}')!;
    for (const name of ['a', 'b', 'c', 'd', 'e']) object.append(name, 'y');
    expect(JSON.parse(object.toString())).toEqual({ a: ['x', 'y'], b: [1, 'y'], c: ['y'], d: ['y'], e: ['y'] });
    expect(object.rename('a', 'b')).toBe(true);
    expect(object.rename('missing', 'b')).toBe(false);
    expect(JSON.parse(object.toString())).toEqual({ b: ['x', 'y'], c: ['y'], d: ['y'], e: ['y'] });
  });

  it('counts only false and absence as not set', () => {
    const object = JsonObject.parse('{"a":null,"b":0,"c":"","d":false}')!;
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => object.isSet(name))).toEqual([true, true, true, false, false]);
  });

  it('agrees with JSON.parse on any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (value, indent) => {
        const written = JsonObject.parse(JSON.stringify(value, null, indent))!.toString();
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('MultipartForm', () => {
  const TYPE = 'multipart/form-data; boundary="b d"';
  const FILE =
    '--b d\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/x\r\n\r\n\x00\xff\r\n--b\r\n';
  const part = (name: string, value: string): string => `--b d\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const BODY = `${part('a', '1')}${FILE}${part('a', '2')}--b d--\r\n`;

  it('reads fields, and gives back the body byte for byte', () => {
    const form = MultipartForm.parse(`preamble\r\n${BODY}`, TYPE)!;
    expect(form.getAll('a')).toEqual(['1', '2']);
    expect(form.getAll('file')).toEqual(['\x00\xff\r\n--b']);
    expect(form.has('b')).toBe(false);
    expect(form.toString()).toBe(BODY);
  });

  it('edits fields and leaves files alone', () => {
    const form = MultipartForm.parse(BODY, TYPE)!;
    form.set('a', 'new');
    form.set('b', 'added');
    form.rename('file', 'upload "1"');
    expect(form.toString()).toBe(`${part('a', 'new')}${FILE.replace('"file"', '"upload %221%22"')}${part('b', 'added')}--b d--\r\n`);
    expect(form.remove('a')).toBe(true);
    expect(form.remove('a')).toBe(false);
    expect(MultipartForm.parse(form.toString(), TYPE)!.has('upload "1"')).toBe(true);
  });

  it('takes names without quotes and with escapes', () => {
    const body =
      '--x\r\ncontent-disposition:form-data;name=plain\r\n\r\n1\r\n--x \r\nContent-Disposition: form-data; name="q\\"x"\r\n\r\n2\r\n--x--';
    const form = MultipartForm.parse(body, 'Multipart/Form-Data; boundary=x')!;
    expect([form.getAll('plain'), form.getAll('q"x')]).toEqual([['1'], ['2']]);
    form.rename('plain', 'p');
    expect(MultipartForm.parse(form.toString(), 'multipart/form-data; boundary=x')!.getAll('p')).toEqual(['1']);
  });

  it('refuses what is cut off, has no boundary, or too many parts', () => {
    expect(MultipartForm.parse(BODY.slice(0, -8), TYPE)).toBeNull();
    expect(MultipartForm.parse(BODY, 'multipart/form-data')).toBeNull();
    expect(MultipartForm.parse('--bxx\r\n\r\n\r\n--b--', 'multipart/form-data; boundary=b')).toBeNull();
    expect(MultipartForm.parse(`${part('a', '').repeat(2_000)}--b d--`, TYPE)).toBeNull();
    expect(MultipartForm.parse('', TYPE)!.toString()).toBe('--b d--\r\n');
  });
});

it('knows formats by Content-Type', () => {
  expect(bodyFormatOf('application/JSON; charset=utf-8')).toBe('json');
  expect(bodyFormatOf('multipart/form-data; boundary=x')).toBe('multipart');
  expect(bodyFormatOf('application/x-www-form-urlencoded')).toBe('form');
  expect(bodyFormatOf('text/plain')).toBeNull();
  expect(bodyFormatOf(null)).toBeNull();
});
