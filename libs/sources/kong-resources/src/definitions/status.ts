import { Type } from '@gibbon/schema';

/** When nothing has looked at the object yet: what Kong's definitions begin with. */
const PENDING = {
  type: 'Programmed',
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
  lastTransitionTime: '1970-01-01T00:00:00Z',
};

/**
 * A condition.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
const condition = Type.Object(
  {
    type: Type.String({ description: 'What the condition is about, in CamelCase.', maxLength: 316 }),
    status: Type.Enum(['True', 'False', 'Unknown'], { description: 'Whether it holds.' }),
    reason: Type.String({ description: 'Why, as one word in CamelCase.', maxLength: 1024 }),
    message: Type.String({ description: 'Why, in words.', minLength: 0, maxLength: 32_768 }),
    lastTransitionTime: Type.String({ description: 'When `status` last changed.', format: 'date-time' }),
    observedGeneration: Type.Optional(
      Type.Integer({ description: 'Generation of the object that was looked at.', format: 'int64', minimum: 0 }),
    ),
  },
  { description: 'One condition of the object.' },
);

function conditions(description: string, options: Readonly<Record<string, unknown>> = {}) {
  const list = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'], maxItems: 8 };
  return Type.Array(condition, { description, ...list, ...options });
}

/** A status of conditions that this controller writes: before it does, the object is pending. */
export const PROGRAMMED_STATUS = Type.Optional(
  Type.Object(
    { conditions: Type.Optional(conditions('Whether the proxies have the object: the condition `Programmed`.', { default: [PENDING] })) },
    { description: 'What the controller says about the object.', default: { conditions: [PENDING] } },
  ),
);

/** A status that nobody here writes; other controllers may. */
export const CONDITIONS_STATUS = Type.Optional(
  Type.Object(
    { conditions: Type.Optional(conditions('Conditions of the object.')) },
    { description: 'What controllers say about the object.' },
  ),
);

const name = (description: string, maxLength = 253) => Type.String({ description, maxLength });

const ancestorRef = Type.Object(
  {
    group: Type.Optional(Type.String({ description: 'API group of the ancestor; `core` for Services.', minLength: 0, maxLength: 253 })),
    kind: Type.Optional(name('Kind of the ancestor.', 63)),
    namespace: Type.Optional(name('Namespace of the ancestor.', 63)),
    name: name('Name of the ancestor.'),
    sectionName: Type.Optional(name('Part of the ancestor.')),
    port: Type.Optional(Type.Integer({ description: 'Port of the ancestor.', format: 'int32', minimum: 1, maximum: 65_535 })),
  },
  { description: 'The object that the policy applies to.' },
);

/**
 * The status of a policy: an entry for each object that uses it.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#policystatus
 */
export const POLICY_STATUS = Type.Optional(
  Type.Object(
    {
      ancestors: Type.Array(
        Type.Object(
          {
            ancestorRef,
            controllerName: name('The controller that wrote the entry.'),
            conditions: Type.Optional(conditions('Whether the policy is accepted and programmed for this ancestor.')),
          },
          { description: 'What one controller says of the policy for one ancestor.' },
        ),
        { description: 'Entries of all controllers, at most 16.', maxItems: 16 },
      ),
    },
    { description: 'What controllers say about the policy.' },
  ),
);
