import { ApiFailure, isJson, type StoredObject } from './stored-object.ts';

/** Tells whether an object is selected. */
export type Selector = (object: StoredObject) => boolean;

const SET = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUALITY = /^([^!=,()\s]+)\s*(==?|!=)\s*([^,()\s]*)$/;
const EXISTS = /^(!?)\s*([^!=,()\s]+)$/;

/** A selector of both parameters of a list or watch; empty ones select everything. @throws ApiFailure 400 */
export function selectorOf(labels: string, fields: string): Selector {
  const tests = [...splitTerms(labels).map(labelTest), ...splitTerms(fields).map(fieldTest)];
  return (object) => tests.every((test) => test(object));
}

/** Terms are separated by commas outside of parentheses. */
function splitTerms(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api */
function labelTest(term: string): Selector {
  const set = SET.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return ({ metadata }) => values.has(metadata.labels?.[key] ?? '\0') === (operator === 'in');
  }
  const equality = EQUALITY.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value = ''] = equality;
    return ({ metadata }) => (metadata.labels?.[key] === value) === (operator !== '!=');
  }
  const exists = EXISTS.exec(term);
  if (exists === null) throw new ApiFailure(400, `unable to parse requirement: ${term}`);
  const [, not, key = ''] = exists;
  return ({ metadata }) => (metadata.labels?.[key] !== undefined) === (not === '');
}

/** Any dotted path of texts is allowed, while a real server knows few: `metadata.name`, `metadata.namespace`, a Secret's `type`. */
function fieldTest(term: string): Selector {
  const equality = EQUALITY.exec(term);
  if (equality === null) throw new ApiFailure(400, `invalid field selector: ${term}`);
  const [, path = '', operator, value = ''] = equality;
  return (object) => (textAt(object, path) === value) === (operator !== '!=');
}

function textAt(object: StoredObject, path: string): string {
  const found = path.split('.').reduce<unknown>((value, part) => (isJson(value) ? value[part] : undefined), object);
  return typeof found === 'string' ? found : '';
}
