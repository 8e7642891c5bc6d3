/** Text that the chart and the plain manifests say differently. */
export class Text {
  /** With the actions of Helm. */
  readonly chart: string;
  readonly plain: string;

  constructor(chart: string, plain: string) {
    this.chart = chart;
    this.plain = plain;
  }
}

/** A text value of the chart, quoted as a whole. `join` puts a comma between the elements of a list. */
export class ValueText {
  readonly path: string;
  readonly join: boolean;

  constructor(path: string, join = false) {
    this.path = path;
    this.join = join;
  }
}

/** A value of any shape. */
export class Value {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A value whose key is absent where the value is empty. */
export class OptionalValue {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** What is there only where a value is set. */
export class When {
  readonly path: string;
  readonly inner: Node;

  constructor(path: string, inner: Node) {
    this.path = path;
    this.inner = inner;
  }
}

/** In a list of environment variables: one for each entry of a map. */
export class VariablesOf {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A manifest, or a part of one, of which both the chart and the plain manifests are made. `undefined` is left out. */
export type Node =
  | string
  | number
  | boolean
  | undefined
  | Text
  | ValueText
  | Value
  | OptionalValue
  | When
  | VariablesOf
  | readonly Node[]
  | { readonly [key: string]: Node };

/** Whether a node is a record of nodes. */
export function isRecord(node: Node): node is { readonly [key: string]: Node } {
  return typeof node === 'object' && !Array.isArray(node) && Object.getPrototypeOf(node) === Object.prototype;
}

/** Text with {@link Text}s in it. */
export function text(strings: TemplateStringsArray, ...parts: readonly Text[]): Text {
  const joined = (side: 'chart' | 'plain'): string => strings.map((piece, index) => piece + (parts[index]?.[side] ?? '')).join('');
  return new Text(joined('chart'), joined('plain'));
}
