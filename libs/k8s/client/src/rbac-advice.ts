/** The rule of a ClusterRole or Role that allows what was refused, in words for messages. */
export function rbacAdvice(rule: {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly namespace?: string;
}): string {
  const where = rule.namespace === undefined || rule.namespace === '' ? 'a ClusterRole' : `a Role in namespace "${rule.namespace}"`;
  const verbs = rule.verbs.map((verb) => `"${verb}"`).join(', ');
  return `add to ${where} bound to this service account: {apiGroups: ["${rule.group}"], resources: ["${rule.resource}"], verbs: [${verbs}]}`;
}
