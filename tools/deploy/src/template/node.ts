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

/** What is there only where a value is not set. */
export class Unless {
  readonly path: string;
  readonly inner: Node;

  constructor(path: string, inner: Node) {
    this.path = path;
    this.inner = inner;
  }
}

/** A manifest that is there only where the cluster knows its kinds; in plain manifests always. */
export class Served {
  /** As in `apiVersion`, e.g. `gateway.networking.k8s.io/v1`. */
  readonly apiVersion: string;
  readonly inner: Node;

  constructor(apiVersion: string, inner: Node) {
    this.apiVersion = apiVersion;
    this.inner = inner;
  }
}

/** Manifests for each element of a list value of texts. */
export class ForEach {
  readonly path: string;
  /** @param element the text of one element. */
  readonly manifests: (element: Text) => readonly Node[];

  constructor(path: string, manifests: (element: Text) => readonly Node[]) {
    this.path = path;
    this.manifests = manifests;
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
  | Unless
  | Served
  | ForEach
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
